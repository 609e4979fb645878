# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The pieces of a JSON Schema (2020-12) that says what a request class checks.

The SDK puts them together from its classes, the generator's `export` from what it has read.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from .._base.json_values import is_array, is_object
from .._schemas.media_kinds import KINDS
from .._schemas.media_rules import COMPARISONS, QUANTITIES, is_known_rule, parse_rule
from ..media import MediaKind, Rule
from .demands import Demand

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MAX_DEFAULT = 80  # characters; longer ones are sample prompts, not settings
_UNTRANSLATED = re.compile(r"modelApiDoc_\w*")
_NULL = {"type": "null"}
_JSON_WORDS: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
Schema = dict[str, Any]


class Property(NamedTuple):
    """A property of an object. rules: published validations, which become words."""

    wire: str
    schema: Schema
    is_required: bool
    rules: Sequence[Rule] = ()
    is_deprecated: bool = False
    is_secret: bool = False


def media(kind: MediaKind) -> Schema:
    """Return the schema of a medium as JSON has it: its URL or data URI."""
    row = KINDS[kind]
    about = f"URL or data URI of {row.phrase}."
    return {"type": "string", "format": row.formats[0], "description": about}


def holds_media(schema: Schema) -> bool:
    """Tell whether it is a medium, or a list of media, or may be one."""
    inner: list[Schema] = [*schema.get("anyOf", ()), schema.get("items", {})]
    return "format" in schema or any(map(holds_media, filter(None, inner)))


def choices(values: Iterable[Any]) -> Schema:
    """Return the schema of a choice, with its type where that is one."""
    listed = [*values]
    words = {_JSON_WORDS[type(value)] for value in listed}
    if words == {"integer", "number"}:
        words = {"number"}
    return {"type": words.pop(), "enum": listed} if len(words) == 1 else {"enum": listed}


def any_of(branches: Iterable[Schema]) -> Schema:
    """Return the union of some schemas, without unions in unions."""
    flat: list[Schema] = []
    for branch in branches:
        flat += branch["anyOf"] if list(branch) == ["anyOf"] else [branch]
    if {} in flat:
        return {}
    distinct = list({repr(branch): branch for branch in flat}.values())
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def without_null(schema: Schema) -> Schema:
    """Return what is left of a schema where null is refused."""
    if not schema:
        kinds: list[Schema] = [{"type": word} for word in ("string", "number", "boolean")]
        return {"anyOf": [*kinds, {"type": "array", "items": {}}, {"type": "object"}]}
    branches = [branch for branch in schema.get("anyOf", ()) if branch != _NULL]
    return any_of(branches) if branches else schema


def object_schema(
    title: str, properties: Sequence[Property], demands: Sequence[Demand], description: str = ""
) -> Schema:
    """Return the schema of an object that takes these properties and no others."""
    sentences = [description, *(f"{_sentence(demand.in_words({}))}." for demand in demands)]
    schema: Schema = {"title": title}
    if text := " ".join(filter(None, sentences)):
        schema["description"] = text
    schema |= {"type": "object", "properties": {prop.wire: _shown(prop) for prop in properties}}
    required = [prop.wire for prop in properties if prop.is_required]
    if required:
        schema["required"] = required
    schema["additionalProperties"] = False
    parts = [demand.schema for demand in demands]
    keywords = Counter(chain.from_iterable(parts))
    if any(count > 1 for count in keywords.values()):
        return {**schema, "allOf": parts}
    for part in parts:
        schema |= part
    return schema


def with_texts(schema: Schema, published: object, *, is_required: bool = True) -> Schema:
    """Return a schema with the vendor's title, description, default and examples in it.

    Args:
        schema: What is checked.
        published: What the vendor says of the same place, in its normal form.
        is_required: Whether it must be given. A default of a required property is a sample.
    """
    if not is_object(published):
        return schema
    inner = _with_inner_texts(schema, published)
    sentences = [_text(published.get("description")), str(schema.get("description", ""))]
    is_secret = schema.get("writeOnly") is True
    if not is_required and not is_secret:
        sentences.append(_default(published.get("default")))
    texts: Schema = {}
    if title := _text(published.get("title")):
        texts["title"] = title
    description = " ".join(_ended(text) for text in sentences if text)
    if description:
        texts["description"] = description
    examples = _examples(published)
    if examples and not is_secret:
        texts["examples"] = examples
    return {**texts, **{key: value for key, value in inner.items() if key not in texts}}


