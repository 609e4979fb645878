# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The record of one endpoint: its classes, schemas and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from .._schemas.registry import module_of, published
from .._validation.base import OutputModel, Request
from .._validation.demands import Demand
from ..media import Rule


@dataclass(frozen=True)
class EndpointInfo:
    """One endpoint: its id, its classes, and its schemas exactly as published.

    Attributes:
        attribute_path: Where it is on a client, such as `openai.gpt_image_2.edit`.
        rules: The published validations by wire name; under "" what must be given together.
        schema_hash: The SHA-256 of both schemas.
        facts: What else the catalogue said when this was generated: display_name, categories,
            base_price_usd (missing: unknown; 0: free), price_unit; `gone` if it was no longer listed.
    """

    model_id: str
    attribute_path: str
    request_type: type[Request[Any]]
    output_type: type[OutputModel]
    input_schema: Mapping[str, Any]
    output_schema: Mapping[str, Any]
    rules: Mapping[str, tuple[Rule | Demand, ...]]
    schema_hash: str
    facts: Mapping[str, Any]

    @property
    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of what the request class takes, with the vendor's texts."""
        from .._validation.json_schema import json_schema_of
        from .._validation.schema_parts import DIALECT

        return {"$schema": DIALECT, **json_schema_of(self.request_type)}

    @property
    def tool_schema(self) -> dict[str, Any]:
        """The same for strict function calling: `request_type.from_tool_arguments` reads what it asks for."""
        from .._validation.json_schema import json_schema_of
        from .._validation.tool_schema import tool_schema_of

        return tool_schema_of(json_schema_of(self.request_type))


def get_endpoint(model_id: str) -> EndpointInfo:
    """Return the record of one endpoint, and load no other.

    Args:
        model_id: The id of the model, such as `openai/gpt-image-2/edit`.

    Raises:
        UnknownEndpointError: If this SDK has no endpoint of this id.
    """
    path, prefix = module_of(model_id)
    module = import_module(f"..models.{path}", __package__)
    facts = published(model_id)
    schemas = {key: facts.pop(key) for key in ("input_schema", "output_schema", "schema_hash")}
    del facts["model_id"]
    request_type = getattr(module, f"{prefix}Request")
    demands = request_type.demands
    return EndpointInfo(
        model_id=model_id,
        attribute_path=path,
        request_type=request_type,
        output_type=request_type.output_type,
        rules={**request_type.rules, **({"": demands} if demands else {})},
        facts=facts,
        **schemas,
    )
