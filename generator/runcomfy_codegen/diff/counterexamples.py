"""Find counterexamples of breaking changes: requests that were valid and no longer are.

What is tried comes from our reading of the schema; what decides is an independent JSON Schema library on
the published one, so that no counterexample is shown that was not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from jsonschema import Draft202012Validator, SchemaError  # type: ignore[import-untyped]
from referencing import Registry

from ..build.reading import Reading
from ..dialect.demands import is_demand
from ..ir.model import Type
from ..ir.values import is_small, meeting_demands, sample
from ..runtime._schemas.media_kinds import KINDS, MediaKind
from ..runtime._schemas.media_rules import QUANTITIES, parse_rule
from ..text.json_types import is_array, is_object
from .calls import call_text
from .changes import Counterexample, Delta, Path, SchemaChange
from .comparison import shown
from .rules import Aspect
from .samples import candidates, placed, tried
from .standard import standard_schema
from .unread import unread

# A schema, and not false: so the library says which name it refuses.
_CLOSED: dict[str, Any] = {"additionalProperties": {"not": {}}}
_TOO_DEEP = "the schema is nested too deeply for the library that checks"
_PATTERNS = frozenset({"pattern", "patternProperties"})


class Counterexamples:
    """A search for the counterexamples of one endpoint."""

    def __init__(self, old: Reading, new: Reading) -> None:
        self._old, self._new = old, new

    def attach(self, change: SchemaChange, delta: Delta) -> SchemaChange:
        """Return the change with its counterexample, or with the reason why it has none."""
        words = _in_words(delta)
        if words:
            return replace(change, counterexample=Counterexample(words))
        why = self._unusable
        if not why:
            try:
                return self._with_counterexample(change, delta)
            except RecursionError:
                why = _TOO_DEEP
        return replace(change, no_counterexample=why)

    def _with_counterexample(self, change: SchemaChange, delta: Delta) -> SchemaChange:
        why = "no request was found that was valid and is refused now"
        for body in self._bodies(delta):
            if not is_small(body):
                why = "a request that shows it is too large to be checked"
            elif not self._patterned.isdisjoint(_places(body)):
                why = "a value has a pattern, which only the service checks"
            elif self._shows(body, delta):
                call = call_text(self._old, body)
                return replace(change, counterexample=Counterexample(body=body, call=call))
        return replace(change, no_counterexample=why)

    def _bodies(self, delta: Delta) -> Iterator[dict[str, Any]]:
        """Yield requests to try: a small valid one, changed at the place in question."""
        if delta.aspect == Aspect.COMBINATION:
            yield from self._choices(delta)
            return
        if not delta.path:
            yield self._valid_rest("")
            return
        wire, inside = str(delta.path[0]), delta.path[1:]
        field = next((field for field in self._old.input.cls.fields if field.wire == wire), None)
        classes = self._old.input.nested
        rest = self._valid_rest(wire)
        if field is None or (delta.aspect == Aspect.REQUIRED and not inside):
            yield rest  # without it
        elif delta.aspect in (Aspect.REQUIRED, Aspect.DEMAND):
            # The smallest object there, which is without it.
            yield {**rest, wire: placed(field.type, inside[:-1], self._object, classes)}
        else:
            for value in tried(delta, classes):
                yield {**rest, wire: placed(field.type, inside, partial(_given, value), classes)}

    def _choices(self, delta: Delta) -> Iterator[dict[str, Any]]:
        """Yield the smallest request with just these of the properties that depend on each other."""
        if not delta.path:
            classes = self._old.input.nested
            chosen = [field for field in self._old.input.cls.fields if field.wire in delta.old]
            rest = self._valid_rest("", is_complete=False)
            body = {**rest, **{field.wire: sample(field.type, classes) for field in chosen}}
            values = delta.old.items() if is_object(delta.old) else ()
            yield {**body, **{name: value for name, value in values if value is not None}}

    def _object(self, type_: Type) -> Any:
        branches = type_.get("anyOf", (type_,))
        chosen = next((branch for branch in branches if "class" in branch), type_)
        return sample(chosen, self._old.input.nested)

    def _valid_rest(self, without: str, is_complete: bool = True) -> dict[str, Any]:
        """Return what either side requires, without one property; valid on both sides where that is possible."""
        fields = (*self._old.input.cls.fields, *self._new.input.cls.fields)
        required = {field.wire for field in fields if field.required}
        example = self._old.info.get("example")
        examples: Mapping[str, Any] = example if is_object(example) else {}
        body: dict[str, Any] = {}
        for field in self._old.input.cls.fields:
            if field.wire in required and field.wire != without:
                values = list(candidates(field, examples.get(field.wire), self._old.input.nested))
                small = filter(is_small, values)
                old_takes = [value for value in small if _takes(self._before, field.wire, value)]
                both_take = (value for value in old_takes if _takes(self._after, field.wire, value))
                body[field.wire] = next(both_take, next(iter(old_takes), values[0]))
        if not is_complete:
            return body
        return meeting_demands(self._old.input.cls, body, self._old.input.nested)

    def _shows(self, body: Mapping[str, Any], delta: Delta) -> bool:
        """Return whether a body was valid, and is refused now at the place in question."""
        if any(True for _ in _failures(self._before, body)):
            return False
        places = {_generalised(place) for place in _failures(self._after, body)}
        if delta.aspect in (
            Aspect.TYPE,
            Aspect.COMBINATION,
            Aspect.UNREAD,
        ):  # refused for what is in it, perhaps
            places = {place[: len(delta.path)] for place in places}
        return delta.path in places

    @cached_property
    def _unusable(self) -> str:
        """Return why no counterexample can be checked; empty if one can."""
        for reading in (self._old, self._new):
            schema = reading.input.schema
            try:
                Draft202012Validator.check_schema(_without_patterns(standard_schema(schema)))
            except SchemaError as error:
                return f"{reading.source.input.file} is not a JSON Schema at {error.json_path}"
            except RecursionError:
                return _TOO_DEEP
        return ""

    @cached_property
    def _patterned(self) -> frozenset[Path]:
        """Return places where a pattern decides: a counterexample must not use them."""
        places: set[Path] = set()
        for reading in (self._old, self._new):
            for (path, word), value in unread(reading.input.schema).items():
                if _has_pattern(word, value):
                    places.add(path)
        return frozenset(places)

    @cached_property
    def _before(self) -> Any:
        return _validator(self._old)

    @cached_property
    def _after(self) -> Any:
        return _validator(self._new)


def _validator(reading: Reading) -> Any:
    # An empty registry: jsonschema's own would fetch a remote $ref.
    schema = _as_sent(_without_patterns(standard_schema(reading.input.schema)))
    closed: dict[str, Any] = {"properties": {}, **schema, **_CLOSED}
    return Draft202012Validator(closed, registry=Registry())


def _as_sent(schema: Any) -> Any:
    """Return the schema with what holds for every request: no unknown names, null by `nullable`."""
    if is_array(schema):
        return [_as_sent(part) for part in schema]
    if not is_object(schema):
        return schema
    sent: dict[str, Any] = {
        key: value if is_demand(schema, key) else _as_sent(value)
        for key, value in schema.items()
        if key != "properties"
    }
    properties = schema.get("properties")
    if is_object(properties) and properties:
        sent["properties"] = {name: _as_sent(part) for name, part in properties.items()}
        sent |= _CLOSED
    return {"anyOf": [sent, {"type": "null"}]} if schema.get("nullable") is True else sent


def _without_patterns(schema: Any) -> Any:
    """Return the schema without patterns: some would keep the library busy for ever."""
    if is_array(schema):
        return [_without_patterns(part) for part in schema]
    if not is_object(schema):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties" and is_object(value):
            kept[key] = {name: _without_patterns(part) for name, part in value.items()}
        elif key not in _PATTERNS:
            kept[key] = value if key in ("enum", "const", "default") else _without_patterns(value)
    return kept


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield every place in a body, as paths of a schema name it."""
    yield path
    if is_object(value):
        for name, member in value.items():
            yield from _places(member, (*path, name))
    elif is_array(value):
        for item in value:
            yield from _places(item, (*path, 0))


