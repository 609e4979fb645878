"""Both schemas of an endpoint read into classes: for the SDK, for a comparison, for a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..ir.model import ObjectType
from ..names.former import EndpointName
from ..names.nested import Remembered
from ..schemas.folder import EndpointSource
from ..text.documents import Document
from ..text.json_types import is_object
from ..text.problems import Problem
from .normalise import FieldNames, Normaliser
from .outputs import output_schema


class SchemaClasses(NamedTuple):
    """The class of input or output, its nested classes by name, and the place of its schema."""

    cls: ObjectType
    nested: Mapping[str, ObjectType]
    schema: Mapping[str, Any]
    pointer: str


def read_classes(
    source: EndpointSource,
    name: EndpointName,
    names: FieldNames,
    classes: Remembered | None = None,
) -> tuple[SchemaClasses, SchemaClasses, list[Problem]]:
    """Return input, output, and what in them cannot be read.

    Args:
        source: The endpoint, with its corrections made.
        name: Its names.
        names: Gives its properties theirs.
        classes: The names that its nested classes have; those of new ones are added.
    """
    prefix = name.class_prefix
    remembered: Remembered = {} if classes is None else classes
    taken = {prefix, f"{prefix}Request", f"{prefix}Output", f"{prefix}Namespace"}
    example = source.endpoint.value.get("example")
    output, at = output_schema(source.output.value)
    problems: list[Problem] = []

    def part(
        document: Document, schema: Mapping[str, Any], pointer: str, kind: str, nested_prefix: str
    ) -> SchemaClasses:
        known = example if kind == "Request" and is_object(example) else {}
        path = name.attribute_path
        label = "input" if kind == "Request" else "output"
        reader = Normaliser(
            document, names, path, nested_prefix, taken, known, problems, remembered, label
        )
        cls = reader.read(schema, f"{prefix}{kind}", pointer)
        return SchemaClasses(
            cls, {nested.class_name: nested for nested in reader.nested}, schema, pointer
        )

    return (
        part(source.input, source.input.value, "", "Request", prefix),
        part(source.output, output, at, "Output", f"{prefix}Output"),
        problems,
    )


def read_unnamed(source: EndpointSource) -> tuple[SchemaClasses, SchemaClasses, list[Problem]]:
    """Read both schemas under the published property names, where no Python names are needed.

    Args:
        source: The endpoint, with its corrections made.

    Returns:
        Input, output, and what in them cannot be read.
    """
    return read_classes(source, EndpointName("", ""), _published_names)


def _published_names(_class: str, wires: Sequence[str]) -> dict[str, str]:
    return {wire: wire for wire in wires}
