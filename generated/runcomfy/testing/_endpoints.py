# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The endpoints that the emulator serves, given or read from the published package."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

from .._base.json_values import as_array, as_object
from ._dialect import InputReading, read_input

if TYPE_CHECKING:
    from importlib.abc import Traversable  # gone at run time in Python 3.14


@dataclass(frozen=True)
class EmulatedEndpoint:
    """One endpoint with its schemas as published. base_price_usd: None is unknown."""

    model_id: str
    input_schema: Mapping[str, Any]
    output_schema: Mapping[str, Any]
    display_name: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    base_price_usd: float | None = None
    price_unit: str = ""
    pricing_note: str = ""
    model_url: str = ""
    published_kind: str = ""
    corrected_schema: Mapping[str, Any] | None = None
    """The input schema by which requests are checked, where an overlay corrects the published one."""
    one_or_many: tuple[str, ...] = ()
    """Lists that take one text as well, because the published example shows it so."""

    @cached_property
    def reading(self) -> InputReading:
        """What a request must be, and what of the input schema is not checked."""
        return read_input(self.corrected_schema or self.input_schema, self.one_or_many)

    @property
    def properties(self) -> Mapping[str, Any]:
        """The published properties; none where the schema has another shape."""
        return as_object(self.input_schema.get("properties"))

    @property
    def required(self) -> list[Any]:
        """The published names of required properties, as they are."""
        return as_array(self.input_schema.get("required"))

    @property
    def kind(self) -> str:
        """The catalogue's kind; community workflows live under `community/`."""
        guess = "workflow" if self.model_id.startswith("community/") else "model"
        return self.published_kind or guess


_OPTIONAL = (
    "display_name",
    "description",
    "base_price_usd",
    "price_unit",
    "pricing_note",
    "model_url",
)


def endpoint_from_json(document: Mapping[str, Any]) -> EmulatedEndpoint:
    """Return the endpoint that a JSON file under `models/`, or an entry of the catalogue, describes.

    Raises:
        KeyError: If it has no model_id or no input_schema.
    """
    reading = as_object(document.get("reading"))
    return EmulatedEndpoint(
        model_id=document["model_id"],
        input_schema=document["input_schema"],
        output_schema=document.get("output_schema") or {},
        categories=tuple(document.get("categories") or ()),
        published_kind=document.get("kind") or "",
        corrected_schema=reading.get("input_schema"),
        one_or_many=tuple(reading.get("one_or_many") or ()),
        **{name: document[name] for name in _OPTIONAL if document.get(name) is not None},
    )


def published_endpoints(package: str) -> tuple[EmulatedEndpoint, ...]:
    """Return all endpoints of an installed SDK package, from the JSON files under its `models/`.

    Raises LookupError if there are none.
    """
    folder = resources.files(package) / "models"
    endpoints = [
        endpoint_from_json(json.loads(file.read_text(encoding="utf-8")))
        for file in _json_files(folder)
    ]
    if not endpoints:
        raise LookupError(
            f"{package} has no published endpoints (no JSON file under {package}/models/): "
            "pass them, Emulator([EmulatedEndpoint(...), ...])"
        )
    return tuple(sorted(endpoints, key=lambda endpoint: endpoint.model_id))


def _json_files(folder: Traversable) -> Iterator[Traversable]:
    if not folder.is_dir():
        return
    for child in folder.iterdir():
        if child.is_dir():
            yield from _json_files(child)
        elif child.name.endswith(".json"):
            yield child