def _takes(validator: Any, wire: str, value: Any) -> bool:
    properties: Mapping[str, Any] = validator.schema["properties"]
    return wire not in properties or bool(validator.evolve(schema=properties[wire]).is_valid(value))


def _failures(validator: Any, body: Any) -> Iterator[Path]:
    """Yield every place where a body is refused, also inside the alternatives of a union."""
    waiting = list(validator.iter_errors(body))
    for error in waiting:
        place = tuple(error.absolute_path)
        if error.validator == "required":
            missing = (name for name in error.validator_value if name not in error.instance)
            yield from ((*place, name) for name in missing)
        else:
            yield place
        waiting += error.context


def _generalised(place: Path) -> Path:
    return tuple(0 if isinstance(step, int) else step for step in place)


def _has_pattern(word: str, value: Any) -> bool:
    """Return whether a keyword is a pattern, or holds one."""
    return word in _PATTERNS or '"pattern' in shown(value)


def _given(value: Any, _type: Type) -> Any:
    return value


def _in_words(delta: Delta) -> str:
    """Return the counterexample in words where JSON cannot show it: local files and their measures."""
    if delta.aspect == Aspect.MEDIA:
        return f"a local {delta.old} file" if delta.old else "any text that is not a URL"
    if delta.aspect != Aspect.RULE:
        return ""
    rule, new = str(delta.type["rule"]), float(delta.new)
    name, sense = parse_rule(rule)
    kind = _media_kind(delta.type)
    value = _beyond(new, delta.old and float(delta.old), sense)
    quantity = QUANTITIES.get(name)
    if quantity is None or value is None or (quantity.is_whole and not value.is_integer()):
        return f"a medium that breaks {rule} {shown(delta.new)}"
    medium = KINDS[kind].phrase if kind else "a file"
    return f"{medium} {quantity.example.format(value=value)}"


def _beyond(new: float, old: float | None, sense: str) -> float | None:
    """Return a value that the old rule allowed and the new one does not."""
    if sense not in ("<", ">"):
        return None
    if old is not None:
        return (new + old) / 2
    return new * 2 if sense == "<" else new / 2


def _media_kind(type_: Type) -> MediaKind | None:
    branches = (*type_.get("anyOf", (type_,)), type_.get("items", {}))
    return next((branch["media"] for branch in branches if "media" in branch), None)
