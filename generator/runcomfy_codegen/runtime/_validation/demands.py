"""Demands on several properties of an object: at least one of them, exactly one, not all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Literal, NamedTuple

How = Literal["any_of", "one_of", "not_all", "together", "unless"]
Values = tuple[tuple[str, tuple[Any, ...]], ...]
"""Wire names with the choices that each has."""


class Demand(NamedTuple):
    """A rule about which properties are given, and with which choice of those that tell the forms apart.

    how: how many of the forms must fit the names that are given: at least one (`any_of`), exactly one
    (`one_of`), or none (`not_all`, of a single form). In `together`, what fits the first form must fit the
    second; in `unless`, what does not fit the first must fit the second.
    forms: wire names that must all be there; only: the names that a form allows, where it allows no others;
    values: the choices that a form leaves.
    """

    how: How
    forms: tuple[tuple[str, ...], ...]
    only: tuple[tuple[str, ...], ...] = ()
    values: tuple[Values, ...] = ()

    def is_met(self, fields: Mapping[str, Any]) -> bool:
        """Return whether the properties that are given, by wire name, satisfy the demand."""
        fits = [fields.keys() >= {*form} for form in self.forms]
        for index, names in enumerate(self.only):
            fits[index] &= all(name in names for name in fields)
        for index, choices in enumerate(self.values):
            fits[index] &= all(
                _is_among(fields[name], values) for name, values in choices if name in fields
            )
        return _VERDICTS[self.how](fits)

    def in_words(self, names: Mapping[str, str]) -> str:
        """Return the demand as a sentence without its full stop.

        Args:
            names: Wire name to the name that is shown.
        """
        words = [self._words(index, names) for index in range(len(self.forms))]
        if self.how in ("together", "unless"):
            exception = "except " if self.how == "unless" else ""
            return f"{_consequence(words[1])} {exception}{_condition(words[0])}"
        forms = [_listed([*form.free.values(), *form.asked], "and") for form in words]
        if self.how == "not_all":
            is_pair = len(words[0].asked) > 1
            return f"do not give {forms[0]} together" if is_pair else f"leave out {forms[0]}"
        count = "exactly one" if self.how == "one_of" else "at least one"
        separator = "; " if any(" and " in form for form in forms) else ", "
        shown = separator.join(filter(None, forms))
        nothing = "" if all(forms) else f"{separator}or none of them"
        closed = ", and no parameter of the others" if self.only and not nothing else ""
        return f"give {count} of {shown}{nothing}{closed}"

    def _words(self, index: int, names: Mapping[str, str]) -> _Words:
        form = self.forms[index]
        choices = dict(self.values[index]) if self.values else {}
        shown = {name: names.get(name, name) + _equal(values) for name, values in choices.items()}
        first = [shown[name] for name in choices if name in form]
        plain = [names.get(name, name) for name in form if name not in choices]
        free = {names.get(name, name): shown[name] for name in choices if name not in form}
        known = dict.fromkeys(chain.from_iterable(self.only))
        excluded = [names.get(name, name) for name in known if name not in self.only[index]]
        return _Words([*first, *plain], free, excluded)

    @property
    def schema(self) -> dict[str, Any]:
        """The demand as JSON Schema."""
        is_plain = len(self.forms[0]) == 1 and not self.values and not self.only
        if self.how == "together" and is_plain:
            return {"dependentRequired": {self.forms[0][0]: [*self.forms[1]]}}
        branches: list[dict[str, Any]] = [{"required": [*form]} for form in self.forms]
        for branch, only in zip(branches, self.only, strict=False):
            branch["propertyNames"] = {"enum": [*only]}
        for branch, choices in zip(branches, self.values, strict=False):
            if choices:
                branch["properties"] = {name: {"enum": [*values]} for name, values in choices}
        if self.how == "not_all":
            return {"not": branches[0]}
        if self.how in ("together", "unless"):
            return {"if": branches[0], "then" if self.how == "together" else "else": branches[1]}
        return {"anyOf" if self.how == "any_of" else "oneOf": branches}


_VERDICTS: Mapping[How, Callable[[list[bool]], bool]] = {
    "any_of": any,
    "one_of": lambda fits: fits.count(True) == 1,
    "not_all": lambda fits: not any(fits),
    "together": lambda fits: not fits[0] or fits[1],
    "unless": any,
}


class _Words(NamedTuple):
    """A form in words: what must be given, choices of what may be given, and names to leave out."""

    asked: list[str]
    free: Mapping[str, str]
    excluded: list[str]


def _condition(form: _Words) -> str:
    needed = [*form.asked, *(f"{text} (or no {name})" for name, text in form.free.items())]
    parts = [f"with {_listed(needed, 'and')}"] if needed else []
    if form.excluded:
        parts.append(f"without {_listed(form.excluded, 'or')}")
    return " and ".join(parts)


def _consequence(form: _Words) -> str:
    parts = [f"give {_listed(form.asked, 'and')}"] if form.asked else []
    if form.free:
        parts.append(f"give only {_listed([*form.free.values()], 'and')}")
    if form.excluded:
        parts.append(f"leave out {_listed(form.excluded, 'and')}")
    return " and ".join(parts)


def _equal(values: tuple[Any, ...]) -> str:
    """Return what follows a name: the values that it may have."""
    shown = [json.dumps(value, ensure_ascii=False) for value in values]
    return f"={_listed(shown, 'or')}"


def _listed(names: list[str], last: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def _is_among(value: Any, values: tuple[Any, ...]) -> bool:
    # In Python True == 1, in JSON they differ.
    return any(
        value == allowed and isinstance(value, bool) == isinstance(allowed, bool)
        for allowed in values
    )
