"""Describe the form of an endpoint as data: one control for each parameter.

`try.js` turns it into elements. Published text stays data: JSON here, `textContent` there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..build.reading import Reading
from ..emit.docs import range_in_words
from ..ir.model import Field, Type
from ..ir.values import Classes, is_small, sample
from ..reference.example import example_body
from ..reference.pages import BASE
from ..runtime._api.addresses import model_path
from ..runtime._base.json_values import as_object
from ..runtime.media._implausible import needs_text, takes_file_names

_PLAIN = {"string": "text", "integer": "number", "number": "number", "boolean": "choice"}
_MAX_DEFAULT = 60  # characters
_MAX_EXAMPLES = 10


def form_of(reading: Reading, package: str = "runcomfy") -> dict[str, Any]:
    """Return the form that an endpoint's page fetches: the fields, and how to call it in code."""
    request = reading.input.cls
    example = example_body(request, reading.input.nested, reading.info.get("example"))
    fields = [
        _field(field, example.get(field.wire), reading.input.nested) for field in request.fields
    ]
    published = as_object(as_object(reading.source.input.value).get("properties"))
    for field in fields:
        name = field["name"]
        field["mayBeName"] = takes_file_names(reading.source.model_id)
        field["mayBeBlank"] = not (field["required"] and needs_text(name, published.get(name)))
    path = model_path(reading.source.model_id)
    return {
        "submit": f"/v1{path}",
        "package": package,
        "call": f"client.{reading.name.attribute_path}.run",
        "url": f"{BASE}{path}",
        "fields": fields,
    }


def _field(field: Field, example: Any, classes: Classes) -> dict[str, Any]:
    control = _control(field)
    if control["control"] == "json":
        plain = sample(field.type, classes)
        control["sample"] = json.dumps(plain, ensure_ascii=False) if is_small(plain) else "null"
    label = field.title if field.title and field.title != field.wire else ""
    shown = json.dumps(field.default, ensure_ascii=False)
    default = "" if field.required or field.default is None or len(shown) > _MAX_DEFAULT else shown
    return {
        "name": field.wire,
        "argument": field.name,
        "required": field.required,
        "label": label,
        "description": field.description,
        "default": default,
        "example": example,
        "examples": _examples(field),
        "deprecated": field.deprecated,
        "secret": field.secret,
        **control,
    }


def _examples(field: Field) -> list[Any]:
    """Return the published examples that an empty control offers."""
    if field.secret:
        return []
    plain = [value for value in field.examples if isinstance(value, (str, int, float))]
    return [value for value in plain if len(json.dumps(value)) <= _MAX_DEFAULT][:_MAX_EXAMPLES]


def _control(field: Field) -> dict[str, Any]:
    """Choose the control and its limits. A type that no control fits is written as JSON.

    Only a JSON control can send null; the others can leave the parameter out.
    """
    branches: list[Type] = [*field.type.get("anyOf", (field.type,))]
    listed = next((branch for branch in branches if branch.get("type") == "array"), None)
    if listed and "media" in listed["items"]:
        count = range_in_words(listed.get("minItems"), listed.get("maxItems"))
        return {
            "control": "media-list",
            "media": listed["items"]["media"],
            "one": len(branches) > 1,  # a single value is accepted too
            "count": f"{count} of them" if count else "",
        }
    if len(branches) > 1:
        return {"control": "json"}
    (type_,) = branches
    if "media" in type_:
        return {"control": "media", "media": type_["media"]}
    choices = [*type_.get("enum", ()), *type_.get("one_of", ())]
    if type_.get("type") == "boolean":
        choices = [True, False]
    if choices:
        return {"control": "choice", "choices": choices}
    control = _PLAIN.get(str(type_.get("type")), "json")
    return {"control": control, **_LIMITS.get(control, _none)(type_)}


def _number(type_: Type) -> dict[str, Any]:
    step = type_.get("multipleOf", 1 if type_.get("type") == "integer" else "any")
    return {"min": type_.get("minimum"), "max": type_.get("maximum"), "step": step}


def _text(type_: Type) -> dict[str, Any]:
    return {"maxLength": type_.get("maxLength")}


def _none(_type: Type) -> Mapping[str, Any]:
    return {}


_LIMITS = {"number": _number, "text": _text}
