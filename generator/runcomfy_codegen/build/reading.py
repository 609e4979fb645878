"""Read an endpoint: apply its overlay, lint it, and read both schemas.

Used by `generate`, `diff` and `site`, so that all of them see the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .. import lint
from ..dialect.model_facts import ModelFacts, facts_of
from ..dialect.schema_classes import SchemaClasses, read_classes
from ..names.choices import Holders, choice_holders
from ..names.former import EndpointName
from ..names.lock import Names
from ..schemas.folder import EndpointSource
from ..schemas.overlays import apply_overlay, normalised
from ..text.problems import Problem, has_errors


@dataclass(frozen=True)
class Reading:
    """An endpoint that can be generated.

    Attributes:
        source: The schemas, with their corrections made.
        name: The Python names of the endpoint.
        input: The input schema, as classes.
        output: The output schema, as classes.
        choices: The fields that the aliases of choices are called after.
    """

    source: EndpointSource
    name: EndpointName
    input: SchemaClasses
    output: SchemaClasses
    choices: Holders

    @property
    def info(self) -> Mapping[str, Any]:
        """The facts of the catalogue, such as the price."""
        info: Mapping[str, Any] = self.source.endpoint.value
        return info

    @property
    def is_gone(self) -> bool:
        """Whether `sync` has marked it as gone from the catalogue."""
        return bool(self.info.get("gone"))

    @cached_property
    def facts(self) -> ModelFacts:
        """What the reference pages say about the endpoint as a whole."""
        return facts_of(self.source)


def read(source: EndpointSource, names: Names) -> tuple[Reading | None, list[Problem]]:
    """Apply the overlay, lint, and read both schemas.

    Args:
        source: The endpoint as published.
        names: The names to use. Those of new properties are added.

    Returns:
        The reading, None if there are errors, and all problems.
    """
    corrected, problems = apply_overlay(source)
    problems += lint.run([corrected])
    if has_errors(problems):
        return None, problems
    reading, unreadable = read_corrected(corrected, names)
    problems += unreadable
    return (None if has_errors(unreadable) else reading), problems


def read_as_published(source: EndpointSource, names: Names) -> Reading | None:
    """Read an endpoint without its overlay. No names are added."""
    reading, problems = read_corrected(normalised(source), names.copy())
    return None if has_errors(problems) else reading


def read_corrected(corrected: EndpointSource, names: Names) -> tuple[Reading, list[Problem]]:
    """Read both schemas of an endpoint whose corrections are made, and report what cannot be read."""
    name = names.endpoints[corrected.model_id]
    classes = names.classes_of(name)
    input_, output, problems = read_classes(corrected, name, names.properties_of, classes)
    inputs = [("", input_.cls), *input_.nested.items()]
    choices = choice_holders(name.class_prefix, inputs, classes)
    return Reading(corrected, name, input_, output, choices), problems
