"""Compare one endpoint on two sides, and place its changes in the captured files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..build.reading import Reading
from ..dialect.conditionals import CONDITIONALS
from ..dialect.schema_classes import SchemaClasses
from ..dialect.words import EXTENSIONS, SERVER_KEYWORDS
from ..runtime._base.money import price_text
from ..text.documents import Document, pointer_to
from ..text.json_types import is_array, is_object
from .changes import Counterexample, Delta, Path, SchemaChange
from .comparison import Comparison, brief, shown
from .python_names import lost_names
from .rules import Aspect, Direction, Side, rule_for
from .unread import is_unread, properties_of, unread

_PRICE = re.compile(r"(price|pricing|cost)")
_DEMANDS = frozenset({"anyOf", "oneOf", "dependentRequired", "not", *CONDITIONALS, "then", "else"})
_OWN_FACTS = frozenset({"model_id", "gone", "example", "source", "page_texts"})


def compare_endpoints(old: Reading, new: Reading) -> Iterator[SchemaChange]:
    """Yield all changes of an endpoint that is on both sides."""
    # Imported here: a comparison without differences does not need jsonschema.
    from .counterexamples import Counterexamples

    yield from _facts(old, new)
    counterexamples = Counterexamples(old, new)
    for change, delta in compare_schemas(old, new):
        if change.rule.severity != "breaking":
            yield change
        elif change.rule_id.startswith("input-"):
            yield counterexamples.attach(change, delta)
        else:
            yield replace(change, counterexample=_python_counterexample(change, delta, old))


def _python_counterexample(change: SchemaChange, delta: Delta, old: Reading) -> Counterexample:
    """Return the Python that a change of names or of the output breaks."""
    if change.rule_id == "python-parameter-renamed" and len(delta.path) == 1:
        return _code(f"client.{old.name.attribute_path}.submit({delta.old}=...)")
    place = place_name(delta.path[:-1])
    outer = ".".join(part for part in ("result.output", place.replace("[]", "[0]")) if part)
    name = delta.old if delta.aspect == Aspect.NAME else _python_name(delta, old)
    return _code(f"{outer}.{name}")


def _python_name(delta: Delta, old: Reading) -> str:
    """Return the attribute for the last step of a place."""
    fields = list(old.output.cls.fields)
    for cls in old.output.nested.values():
        fields += cls.fields
    wires = [step for step in delta.path if isinstance(step, str)]
    return next((field.name for field in fields if wires and field.wire == wires[-1]), "...")


def _code(text: str) -> Counterexample:
    return Counterexample(words=text, is_code=True)


def compare_schemas(old: Reading, new: Reading) -> Iterator[tuple[SchemaChange, Delta]]:
    """Yield the changes of input and output, without counterexamples."""
    sides: tuple[
        tuple[Side, tuple[SchemaClasses, SchemaClasses], tuple[Document, Document]], ...
    ] = (
        (Side.INPUT, (old.input, new.input), (old.source.input, new.source.input)),
        (Side.OUTPUT, (old.output, new.output), (old.source.output, new.source.output)),
    )
    for side, parts, documents in sides:
        for delta in _compare_parts(*parts):
            yield _judged(side, delta, parts, documents, old.source.model_id), delta


def presence(reading: Reading, side: Direction) -> SchemaChange:
    """Return the change of an endpoint that only one side has: WIDER for a new one."""
    path = f"client.{reading.name.attribute_path}"
    message = "removed"
    counterexample: Counterexample | None = _code(f"{path}.submit(...)")
    if side == Direction.WIDER:
        title, price = reading.info.get("display_name"), _price_of(reading.info)
        facts = (json.dumps(title, ensure_ascii=False) if title else "", path, price)
        message, counterexample = ", ".join(["new", *filter(None, facts)]), None
    return SchemaChange(
        rule_for(Side.ENDPOINT, Aspect.MODEL, side).id,
        reading.source.model_id,
        "",
        message,
        reading.source.endpoint.file,
        old=None if side == Direction.WIDER else reading.name.attribute_path,
        new=reading.name.attribute_path if side == Direction.WIDER else None,
        counterexample=counterexample,
    )


def renaming(old: Reading, new: Reading) -> Iterator[SchemaChange]:
    """Yield the changes of an endpoint that has another id, while code with its old names still works."""
    new_id = new.source.model_id
    message, place = f"renamed to {new_id}", new.source.endpoint.file
    rule = rule_for(Side.ENDPOINT, Aspect.MODEL, Direction.CHANGED).id
    yield SchemaChange(
        rule, old.source.model_id, "", message, place, old=old.source.model_id, new=new_id
    )
    for change in compare_endpoints(old, new):
        if change.rule_id not in ("python-path-changed", "python-class-renamed"):
            yield change


def _judged(
    side: Side,
    delta: Delta,
    parts: tuple[SchemaClasses, SchemaClasses],
    documents: tuple[Document, Document],
    model_id: str,
) -> SchemaChange:
    places = [_resolved(part, delta) for part in parts]
    # Where the new side has it, there; else where it was.
    at = 0 if places[0][0] > places[1][0] else 1
    pointer = documents[at].published(places[at][1])
    line, column = documents[at].locate(pointer)
    return SchemaChange(
        rule_for(side, delta.aspect, delta.direction).id,
        model_id,
        place_name(delta.path),
        delta.message,
        documents[at].file,
        line,
        column,
        pointer,
        delta.old,
        delta.new,
    )


def place_name(path: Path) -> str:
    """Return a place as text, such as `loras[].scale`."""
    return "".join("[]" if step == 0 else f".{step}" for step in path).removeprefix(".")


def _resolved(part: SchemaClasses, delta: Delta) -> tuple[int, str]:
    """Return how far a place can be followed in a published schema, and the pointer that far."""
    schema: Any = part.schema
    pointer, depth = part.pointer, 0
    for step in delta.path:
        keys = ("items",) if step == 0 else ("properties", str(step))
        if step == "*" and not is_object(schema.get("properties")):
            keys = ("additionalProperties",)
        inner = schema
        for key in keys:
            inner = inner.get(key) if is_object(inner) else None
        if not is_object(inner):
            return depth, pointer
        schema, pointer, depth = inner, pointer + pointer_to(*keys), depth + 1
    if delta.keyword and delta.keyword in schema:
        return depth + 1, pointer + pointer_to(delta.keyword)
    return depth, pointer


def _compare_parts(old: SchemaClasses, new: SchemaClasses) -> Iterator[Delta]:
    deltas = list(Comparison(old.nested, new.nested).objects(old.cls, new.cls))
    yield from deltas
    olds, news = (unread(part.schema) for part in (old, new))
    for path, keyword in sorted(olds.keys() | news.keys(), key=str):
        was, now = olds.get((path, keyword)), news.get((path, keyword))
        top_gone = path and not all(path[0] in properties_of(part.schema) for part in (old, new))
        if shown(was) != shown(now) and not top_gone:
            aspect, what = Aspect.UNREAD, "which the SDK does not check"
            if keyword.startswith(EXTENSIONS):
                aspect, what = Aspect.SPELLING, "which is for tools that show a form"
            is_constraint = keyword in SERVER_KEYWORDS and now is not None
            direction = Direction.NARROWER if is_constraint else Direction.CHANGED
            message = f"{keyword}, {what}: {shown(was)} -> {shown(now)}"
            delta = Delta(aspect, direction, path, message, keyword, was, now)
            deltas.append(delta)
            yield delta
    yield from _spellings(old, new, deltas)


def _spellings(old: SchemaClasses, new: SchemaClasses, deltas: list[Delta]) -> Iterator[Delta]:
    """Yield changes of spelling that change no meaning."""
    message = "written differently, read the same"
    reported = {delta.path[:1] for delta in deltas}
    olds, news = properties_of(old.schema), properties_of(new.schema)
    for wire in sorted(olds.keys() & news.keys()):
        if (wire,) not in reported and shown(olds[wire]) != shown(news[wire]):
            yield Delta(Aspect.SPELLING, Direction.CHANGED, (wire,), message)
    around = [{**part.schema, "properties": None} for part in (old, new)]
    chosen = any(delta.aspect == Aspect.COMBINATION for delta in deltas)
    demanded = any(
        delta.aspect in (Aspect.REQUIRED, Aspect.DEMAND, Aspect.PROPERTY) for delta in deltas
    )
    for word in sorted(around[0].keys() | around[1].keys()):
        was, now = (schema.get(word) for schema in around)
        sides = [part.schema for part in (old, new) if word in part.schema]
        known = any(not is_unread(schema, word) for schema in sides)
        known = known and not (word == "required" and demanded)
        known = known and not (word in _DEMANDS and chosen)
        if known and shown(_unordered(was)) != shown(_unordered(now)):
            aspect = Aspect.TEXT if word in ("title", "description") else Aspect.SPELLING
            yield Delta(aspect, Direction.CHANGED, (), f"{word}: {message}", word, was, now)


def _unordered(value: Any) -> Any:
    return sorted(map(shown, value)) if is_array(value) else value


def _facts(old: Reading, new: Reading) -> Iterator[SchemaChange]:
    """Yield the changes of the facts of the catalogue, and of the names in Python."""
    infos = old.info, new.info
    document = new.source.endpoint

    def change(
        aspect: Aspect, direction: Direction, message: str, key: str, was: Any, now: Any
    ) -> SchemaChange:
        names = aspect in (Aspect.PATH, Aspect.CLASS)
        line, column = document.locate(pointer_to(key)) if key else (0, 0)
        rule = rule_for(Side.ENDPOINT, aspect, direction).id
        pointer = pointer_to(key) if key in new.info else ""
        model_id = old.source.model_id
        schema_change = SchemaChange(
            rule, model_id, "", message, document.file, line, column, pointer, was, now
        )
        return (
            replace(schema_change, counterexample=_code(message.partition(" -> ")[0]))
            if names
            else schema_change
        )

    if old.is_gone != new.is_gone:
        message = "vanished from the catalogue" if new.is_gone else "in the catalogue again"
        direction = Direction.NARROWER if new.is_gone else Direction.WIDER
        yield change(Aspect.GONE, direction, message, "gone", old.is_gone, new.is_gone)
    prices = [_price_of(info) for info in infos]
    if prices[0] != prices[1]:
        message = f"price: {prices[0] or 'unknown'} -> {prices[1] or 'unknown'}"
        yield change(Aspect.PRICE, Direction.CHANGED, message, "base_price_usd", *prices)
    for key in sorted((old.info.keys() | new.info.keys()) - _OWN_FACTS):
        was, now = (info.get(key) for info in infos)
        if not _PRICE.search(key) and shown(was) != shown(now):
            yield change(
                Aspect.FACTS,
                Direction.CHANGED,
                f"{key}: {brief(was)} -> {brief(now)}",
                key,
                was,
                now,
            )
    was, now = (info.get("example") for info in infos)
    if shown(was) != shown(now):
        yield change(
            Aspect.EXAMPLE, Direction.CHANGED, "another example request", "example", was, now
        )
    yield from _names(old, new, change)


def _names(
    old: Reading, new: Reading, change: Callable[..., SchemaChange]
) -> Iterator[SchemaChange]:
    """Yield the changes of the names in Python."""
    module = old.name.attribute_path
    for name in lost_names(old, new):
        lost = change(Aspect.NESTED, Direction.NARROWER, f"{name} removed", "", name, None)
        yield replace(lost, counterexample=_code(f"from <package>.models.{module} import {name}"))
    for aspect, was, now in (
        (Aspect.PATH, f"client.{old.name.attribute_path}", f"client.{new.name.attribute_path}"),
        (Aspect.CLASS, f"{old.name.class_prefix}Request", f"{new.name.class_prefix}Request"),
    ):
        if was != now:
            yield change(aspect, Direction.CHANGED, f"{was} -> {now}", "", was, now)


def _price_of(info: Mapping[str, Any]) -> str:
    """Return the published price, on one line."""
    base, unit = info.get("base_price_usd"), info.get("price_unit")
    known = {"base_price_usd", "price_unit"}
    parts: list[str] = []
    if base is not None:
        parts.append(price_text(base, unit if isinstance(unit, str) else "") or shown(base))
    for key in sorted(info.keys() - known):
        if _PRICE.search(key) and info[key] is not None:
            parts.append(info[key] if isinstance(info[key], str) else shown(info[key]))
    return "; ".join(parts)
