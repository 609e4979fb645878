"""Hostile endpoints: a fixed corpus as data, and endpoints drawn at random from a seed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from .hostile_texts import IDS, NAMES, TEXTS, draw_id, draw_name, draw_text

STRING: dict[str, Any] = {"type": "string"}
OUTPUT: dict[str, Any] = {"output": {"type": "object", "properties": {"image": STRING}}}


@dataclass(frozen=True)
class Case:
    """An endpoint as its publisher could send it. Raw JSON of odd numbers is given as `RAW + text`."""

    model_id: str
    input: Any
    output: Any = field(default_factory=lambda: OUTPUT)
    info: dict[str, Any] = field(default_factory=dict[str, Any])
    overlay: Any = None


RAW = "@raw@"
_RAW = re.compile(rf'"{RAW}([^"]*)"')


def as_json(value: Any, *, plain: bool = False) -> str:
    """JSON with the raw numbers in it; plain: characters as they are, where UTF-8 has them."""
    text = json.dumps(value, ensure_ascii=not plain)
    encodable = text.encode(errors="surrogatepass").decode(errors="surrogateescape")
    text = text if encodable == text else json.dumps(value)
    return _RAW.sub(lambda match: match[1], text)


def request(properties: Any, *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


# What datamodel-code-generator, JSON Schema tools and YAML readers are known to obey.
INJECTIONS: tuple[dict[str, Any], ...] = (
    {"customTypePath": "os.system"},
    {"customBasePath": "os.system"},
    {"x-python-import": {"module": "os", "name": "system"}},
    {"x-python-type": "__import__('os').system('touch pwned')"},
    {"x-enum-varnames": ["__import__('os')"]},
    {"x-enum-field-as-literal": "none"},
    {"default_factory": "os.getcwd"},
    {"title": "os\nimport os"},
    {"$ref": "file:///etc/passwd"},
    {"$ref": "http://127.0.0.1:9/schema.json"},
    {"$ref": "../../../etc/passwd#/x"},
    {"$ref": "#/properties/x"},
    {"$ref": "#"},
    {"$recursiveRef": "#"},
    {"$dynamicRef": "#x"},
    {"$id": "http://127.0.0.1:9/", "$schema": "http://127.0.0.1:9/schema"},
    {"$defs": {"x": {"customTypePath": "os.system"}}, "$ref": "#/$defs/x"},
    {"allOf": [{"$ref": "#/properties/x"}]},
    {"not": {}},
    {"if": {}, "then": {"customTypePath": "os.system"}},
    {"discriminator": {"propertyName": "__class__"}},
    {"const": "os.system"},
    {"format": "python-object"},
    {"format": "uri", "contentMediaType": "text/x-python"},
    {"type": "!!python/object/apply:os.system ['id']"},
    {"<<": {"type": "!!python/name:os.system"}},
    {"pattern": "(a+)+$", "default": "a" * 60 + "!"},
    {"pattern": "(?P<x>"},
    {"pattern": "\\"},
    {"examples": ["x"], "deprecated": "yes", "readOnly": {}, "$comment": "# noqa"},
)
NUMBERS: tuple[Any, ...] = (
    0, -1, 1.5, -0.0, 1e300, 5e-324, 2**53, -(2**63), 10**400, True, None, "1", [], {}, f"{RAW}1e400", f"{RAW}-1e400", f"{RAW}NaN",
    f"{RAW}Infinity", f"{RAW}{'9' * 5000}", f"{RAW}1.{'0' * 5000}", f"{RAW}1e-400", f"{RAW}00", f"{RAW}0x10",
)  # fmt: skip
_CONSTRAINTS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems",
    "minProperties", "uniqueItems",
)  # fmt: skip
_WORDS = (
    "string",
    "string",
    "integer",
    "number",
    "float",
    "boolean",
    "array",
    "object",
    "null",
    "String",
    "any",
)
_FORMATS = (
    "image_uri",
    "video_uris",
    "audio_uri",
    "uri",
    "date-time",
    "binary",
    "ipv4",
    "uuid",
    "password",
    "json",
)
_RULES = ("file_size_mb<", "width/height>", "width_pixels >= ", "duration<=", "width_pixels", "")


def corpus() -> Iterator[Case]:
    """Return the fixed part: every text and name in every slot, every injection, each by itself."""
    for number, text in enumerate(TEXTS):
        yield everywhere(f"text/t{number}", text)
    for number, injection in enumerate(INJECTIONS):
        property_ = {"type": "string", **injection}
        inner = {"type": "object", "properties": {"y": property_}, **injection}
        properties = {
            "x": property_,
            "nested": inner,
            "list": {"type": "array", "items": property_},
        }
        yield Case(f"injection/a{number}", request(properties))
        yield Case(f"injection/b{number}", {**request({"x": STRING}), **injection})
        yield Case(
            f"injection/c{number}", request({"x": STRING}), {**request(properties), **injection}
        )
    for number, published in enumerate(NUMBERS):
        odd = dict.fromkeys(_CONSTRAINTS, published)
        types = ("integer", "number", "string", "array")
        properties = {
            **{word: {"type": word, **odd, "default": published} for word in types},
            "enum": {"enum": [published, 1, "x"]},
            "rule": {**STRING, "validations": [_rule("file_size_mb<", published, "x")]},
        }
        for word, property_ in properties.items():
            yield Case(f"number/n{number}-{word}", request({word: property_}))
    for at in range(0, len(NAMES), 50):
        some = NAMES[at : at + 50]
        yield Case(
            f"names/n{at}",
            request(dict.fromkeys(some, STRING), *some[:25]),
            request(dict.fromkeys(some, STRING)),
        )
        inner = {
            name: {"type": "object", "properties": {name: {"enum": [name, "x"]}}} for name in some
        }
        yield Case(f"names/o{at}", request(inner))


def one_by_one() -> Iterator[Case]:
    """Every name in an id and in an endpoint of its own."""
    for number, name in enumerate(NAMES):
        yield Case(f"names/{number}-{_folder(name)}/x", request({name: {"enum": ["a", name]}}))
    for model_id in IDS:
        yield Case(model_id, request({"x": STRING}))


def _folder(name: str) -> str:
    return re.sub(r'[\\:*?"<>|{}/\x00-\x1f]|[ .]+\Z', "", name) or "x"


def _rule(rule: Any, value: Any, message: Any) -> dict[str, Any]:
    return {"validation_rule": rule, "validation_value": value, "validation_error": message}


def everywhere(model_id: str, text: str) -> Case:
    """One text in every slot that takes text."""
    prose = {"title": text, "description": text, "$comment": text, "x-vendor": {text: text}}
    properties = {
        "plain": {"type": "string", "default": text, "pattern": text, **prose},
        f"{text}.": {"type": "string", "enum": [text, "x"], **prose},
        "media": {"type": "string", "format": "image_uri", "validations": [_rule("file_size_mb<", 1, text), _rule(text, 1, text)]},
        "list": {"type": "array", "items": {"type": "string", "enum": [text, "y"]}, "default": [text]},
        "object": {"type": "object", "properties": {f"{text}.": {"const": text}}, "required": [text]},
        "values": {"type": "object", "additionalProperties": {"enum": [text, "z"]}},
        "union": {"anyOf": [{"type": "object", "properties": {f"{text}.": STRING}}, {"enum": [text, 3]}], "format": text},
    }  # fmt: skip
    output = {"type": "object", "properties": {f"{text}.": {"type": "string", **prose}}}
    info = {
        "display_name": text, "description": text, "categories": [text], "kind": text, "base_price_usd": 0.5, "price_unit": text,
        "pricing_note": text, "model_url": text, "example": {f"{text}.": text, "plain": text}, "x-vendor": {text: [text]},
    }  # fmt: skip
    return Case(model_id, {**request(properties, "plain", text), **prose}, output, info)


def drawn(seed: int, number: int) -> Case:
    """Endpoint `number` of a run."""
    return endpoint(Random(f"{seed}/{number}"), number)


def endpoint(rng: Random, number: int) -> Case:
    """One drawn by this source of chance, which may be hypothesis; number: makes the id unique."""
    case = (
        everywhere(draw_id(rng, number), draw_text(rng))
        if rng.random() < 0.1
        else _drawn(rng, number)
    )
    if rng.random() < 0.1:
        entry = {
            "at": f"/properties/{draw_text(rng)}",
            "was": draw_text(rng),
            "now": _schema(rng, 2),
            "reason": draw_text(rng),
        }
        case = replace(case, overlay=rng.choice([[entry], entry, [draw_text(rng)], [entry, entry]]))
    return case


def _drawn(rng: Random, number: int) -> Case:
    properties = {draw_name(rng): _schema(rng, 0) for _ in range(rng.randrange(1, 9))}
    input_ = request(properties, *rng.sample(sorted(properties), rng.randrange(len(properties))))
    if rng.random() < 0.05:
        input_ |= rng.choice(INJECTIONS)
    output = rng.choice(
        [OUTPUT, request({draw_name(rng): _schema(rng, 1)}), {"output": _schema(rng, 1)}]
    )
    example = {name: draw_text(rng) for name in properties} | {draw_name(rng): _value(rng)}
    keys = (
        "display_name",
        "description",
        "kind",
        "price_unit",
        "pricing_note",
        "model_url",
        draw_text(rng),
    )
    info = {key: draw_text(rng) if rng.random() < 0.8 else _value(rng) for key in keys}
    info |= {
        "categories": [draw_text(rng)],
        "base_price_usd": rng.choice(NUMBERS[:10]),
        "example": example,
    }
    return Case(draw_id(rng, number), input_, output, info)


def _schema(rng: Random, depth: int) -> Any:
    """Mostly what could be published; one in thirty is not a schema at all."""
    if rng.random() < 0.03:
        return _value(rng)
    schema: dict[str, Any] = {"type": rng.choice(_WORDS[: -1 if rng.random() < 0.95 else None])}
    slots: dict[str, Callable[[], Any]] = {
        "title": lambda: draw_text(rng),
        "description": lambda: draw_text(rng),
        "default": lambda: _value(rng),
        "pattern": lambda: draw_text(rng),
        "format": lambda: rng.choice(_FORMATS) if rng.random() < 0.7 else draw_text(rng),
        "enum": lambda: [_value(rng, flat=True) for _ in range(rng.randrange(1, 5))],
        "validations": lambda: [
            _rule(
                rng.choice([*_RULES, draw_text(rng)]), rng.choice((1, 2.5, 10**400)), draw_text(rng)
            )
        ],
        draw_text(rng): lambda: draw_text(rng),
    }
    for key, make in slots.items():
        if rng.random() < 0.25:
            schema[key] = make()
    for key in rng.sample(_CONSTRAINTS, rng.choice([0, 0, 1, 3])):
        schema[key] = _bound(rng)
    if rng.random() < 0.05:
        schema |= rng.choice(INJECTIONS)
    if depth < 3 and schema["type"] in ("array", "object", "null"):
        schema |= _inside(rng, depth + 1)
    return schema


def _bound(rng: Random) -> Any:
    if rng.random() >= 0.2:
        return rng.randrange(20)
    return rng.choice(NUMBERS if rng.random() < 0.1 else NUMBERS[:14])


def _inside(rng: Random, depth: int) -> dict[str, Any]:
    kinds: dict[str, Callable[[], Any]] = {
        "items": lambda: _schema(rng, depth),
        "properties": lambda: {
            draw_name(rng): _schema(rng, depth) for _ in range(rng.randrange(1, 4))
        },
        "additionalProperties": lambda: _schema(rng, depth),
        "anyOf": lambda: [_schema(rng, depth) for _ in range(rng.randrange(1, 4))],
    }
    return {key: kinds[key]() for key in rng.sample(sorted(kinds), rng.choice([1, 1, 2]))}


def _value(rng: Random, *, flat: bool = False) -> Any:
    kind = rng.random()
    if kind < 0.7:
        return draw_text(rng)
    if kind < 0.9 or flat:
        return rng.choice(NUMBERS[:12]) if rng.random() < 0.98 else rng.choice(NUMBERS)
    return [draw_text(rng)] if kind < 0.95 else {draw_name(rng): draw_text(rng)}
