"""Both schemas of an endpoint read into classes: for the SDK, for a comparison, for a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .documents import Document
from .ir import ObjectType
from .json_types import is_object
from .names import EndpointName
from .normalise import FieldNames, Normaliser
from .outputs import output_schema
from .problems import Problem
from .schemas_folder import EndpointSource


class Part(NamedTuple):
    """Input or output: the class, its nested classes by name, and where its schema is in the document."""

    cls: ObjectType
    nested: Mapping[str, ObjectType]
    schema: Mapping[str, Any]
    pointer: str


def read_parts(
    source: EndpointSource, name: EndpointName, names: FieldNames
) -> tuple[Part, Part, list[Problem]]:
    """Input, output, and what in them cannot be read. names: gives the properties theirs."""
    prefix = name.class_prefix
    taken = {prefix, f"{prefix}Request", f"{prefix}Output", f"{prefix}Namespace"}
    example = source.endpoint.value.get("example")
    output, at = output_schema(source.output.value)
    problems: list[Problem] = []

    def part(
        document: Document, schema: Mapping[str, Any], pointer: str, kind: str, nested_prefix: str
    ) -> Part:
        known = example if kind == "Request" and is_object(example) else {}
        path = name.attribute_path
        reader = Normaliser(document, names, path, nested_prefix, taken, known, problems)
        cls = reader.read(schema, f"{prefix}{kind}", pointer)
        return Part(cls, {each.class_name: each for each in reader.nested}, schema, pointer)

    return (
        part(source.input, source.input.value, "", "Request", prefix),
        part(source.output, output, at, "Output", f"{prefix}Output"),
        problems,
    )
