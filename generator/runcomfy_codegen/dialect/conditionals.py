"""Read `if`/`then`/`else` and `dependentSchemas` where they only ask for names, and for choices of some."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from ..runtime._schemas.conditions import is_left, takes_nothing
from ..runtime._schemas.joins import choices_of, constraints_of_object, is_annotation
from ..runtime._validation.demands import Demand, How, Values
from ..text.json_types import is_array, is_object

CONDITIONALS = frozenset({"if", "dependentSchemas", "dependencies"})
_FORM = frozenset({"required", "properties"})


class _Form(NamedTuple):
    """Names that must be given, choices of some names, and names that must be left out."""

    names: tuple[str, ...]
    values: Values
    excluded: frozenset[str]


class _Conditional(NamedTuple):
    """A demand on an object that fits a condition, or (`unless`) on one that does not."""

    how: How
    condition: object
    consequence: object


def is_conditional_demand(schema: Mapping[str, Any], keyword: str) -> bool:
    """Return whether all that a keyword says of an object is read as demands."""
    names: Any = schema.get("properties", {})
    conditionals = [*_conditionals({keyword: schema[keyword], **_branches(schema, keyword)})]
    return all(_demand(conditional, names, names) is not None for conditional in conditionals)


def conditional_demands(schema: Mapping[str, Any], names: Collection[str]) -> Iterator[Demand]:
    """Yield what an object schema asks for under conditions.

    Args:
        schema: The schema, in its normal form.
        names: Its properties that can be given.
    """
    parts: Any = schema.get("allOf")
    properties: Any = schema.get("properties", {})
    for part in (schema, *(parts if is_left(parts) else ())):
        for conditional in _conditionals(part):
            demand = _demand(conditional, properties, names)
            if demand and any((*demand.forms[1], *demand.only, *demand.values)):
                yield demand


def _branches(schema: Mapping[str, Any], keyword: str) -> Mapping[str, Any]:
    branches = ("then", "else") if keyword == "if" else ()
    return {word: schema[word] for word in branches if word in schema}


def _conditionals(schema: Mapping[str, Any]) -> Iterator[_Conditional]:
    if "if" in schema and "then" in schema:
        yield _Conditional("together", schema["if"], schema["then"])
    if "if" in schema and "else" in schema:
        yield _Conditional("unless", schema["if"], schema["else"])
    for keyword in ("dependentSchemas", "dependencies"):
        group: Any = schema.get(keyword)
        for name, part in group.items() if is_object(group) else ():
            consequence = {"required": part} if is_array(part) else part
            yield _Conditional("together", {"required": [name]}, consequence)


def _demand(
    conditional: _Conditional, properties: Mapping[str, Any], names: Collection[str]
) -> Demand | None:
    """Return a conditional as a demand; None where it says anything that a demand cannot say."""
    forms = [
        _form(conditional.condition, properties, is_condition=True),
        _form(conditional.consequence, properties),
    ]
    known = [form for form in forms if form is not None]
    if len(known) < len(forms):
        return None
    only: tuple[tuple[str, ...], ...] = ()
    if any(form.excluded for form in known):
        only = tuple(tuple(name for name in names if name not in form.excluded) for form in known)
    values = tuple(form.values for form in known)
    asked = tuple(form.names for form in known)
    return Demand(conditional.how, asked, only, values if any(values) else ())


def _form(
    schema: object, properties: Mapping[str, Any], *, is_condition: bool = False
) -> _Form | None:
    """Return what a schema asks of names; None where it asks for anything else."""
    if schema is True and not is_condition:
        return _Form((), (), frozenset())
    if not is_object(schema) or not _asks_for_names(schema):
        return None
    required, described = schema.get("required", []), schema.get("properties", {})
    if not all(isinstance(name, str) and name in properties for name in (*required, *described)):
        return None
    form = _Form(tuple(dict.fromkeys(required)), (), frozenset())
    for name, part in described.items():
        listed = choices_of(part)
        if takes_nothing(part):
            form = form._replace(excluded=form.excluded | {name})
        elif listed is not None:
            form = form._replace(values=(*form.values, (name, tuple(listed))))
        elif is_condition or not _is_said_by(properties[name], part):
            return None
    return None if is_condition and not any(form) else form


def _asks_for_names(schema: Mapping[str, Any]) -> bool:
    required, described = schema.get("required", []), schema.get("properties", {})
    is_form = constraints_of_object(schema) <= _FORM
    return is_form and is_array(required) and is_object(described)


def _is_said_by(whole: object, part: object) -> bool:
    """Return whether a property itself says all that a part says of it."""
    if part is True:
        return True
    if not is_object(part) or not is_object(whole):
        return False
    words = [word for word in part if not is_annotation(word)]
    return all(word in whole and whole[word] == part[word] for word in words)
