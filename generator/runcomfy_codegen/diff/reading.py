"""One side of a comparison: what `generate` would see of each endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import lint
from ..ir import ObjectType
from ..json_types import is_object
from ..names import EndpointName, Names
from ..normalise import Normaliser
from ..outputs import output_schema
from ..overlays import apply_overlay
from ..problems import Problem, has_errors
from ..schemas_folder import EndpointSource


@dataclass(frozen=True)
class Part:
    """Input or output: the class, its nested classes, and where its schema is in the document."""

    cls: ObjectType
    nested: Mapping[str, ObjectType]
    schema: Mapping[str, Any]
    pointer: str


@dataclass(frozen=True)
class Reading:
    """An endpoint with its corrections made."""

    source: EndpointSource
    name: EndpointName
    input: Part
    output: Part

    @property
    def info(self) -> Mapping[str, Any]:
        """What the catalogue says of it."""
        info: Mapping[str, Any] = self.source.endpoint.value
        return info

    @property
    def is_gone(self) -> bool:
        """Marked by `sync`: it vanished from the catalogue."""
        return bool(self.info.get("gone"))


def read(source: EndpointSource, names: Names) -> tuple[Reading | None, list[Problem]]:
    """The endpoint after its overlay; None, with the reasons, for what `generate` would leave out."""
    corrected, problems = apply_overlay(source)
    problems += (each for each in lint.run([corrected]) if each.severity == "error")
    if has_errors(problems):
        return None, problems
    reading, found = _normalised(corrected, names)
    return (None if has_errors(found) else reading), problems + found


def read_as_published(source: EndpointSource, names: Names) -> Reading | None:
    """The same without the overlay; no names are remembered."""
    reading, problems = _normalised(source, Names(dict(names.endpoints), dict(names.properties)))
    return None if has_errors(problems) else reading


def _normalised(source: EndpointSource, names: Names) -> tuple[Reading, list[Problem]]:
    name = names.endpoints[source.model_id]
    prefix = name.class_prefix
    example = source.endpoint.value.get("example")
    schema, at = output_schema(source.output.value)
    parts: list[Part] = []
    problems: list[Problem] = []
    for document, published, pointer, kind, samples in (
        (source.input, source.input.value, "", "Request", example),
        (source.output, schema, at, "Output", None),
    ):
        inner = prefix if kind == "Request" else f"{prefix}Output"
        taken = {prefix, f"{prefix}Request", f"{prefix}Output", f"{prefix}Namespace"}
        known = samples if is_object(samples) else {}
        reader = Normaliser(document, names.properties_of, name.attribute_path, inner, taken, known)
        cls = reader.read(published, f"{prefix}{kind}", pointer)
        problems += reader.problems
        parts.append(
            Part(cls, {each.class_name: each for each in reader.nested}, published, pointer)
        )
    return Reading(source, name, *parts), problems
