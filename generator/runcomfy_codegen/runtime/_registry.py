"""What the SDK knows of its endpoints, without importing them."""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

from .errors import RunComfyError

if TYPE_CHECKING:
    from ._demands import Demand
    from ._model import OutputModel, Request
    from .media import Rule


class UnknownEndpointError(RunComfyError, KeyError):
    """The SDK has no endpoint of this id; `client.untyped(model_id)` works without one."""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class EndpointInfo:
    """One endpoint: its id, its classes, and its schemas exactly as published.

    attribute_path: where it is on a client, such as `openai.gpt_image_2.edit`;
    rules: published validations by wire name, and under "" what the request must give together; schema_hash: SHA-256 of both schemas; facts: what else
    the catalogue said when this was generated, such as display_name, categories, base_price_usd
    (missing: unknown; 0: free), price_unit and, of one that it no longer listed, gone.
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


def list_endpoints() -> tuple[str, ...]:
    """The model ids of all endpoints in this SDK, sorted."""
    return tuple(_index())


def attribute_paths() -> dict[str, str]:
    """Where each endpoint is on a client, by model id, sorted."""
    return {model_id: entry.partition(":")[0] for model_id, entry in _index().items()}


def get_endpoint(model_id: str) -> EndpointInfo:
    """All that is known of one endpoint; loads only that one. Raises UnknownEndpointError."""
    try:
        path, prefix = _index()[model_id].split(":")
    except KeyError:
        near = difflib.get_close_matches(model_id, _index(), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "list_endpoints() has them all."
        raise UnknownEndpointError(
            f"this SDK has no endpoint {model_id!r}; {hint}"
            " What is newer than this SDK can be called through client.untyped(model_id).",
            model_id=model_id,
        ) from None
    module = import_module(f".models.{path}", __package__)
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


def published(model_id: str) -> dict[str, Any]:
    """What was published of an endpoint: its schemas and facts; {} for an unknown one."""
    if model_id not in _index():
        return {}
    path = _index()[model_id].partition(":")[0]
    facts: dict[str, Any] = _read_json(f"models/{path.replace('.', '/')}.json")
    facts.pop("reading", None)  # how the emulator reads the schema
    return facts


@functools.cache
def _index() -> dict[str, str]:
    """model id -> `attribute path:class prefix`."""
    index: dict[str, str] = _read_json("_endpoints.json")
    return index


def _read_json(path: str) -> Any:
    """Read a file of this package through its loader: the package may be in a zip or an executable."""
    package = __package__ or ""
    content = get_data(package, path)
    if content is None:
        raise RunComfyError(f"{package}: its loader must give data files; cannot read {path}")
    return json.loads(content)
