"""Valid, boundary and near-miss instances of a schema, all derived from the schema itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_FLOATS = {"float": "number", "double": "number"}
_ANYTHING: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 5, 5.0, 5.5, "", "5", "1", "true", "text"),
    *([], ["text"], [1], [None], [True], [[]], {}, {"unknown": 1}),
)


def standard(schema: Schema) -> dict[str, Any]:
    """The vendor's words as JSON Schema, and unknown names refused."""
    result = dict(schema)
    if isinstance(result.get("type"), str):
        result["type"] = _FLOATS.get(result["type"], result["type"])
    for keyword in ("items", "additionalProperties"):
        if isinstance(result.get(keyword), dict):
            result[keyword] = standard(result[keyword])
    for keyword in ("anyOf", "oneOf"):
        if keyword in result:
            result[keyword] = [standard(branch) for branch in result[keyword]]
    if result.get("nullable"):
        result["type"] = [result["type"], "null"]
    if result.get("properties"):
        result["properties"] = {
            # What is not described at all is given or left out, but never null.
            name: standard(child) if child else {"not": {"type": "null"}}
            for name, child in result["properties"].items()
        }
        result["additionalProperties"] = False
        required = result.get("required", [])
        result["required"] = [name for name in required if name in result["properties"]]
    if result.get("type") == "array":
        if str(result.get("format", "")).endswith("_uris"):
            result.setdefault("items", {"type": "string"})
        if isinstance(result.get("default"), str):
            result = {"anyOf": [result, result.get("items", {})]}
    return result


def instances(schema: Schema) -> Iterator[dict[str, Any]]:
    """Instances of an object schema that are right, nearly right and wrong."""
    children: Schema = schema["properties"]
    required = set(schema.get("required", ()))
    full = {name: good(child) for name, child in children.items()}
    least = {name: value for name, value in full.items() if name in required}
    yield from (full, least)
    for name, child in children.items():
        yield {key: value for key, value in full.items() if key != name}
        for value in candidates(child):
            yield {**least, name: value}
    yield {**least, "no_such_name": 1}


def good(schema: Schema) -> Any:
    """A value that the schema allows."""
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return [schema["enum"][0]] if schema.get("type") == "array" else schema["enum"][0]
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return good(schema[union][0])
    word = schema.get("type", "string")
    word = word[0] if isinstance(word, list) else word
    if word == "array":
        return [good(schema.get("items") or {}) for _ in range(schema.get("minItems") or 1)]
    if word == "object":
        children = schema.get("properties", {})
        return {name: good(children[name]) for name in schema.get("required", children)}
    if word in ("integer", "number", "float", "double"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", schema.get("maximum", 2) - 2))
        return low + ("exclusiveMinimum" in schema)
    return {
        "string": "t" * max(1, schema.get("minLength", 0)), "boolean": True, "null": None
    }[word]  # fmt: skip


def candidates(schema: Schema) -> Iterator[Any]:
    """Values to try where the schema applies."""
    yield from _ANYTHING
    yield good(schema)
    for value in schema.get("enum", [schema["const"]] if "const" in schema else []):
        yield from (value, [value], *_neighbours(value))
    for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        if keyword in schema:
            bound = schema[keyword]
            yield from (bound - 1, bound, bound + 1, float(bound), bound + 0.5, bound - 1e-9)
    for keyword in ("minLength", "maxLength"):
        if keyword in schema:
            # One character outside the BMP is one character (JSON Schema 2020-12, 6.3.1).
            for text in ("a", "\U0001f98a"):
                yield from (text * max(0, schema[keyword] + more) for more in (-1, 0, 1))
    for keyword in ("minItems", "maxItems"):
        if keyword in schema:
            item = good(schema.get("items") or {})
            yield from ([item] * max(0, schema[keyword] + more) for more in (-1, 0, 1))
    if isinstance(schema.get("items"), dict):
        enough = [good(schema["items"])] * schema.get("minItems", 0)
        yield from ([value, *enough[1:]] for value in candidates(schema["items"]))
    if schema.get("properties"):
        yield from instances(schema)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from ({"key": value} for value in candidates(schema["additionalProperties"]))
    for union in ("anyOf", "oneOf"):
        for branch in schema.get(union, ()):
            yield from candidates(branch)


def _neighbours(value: Any) -> Iterator[Any]:
    yield str(value)
    if isinstance(value, str):
        yield from (value.upper(), value.lower(), f"{value} ", value[:-1])
        if value.isdigit():
            yield from (int(value), float(value))
    elif isinstance(value, (int, float)):
        yield from (value + 1, value - 1, float(value), bool(value), value + 0.5)


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values: 5.0 is 5, but true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)
