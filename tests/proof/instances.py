"""Instances of a schema drawn at random: valid, at a boundary, and with exactly one thing wrong.

They come from the published schema itself; what is right and what is wrong says a validator. The
numbers of a `Random` make them, so that one seed gives one list, and hypothesis can shrink one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

Schema = Mapping[str, Any]

_WORDS = {"float": "number", "double": "number", "int": "integer", "bool": "boolean"}
_ANYTHING: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 5, 1.0, 5.5, 10**20, "", "5", "1.0", "true", "null", "a text"),
    *([], ["a"], [1], [None], [[]], {}, {"a": 1}, {"url": "https://example.com/a.png"}),
)
_LETTERS = "ab Z09-_.:/\\\"'{}%\n\té漢\U0001f98a‮\u0301\x00"
_URLS = ("https://example.com/a.png", "data:image/png;base64,iVBORw0KGgo=", "example.mp4")
# Numbers where an implementation with 64 bits goes wrong.
_BIG = (2**31, 2**53, 2**53 + 1, -(2**53) - 1, 2**63, 2**64 + 1, 10**20, 10**30, 1e16, 1e30, 1e300)


def implied(schema: Schema) -> str:
    """Return the type of a schema that does not say it; empty where nothing hints at one."""
    for word, hints in (
        ("object", ("properties", "required", "additionalProperties")),
        ("array", ("items", "minItems", "maxItems")),
        ("string", ("format", "minLength", "maxLength")),
        ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    ):
        if any(hint in schema for hint in hints):
            return word
    return ""


@dataclass(frozen=True)
class Instances:
    """Draws values from a random source."""

    random: Random

    def draw(self, schema: Schema) -> Any:
        """Return an instance: half of them meant to be valid, the others with one thing changed."""
        value = self.value(schema)
        return value if self.random.random() < 0.45 else self.nearly(schema, value)

    def value(self, schema: Schema) -> Any:
        """Return a value that should be valid, often at a boundary."""
        if "const" in schema:
            return schema["const"]
        if choices := _listed(schema.get("enum")):
            pick = self._one(choices)
            if schema.get("type") != "array":
                return pick
            return [self._one(choices) for _ in range(self._count(schema, "Items"))]
        for keyword in ("anyOf", "oneOf"):
            if branches := _listed(schema.get(keyword)):
                siblings = {key: each for key, each in schema.items() if key != keyword}
                branch = self._one(branches)
                return self.value({**siblings, **branch} if isinstance(branch, Mapping) else {})
        if schema.get("nullable") and self.random.random() < 0.2:
            return None
        return self._of_type(self._word(schema), schema)

    def nearly(self, schema: Schema, value: Any) -> Any:
        """Return the value with one thing changed: here, or somewhere inside."""
        inner = self._inner(schema, value)
        if inner and self.random.random() < 0.75:
            key, described = self._one(inner)
            copy = dict(value) if isinstance(value, dict) else list(value)
            copy[key] = self.nearly(described, value[key])
            return copy
        return self._one([*self._mutants(schema, value)])

    def _one(self, values: Any) -> Any:
        """Any of them; the first and the last more often."""
        if self.random.random() < 0.3:
            return values[self._one_of_two(0, -1)]
        return values[self.random.randrange(len(values))]

    def _one_of_two(self, one: int, other: int) -> int:
        return one if self.random.random() < 0.5 else other

    def _word(self, schema: Schema) -> str:
        published = schema.get("type", implied(schema))
        word = str(self._one(published) if isinstance(published, list) else published).lower()
        return _WORDS.get(word, word)

    def _of_type(self, word: str, schema: Schema) -> Any:
        makers: dict[str, Callable[[Schema], Any]] = {
            "string": self._text,
            "integer": self._integer,
            "number": self._number,
            "boolean": lambda _: self.random.random() < 0.5,
            "null": lambda _: None,
            "array": self._array,
            "object": self._object,
        }
        return makers[word](schema) if word in makers else self._one(_ANYTHING)

    def _object(self, schema: Schema) -> dict[str, Any]:
        described = schema.get("properties") or {}
        required = _listed(schema.get("required"))
        often = self.random.choice((0.0, 0.3, 0.6, 1.0))
        made = {
            name: self.value(child if isinstance(child, Mapping) else {})
            for name, child in described.items()
            if name in required or self.random.random() < often
        }
        extra = schema.get("additionalProperties")
        if not described and extra is not False:
            for _ in range(self.random.randrange(4)):
                inner = extra if isinstance(extra, Mapping) else {}
                made[self._one(("a", "b c", "class", "", "é", "0"))] = self.value(inner)
        return made

    def _array(self, schema: Schema) -> list[Any]:
        items = schema.get("items")
        if items is None and "format" in schema:
            items = {"type": "string", "format": "uri"}
        inner = items if isinstance(items, Mapping) else {}
        return [self.value(inner) for _ in range(self._count(schema, "Items"))]

    def _count(self, schema: Schema, what: str) -> int:
        low, high = _whole(schema.get(f"min{what}")), _whole(schema.get(f"max{what}"))
        least = low if low is not None else 0
        most = high if high is not None else least + 4
        return max(0, int(self._one((least, self.random.randint(least, max(least, most)), most))))

    def _text(self, schema: Schema) -> str:
        if _is_media(schema) and self.random.random() < 0.7:
            return str(self._one(_URLS))
        length = min(self._count(schema, "Length"), 10_000)
        if self.random.random() < 0.2:
            return str(self._one(_LETTERS)) * length
        return "".join(self.random.choices(_LETTERS, k=min(length, 40))).ljust(length, "x")

    def _integer(self, schema: Schema) -> int | float:
        value = self._number(schema)
        if "multipleOf" not in schema:
            whole = math.floor(value)
            value = whole if whole >= _ends(schema)[0] else math.ceil(value)
        is_small = isinstance(value, int) and abs(value) < 2**53
        return float(value) if is_small and self.random.random() < 0.1 else value

    def _number(self, schema: Schema) -> int | float:
        low, high = _ends(schema)
        step = schema.get("multipleOf")
        if isinstance(step, (int, float)) and step > 0:
            first = math.ceil(low / step) if low > -math.inf else -3
            last = math.floor(high / step) if high < math.inf else first + 50
            return self.random.randint(first, max(first, last)) * step
        open_ends = (schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum"))
        ends = [end for end in (low, high) if abs(end) < math.inf and end not in open_ends]
        if len(ends) < 2 and self.random.random() < 0.3:
            big = [each for each in _BIG if low <= each <= high]
            if big:
                return self._one(big)  # type: ignore[no-any-return]
        start = low if low > -math.inf else min(high, 0) - 10
        stop = high if high < math.inf else max(start, 0) + 10
        between = start + (stop - start) * self.random.random()
        return self._one((*ends, *map(float, ends), round(between, 2), math.floor(between)))  # type: ignore[no-any-return]

    def _inner(self, schema: Schema, value: Any) -> list[tuple[Any, Schema]]:
        """Return what is in a value, with the schema that describes it."""
        if isinstance(value, dict):
            children = schema.get("properties") or {}
            extra = schema.get("additionalProperties")
            default = extra if isinstance(extra, Mapping) else {}
            return [(name, children.get(name, default)) for name in value]
        if isinstance(value, list):
            items = schema.get("items")
            return [(at, items if isinstance(items, Mapping) else {}) for at in range(len(value))]
        return []

    def _mutants(self, schema: Schema, value: Any) -> Iterator[Any]:
        """Return the value with one thing changed, here."""
        yield from (None, [value], {"value": value}, self._one(_ANYTHING), str(value)[:50])
        if isinstance(value, bool):
            yield from (int(value), float(value), not value)
        elif isinstance(value, (int, float)):
            yield from _near(value)
        elif isinstance(value, str):
            yield from (value.swapcase(), f"{value} ", value[:-1], value.strip(), value[::-1])
            if value.isdecimal() and len(value) < 20:
                yield from (int(value), float(value))
        elif isinstance(value, list):
            yield from self._other_lists(schema, value)
        elif isinstance(value, dict):
            yield from self._other_objects(schema, value)
        yield from self._beyond(schema, value)

    def _beyond(self, schema: Schema, value: Any) -> Iterator[Any]:
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if isinstance(schema.get(keyword), (int, float)):
                yield schema[keyword]
                yield from _near(schema[keyword])
        for keyword, change in (("minLength", -1), ("maxLength", 1)):
            length = _whole(schema.get(keyword))
            if length is not None and 0 <= length + change <= 10_000:
                yield self._one(("x", "\U0001f98a")) * (length + change)
        for choice in _listed(schema.get("enum")):
            if isinstance(choice, (int, float)):
                yield from (str(choice), choice + 1, float(choice), bool(choice), choice + 0.5)
        for branch in (*_listed(schema.get("anyOf")), *_listed(schema.get("oneOf"))):
            if isinstance(branch, Mapping):
                inner = self.value(branch)
                yield from (inner, *self._mutants(branch, inner))

    def _other_lists(self, schema: Schema, value: list[Any]) -> Iterator[Any]:
        item = value[0] if value else self._one(_ANYTHING)
        yield from (item, [*value, item], value[:-1], [*value, None], value * 2, [])
        for keyword, change in (("minItems", -1), ("maxItems", 1)):
            count = _whole(schema.get(keyword))
            if count is not None and 0 <= count + change <= 200:
                yield (value * (count + 1) or [item] * (count + 1))[: count + change]

    def _other_objects(self, schema: Schema, value: dict[str, Any]) -> Iterator[Any]:
        yield from (
            {**value, "no_such_name": 1},
            {**value, "": None},
            [[*each] for each in value.items()][:3],
        )
        for name in value:
            rest = {key: each for key, each in value.items() if key != name}
            yield from (rest, {**rest, name.swapcase() + "_": value[name]}, {**value, name: None})
        for name in schema.get("properties") or {}:
            if name not in value:
                yield {**value, name: self._one(_ANYTHING)}


def _near(number: int | float) -> Iterator[int | float | str | bool]:
    yield from (number - 1, number + 1, number + 0.5, -number, str(number), number == 1)
    if abs(number) < 2**1000:
        yield from (
            float(number),
            math.nextafter(number, math.inf),
            math.nextafter(number, -math.inf),
        )


def _ends(schema: Schema) -> tuple[float, float]:
    def end(keyword: str, absent: float) -> float:
        value = schema.get(keyword)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return value if is_number else absent  # type: ignore[return-value]

    low = max(end("minimum", -math.inf), end("exclusiveMinimum", -math.inf))
    return low, min(end("maximum", math.inf), end("exclusiveMaximum", math.inf))


def _is_media(schema: Schema) -> bool:
    return str(schema.get("format", "")).rstrip("s").endswith("uri")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: Any) -> int | None:
    is_count = (
        isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1
    )
    return int(value) if is_count and 0 <= value <= 10_000 else None
