"""Schemas that could take for ever: too much of everything, and texts made for slow patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from .hostile_schemas import OUTPUT, STRING, Case, request

MB = 1_000_000


def nested(levels: int, kind: str, inner: Any = STRING) -> Any:
    for _ in range(levels):
        inner = {
            "items": {"type": "array", "items": inner},
            "properties": {"type": "object", "properties": {"a": inner}},
            "anyOf": {"anyOf": [inner, {"type": "integer"}]},
            "additionalProperties": {"type": "object", "additionalProperties": inner},
        }[kind]
    return inner


def _choices(number: int, length: int = 1) -> dict[str, Any]:
    return {"enum": [f"{at}".rjust(length, "x") for at in range(number)]}


def _wide(levels: int, width: int) -> Any:
    if not levels:
        return {"type": "string", "minLength": width}
    return {"anyOf": [_wide(levels - 1, width - each % 2) for each in range(width)]}


def _rules(number: int, length: int) -> list[Any]:
    rule = {
        "validation_rule": "file_size_mb<",
        "validation_value": 1,
        "validation_error": "x" * length,
    }
    return [rule] * number


SIZES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "10,000 properties": lambda: request({f"p{each}": STRING for each in range(10_000)}),
    "200 properties": lambda: request({f"p{each}": {**STRING, "description": "d" * 50} for each in range(200)}),
    "200 properties of one name": lambda: request({"p" + "-" * each: STRING for each in range(200)}),
    "200 look-alikes": lambda: request({chr(0x2E80 + each): STRING for each in range(200)}),
    "20,000 properties in objects": lambda: request({f"o{o}": {"properties": {f"p{each}": {} for each in range(200)}} for o in range(100)}),
    "depth 38 by items": lambda: request({"x": nested(38, "items")}),
    "depth 38 by properties": lambda: request({"x": nested(38, "properties")}),
    "depth 38 by anyOf": lambda: request({"x": nested(38, "anyOf")}),
    "depth 38 by additionalProperties": lambda: request({"x": nested(38, "additionalProperties")}),
    "depth 490 by items": lambda: request({"x": nested(490, "items")}),
    "depth 480 by properties": lambda: request({"x": nested(240, "properties")}),
    "depth 480 by anyOf": lambda: request({"x": nested(240, "anyOf")}),
    "5,000 choices": lambda: request({"x": _choices(5000)}),
    "2,000 long choices": lambda: request({"x": _choices(1900, 100)}),
    "5,000 long choices": lambda: request({"x": _choices(4000, 100)}),
    "20,000 choices in 200 enums": lambda: request({f"x{each}": _choices(100) for each in range(200)}),
    "an enum of 10 MB": lambda: request({"x": _choices(10_000, 1000)}),
    "a choice of 10 MB": lambda: request({"x": {"enum": ["x" * 10 * MB]}}),
    "a choice of 400 KB": lambda: request({"x": {"enum": ["\u202e" * 60_000]}}),
    "a description of 10 MB": lambda: request({"x": {**STRING, "description": "word " * 2 * MB}}),
    "a description of 400 KB": lambda: request({"x": {**STRING, "description": "word " * 80_000}}),
    "a default of 400 KB": lambda: request({"x": {**STRING, "default": "'\"" * 100_000}}),
    "a name of 400 KB": lambda: request({"image_a" * 60_000: {"properties": {f"p{each}": {"default": 1} for each in range(190)}}}),
    "a key of 400 KB": lambda: {**request({"x": STRING}), "x-" + "y" * 200_000: {f"k{each}": " x" for each in range(9000)}},
    "long names at every depth": lambda: request({"x": _long_names(40)}),
    "1,000 branches": lambda: request({"x": {"anyOf": [{"minLength": each, **STRING} for each in range(1000)]}}),
    "8,000 branches in branches": lambda: request({"x": _wide(3, 19)}),
    "200 large unions": lambda: request({f"x{each}": _wide(1, each % 19 + 1) for each in range(200)}),
    "6,000 rules": lambda: request({"x": {**STRING, "validations": _rules(4000, 1)}}),
    "100 MB of rules": lambda: request({"x": {**STRING, "validations": _rules(100, MB)}}),
    "100 kinds of union": lambda: request({f"x{each}": _wide(1, each % 3 + 1) for each in range(100)}),
    "400 rules": lambda: request({"x": {**STRING, "validations": _rules(400, 900)}}),
    "50,000 times required": lambda: request({"x": STRING}, *["x"] * 50_000),
    "20,000 unknown are required": lambda: request({f"p{each}" * 50: STRING for each in range(200)}, *(f"y{each}" for each in range(20_000))),
    "a billion items": lambda: request({"x": {"type": "array", "items": STRING, "minItems": 10**9}}, "x"),
    "a type of 30,000 words": lambda: request({"x": {"type": ["string"] * 30_000}}),
    "200 unknown formats": lambda: request({f"p{each}": {**STRING, "format": f"{each}" * 20} for each in range(200)}),
    "a pattern without end": lambda: request({"x": {**STRING, "pattern": "(a+)+$", "default": "a" * 50_000 + "!"}}),
    "500 integers of 1,000 digits": lambda: request({"x": {"enum": [10**999 + each for each in range(400)]}}),
}  # fmt: skip


def _long_names(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {f"p{each}": {**STRING, "default": 1} for each in range(190)}
    for _ in range(levels):
        inner = {"n" * 480: {"type": "object", "properties": inner}}
    return {"type": "object", "properties": inner}


# Words that the patterns of `lint` and of `add` look for: repeated, they make one look again and again.
_TOKENS = (
    "{%", "%}", "{{", "}}", "{{ a", "$", "${", "$ 5", "<|", "|>", "a", "1", "1,", "1.", "1 to ", "1-", "-", "–", "to ", "up to ", "at most ",
    "max ", "max: ", "between 1 and ", "default", "default: ", "(default)", "is the default ", "`", "`a`", "'", '"', "“", "“a”", "one of ", "options: ",
    "values", "either ", ", ", "or ", "and ", "/", ":", ".", ";", "(", ")", " ", "\n", "\t", "  ", "see ", "below", "price", "costs ", "_", "image_", "_url", "https://",
    "x.", "x", "A", "modelApiDoc_", "> `", "{", "{a:", "{ a,", "required", "optional ", "px", "MB", "x ", "×", "16:9", "characters ", "、", "自动", "auto", "max_", "pixels ",
    "'\\''", "curl ", "--url ", "--data '", '{"', "\\", "=", "<", "<a", "</", "<!--", "&amp;", "&#", "<p>", "https://x/v1/models/", "\u202e", "é", "\U0001f98a",
)  # fmt: skip
_PUMPED = 20_000  # characters in each of a dozen slots


def pumped(seed: int, number: int) -> Case:
    """Return an endpoint whose texts repeat a few such words."""
    rng = Random(f"pumped {seed}/{number}")
    head, unit, tail = (
        "".join(rng.choices(_TOKENS, k=rng.randrange(least, 4))) for least in (0, 1, 0)
    )
    text = head + unit * (_PUMPED // len(unit)) + tail
    said = {"title": text, "description": text}
    properties = {
        "x": {**STRING, **said, "default": text, "enum": [text, "a"], "format": text, "validations": [_rules(1, 1)[0] | {"validation_rule": text}]},
        "n": {"type": "integer", "description": text, "minimum": 1, "maximum": 7, "default": 3},
        "l": {"type": "array", "items": STRING, "maxItems": 3, "description": text},
    }  # fmt: skip
    info = {"display_name": text, "description": text, "pricing_note": text, "example": {"x": text}}
    return Case(f"pumped/p{number}", request(properties, "x"), OUTPUT, info)


def sizes() -> Iterator[Case]:
    for number, (name, make) in enumerate(SIZES.items()):
        yield Case(f"sizes/s{number}", make(), info={"display_name": name})
