"""One side of a comparison: what `generate` would see of each endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import lint
from ..dialect.schema_classes import SchemaClasses, read_classes
from ..names.lock import EndpointName, Names
from ..schemas.folder import EndpointSource
from ..schemas.overlays import apply_overlay, normalised
from ..text.problems import Problem, has_errors


@dataclass(frozen=True)
class Reading:
    """An endpoint with its corrections made."""

    source: EndpointSource
    name: EndpointName
    input: SchemaClasses
    output: SchemaClasses

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
    reading, problems = _normalised(normalised(source), names.copy())
    return None if has_errors(problems) else reading


def _normalised(source: EndpointSource, names: Names) -> tuple[Reading, list[Problem]]:
    name = names.endpoints[source.model_id]
    classes = names.classes_of(name)
    input_, output, problems = read_classes(source, name, names.properties_of, classes)
    return Reading(source, name, input_, output), problems
