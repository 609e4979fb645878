"""Parts of a schema that do not fit each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .. import dialect
from ..documents import pointer as steps
from ..json_types import is_array, is_number, is_object
from ..problems import Problem
from ..schemas_folder import EndpointSource
from .defaults import IS_TYPE
from .property import Property

_NOT_ENFORCED = (
    "pattern",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "contains",
)


def required_without_property(source: EndpointSource) -> Iterator[Problem]:
    """`required` names something that is not there (API.md §7 row 3)."""
    schema: dict[str, Any] = source.input.value
    for index, name in enumerate(schema.get("required", ())):
        if name not in schema["properties"]:
            yield source.input.problem(
                "required-unknown",
                "warning",
                f"required names {name!r}, which is no property",
                steps("required", index),
                f"ignored; the properties are {', '.join(schema['properties'])}",
            )


def wrapped_output(source: EndpointSource) -> Iterator[Problem]:
    """The output schema as the pages print it: an `output` key around the schema (API.md §1.3)."""
    if "properties" not in source.output.value and isinstance(
        source.output.value.get("output"), dict
    ):
        yield source.output.problem(
            "output-wrapped",
            "note",
            "the schema is wrapped in `output`",
            "/output",
            "read as the schema of the reply's output",
        )


def example_fields(source: EndpointSource) -> Iterator[Problem]:
    """The published example lacks what is required, or has what is not published (API.md §7 row 3)."""
    example = source.endpoint.value.get("example")
    if not is_object(example):
        return
    schema: dict[str, Any] = source.input.value
    for name in schema.get("required", ()):
        if name in schema["properties"] and name not in example:
            yield source.endpoint.problem(
                "example-missing", "warning", f"the example lacks {name!r}", "/example"
            )
    for name in example:
        if name not in schema["properties"]:
            yield source.endpoint.problem(
                "example-unknown",
                "warning",
                f"{name!r} is no published property",
                steps("example", name),
            )


def enum_type(prop: Property) -> Iterator[Problem]:
    choices, fits = prop.schema.get("enum"), IS_TYPE.get(prop.type)
    if not is_array(choices):
        if "enum" in prop.schema:
            yield prop.finding("enum-shape", "warning", "enum is no list", "enum", "ignored")
        return
    if (
        prop.type != "array"
        and fits
        and any(value is not None and not fits(value) for value in choices)
    ):
        yield prop.finding(
            "enum-type",
            "warning",
            f"enum values that are no {prop.type}",
            "enum",
            "the values rule",
        )


def empty_range(prop: Property) -> Iterator[Problem]:
    for low, high in (("minimum", "maximum"), ("minItems", "maxItems"), ("minLength", "maxLength")):
        least, most = prop.schema.get(low), prop.schema.get(high)
        if is_number(least) and is_number(most) and least > most:
            yield prop.finding(
                "bounds-empty",
                "warning",
                f"{low} {least} is above {high} {most}: nothing fits",
                low,
            )


def unusable_bound(prop: Property) -> Iterator[Problem]:
    """A constraint that says nothing about values of this type, or nothing at all."""
    for keyword in dialect.BOUND_KEYWORDS & prop.schema.keys():
        published = prop.schema[keyword]
        if prop.type and keyword not in dialect.CONSTRAINT_KEYWORDS.get(prop.type, ()):
            why = f"{keyword} has no meaning on type {prop.type}"
        elif not dialect.is_usable(keyword, published):
            why = f"{keyword} cannot be {json.dumps(published)[:60]}"
        else:
            continue
        yield prop.finding("bound-unusable", "warning", why, keyword, "not enforced")


def not_enforced(prop: Property) -> Iterator[Problem]:
    for keyword in _NOT_ENFORCED:
        if keyword in prop.schema:
            yield prop.finding(
                "keyword-not-enforced", "warning", f"{keyword} is left to the server", keyword
            )