def with_inner_texts(schema: Schema, published: object) -> Schema:
    """Return the same with the texts of what is inside only: a whole schema has a title of ours."""
    return _with_inner_texts(schema, published) if is_object(published) else schema


def _with_inner_texts(schema: Schema, published: Mapping[str, Any]) -> Schema:
    inner = dict(schema)
    if "enum" in schema:
        inner["enum"] = _in_order(schema["enum"], published)
    if "properties" in schema:
        described = _described(published, schema["properties"])
        required = schema.get("required", ())
        inner["properties"] = {
            name: with_texts(child, described.get(name), is_required=name in required)
            for name, child in schema["properties"].items()
        }
    for keyword in ("items", "additionalProperties"):
        part = schema.get(keyword)
        if is_object(part) and part:
            inner[keyword] = with_inner_texts(part, _inside(published, keyword))
    if "anyOf" in schema and "properties" not in schema:
        inner["anyOf"] = [with_inner_texts(branch, published) for branch in schema["anyOf"]]
    return inner


def _in_order(values: list[Any], published: Mapping[str, Any]) -> list[Any]:
    """Return choices as the vendor lists them.

    Python takes `Literal["a", "b"]` and `Literal["b", "a"]` for one type: a class may show either order.
    """
    listed: list[Any] = []
    for branch in _branches(published):
        listed += branch["enum"] if is_array(branch.get("enum")) else [branch.get("const")]
    keys = [json.dumps(value) for value in listed]
    places = {key: place for place, key in reversed([*enumerate(keys)])}
    return sorted(values, key=lambda value: (places.get(json.dumps(value), len(keys)), repr(value)))


def _described(published: Mapping[str, Any], names: Iterable[str]) -> Mapping[str, Any]:
    """Return the properties of the branch that has these names."""
    wanted = {*names}
    for branch in _branches(published):
        properties = branch.get("properties")
        if is_object(properties) and wanted <= properties.keys():
            return properties
    return {}


def _inside(published: Mapping[str, Any], keyword: str) -> object:
    return next((branch[keyword] for branch in _branches(published) if keyword in branch), None)


def _branches(published: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List a schema and the branches of its unions, and theirs."""
    branches = [published]
    for branch in branches:  # which grows
        for union in (branch.get("anyOf"), branch.get("oneOf")):
            branches += filter(is_object, union if is_array(union) else ())
    return branches


def _shown(prop: Property) -> Schema:
    schema = dict(prop.schema)
    words = [str(schema.get("description", "")), *map(_rule, prop.rules)]
    if description := " ".join(filter(None, words)):
        schema["description"] = description
    if prop.is_deprecated:
        schema["deprecated"] = True
    if prop.is_secret:
        schema["writeOnly"] = True
    return schema


def _rule(rule: Rule) -> str:
    """Return a rule as a sentence; the value counts, whatever the vendor says of it."""
    name, operator = parse_rule(rule.rule)
    value = json.dumps(rule.value)
    text = f"Published rule: {rule.rule} {value}"
    if is_known_rule(rule.rule):
        quantity = QUANTITIES[name]
        subject = _sentence(quantity.subject.removesuffix(" is"))
        text = f"{subject} {COMPARISONS[operator].demand} {value}{quantity.unit}"
    says = f" (the vendor says: {json.dumps(rule.message, ensure_ascii=False)})"
    return f"{text}{says if rule.message else ''}."


def _default(value: Any) -> str:
    if value is None:
        return ""
    shown = json.dumps(value, ensure_ascii=False)
    return f"Server default: {shown}." if len(shown) <= _MAX_DEFAULT else ""


def _examples(published: Mapping[str, Any]) -> list[Any]:
    listed = published.get("examples")
    examples = list(listed) if is_array(listed) else []
    if "example" in published:
        examples.append(published["example"])
    return [value for value in examples if value is not None]


def _text(value: object) -> str:
    """Return a published text on one line, without the site's untranslated keys."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return "" if _UNTRANSLATED.fullmatch(text) else text


def _ended(text: str) -> str:
    if text[-1].isalnum() or text[-1] in ")]}\"'":
        return text + ("." if text[-1].isascii() else "。")
    return text


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
