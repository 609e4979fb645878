"""JSON Schema of requests and outputs, from the intermediate representation.

The schema of a request is the one that its class in the SDK shows; both are put together from the same pieces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..ir.model import Endpoint, Field, ObjectType, Type
from ..runtime._base.json_values import as_object
from ..runtime._validation.schema_parts import (
    Property,
    Schema,
    any_of,
    choices,
    holds_media,
    media,
    object_schema,
    with_inner_texts,
    without_null,
)
from ..runtime.media import Rule
from ..runtime.media._implausible import SEEN, needs_text
from ..schemas.folder import EndpointSource

Classes = Mapping[str, ObjectType]


def request_schema(
    endpoint: Endpoint, published: EndpointSource, corrected: EndpointSource
) -> Schema:
    """Return the schema of what an endpoint takes.

    Args:
        endpoint: What was read of it.
        published: Its schemas as captured.
        corrected: The same with its corrections made, in its normal form.
    """
    classes = {cls.class_name: cls for cls in endpoint.nested}
    raw = as_object(as_object(published.input.value).get("properties"))
    properties: list[Property] = []
    for field in endpoint.request.fields:
        described = _property(field, classes)
        is_prompt = field.required and needs_text(field.wire, raw.get(field.wire))
        if is_prompt and not holds_media(described.schema):
            described = described._replace(schema={**described.schema, "pattern": SEEN})
        properties.append(described)
    about = f"The input of {endpoint.model_id}."
    cls = endpoint.request
    schema = object_schema(cls.class_name, properties, cls.demands, about)
    return with_inner_texts(schema, corrected.input.value)


def output_schema(endpoint: Endpoint) -> Schema:
    """Return the schema of the output: replies are read tolerantly, so nothing is demanded."""
    classes = {cls.class_name: cls for cls in endpoint.output_nested}
    return _opened(_object(endpoint.output, classes))


def _object(cls: ObjectType, classes: Classes) -> Schema:
    properties = [_property(field, classes) for field in cls.fields]
    return object_schema(cls.class_name, properties, cls.demands)


def _property(field: Field, classes: Classes) -> Property:
    schema = _of(field.type, classes)
    if not field.nullable:
        schema = without_null(schema)
    elif schema:
        schema = any_of([schema, {"type": "null"}])
    rules = tuple(Rule(*rule) for rule in field.rules)
    return Property(field.wire, schema, field.required, rules, field.deprecated, field.secret)


def _of(type_: Type, classes: Classes) -> Schema:
    if "anyOf" in type_:
        return any_of(_of(branch, classes) for branch in type_["anyOf"])
    if "media" in type_:
        least = {"minLength": type_["minLength"]} if type_.get("minLength") else {}
        most = {"maxLength": type_["maxLength"]} if "maxLength" in type_ else {}
        return {**media(type_["media"]), **least, **most}
    for word in ("enum", "one_of"):
        if word in type_:
            return choices(type_[word])
    if "class" in type_:
        return _object(classes[type_["class"]], classes)
    schema: dict[str, Any] = {**type_}
    if "items" in schema:
        schema["items"] = _of(schema["items"], classes)
    if "values" in schema:
        schema["additionalProperties"] = _of(schema.pop("values"), classes)
    return schema


def _opened(schema: Schema) -> Schema:
    """Return a schema that takes other names as well, at every level."""
    opened = {key: value for key, value in schema.items() if value is not False}
    if "properties" in opened:
        opened["properties"] = {
            name: _opened(child) for name, child in opened["properties"].items()
        }
    for keyword in ("items", "additionalProperties"):
        if keyword in opened:
            opened[keyword] = _opened(opened[keyword])
    if "anyOf" in opened:
        opened["anyOf"] = [_opened(branch) for branch in opened["anyOf"]]
    return opened
