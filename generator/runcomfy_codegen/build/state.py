"""The progress of an endpoint in a run of the generator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..dialect.model_facts import ModelFacts, facts_of
from ..ir.model import Endpoint
from ..schemas.folder import EndpointSource
from ..schemas.overlays import apply_overlay
from ..text.problems import Problem
from .endpoint import EmittedEndpoint, ReadResult
from .incremental import digest


class EndpointOutput(NamedTuple):
    """The files of one endpoint, and what they were made from."""

    files: Mapping[str, str]
    inputs: str
    problem_counts: str
    source_digest: str


NO_OUTPUT = EndpointOutput({}, "", "", "")


@dataclass
class EndpointState:
    """The state of an endpoint in this run.

    Attributes:
        source: The endpoint as published.
        result: What reading it gave, None if it has not been read.
        endpoint: The endpoint in the intermediate representation.
        emitted: Its files for the current tree, if they were emitted with the reading.
        output: Its files, reused or emitted.
    """

    source: EndpointSource
    result: ReadResult | None = None
    endpoint: Endpoint | None = None
    emitted: EmittedEndpoint | None = None
    output: EndpointOutput = NO_OUTPUT

    @cached_property
    def corrected(self) -> EndpointSource:
        corrected, _ = apply_overlay(self.source)
        return corrected

    @property
    def problems(self) -> list[Problem]:
        return self.result.problems if self.result else []

    @property
    def shapes(self) -> frozenset[str]:
        return self.result.shapes if self.result else frozenset()

    @cached_property
    def facts(self) -> ModelFacts:
        known = self.result.facts if self.result else None
        return known or facts_of(self.corrected)


def source_digest(source: EndpointSource) -> str:
    """Return a digest of the captured values. Neither layout nor origin of the files counts."""
    endpoint = {key: value for key, value in source.endpoint.value.items() if key != "source"}
    overlay = source.overlay.value if source.overlay else None
    values = [endpoint, source.input.value, source.output.value, overlay]
    return digest(json.dumps(values, sort_keys=True))
