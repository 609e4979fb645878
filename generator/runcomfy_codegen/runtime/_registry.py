"""What the SDK knows of its endpoints, without importing them."""

from __future__ import annotations

import difflib
import functools
import json
from pkgutil import get_data
from typing import Any

from .errors import RunComfyError


class UnknownEndpointError(RunComfyError, KeyError):
    """The SDK has no endpoint of this id; `client.untyped(model_id)` works without one."""

    def __str__(self) -> str:
        return self.message


def list_endpoints() -> tuple[str, ...]:
    """The model ids of all endpoints in this SDK, sorted."""
    return tuple(_index())


def attribute_paths() -> dict[str, str]:
    """Where each endpoint is on a client, by model id, sorted."""
    return {model_id: entry.partition(":")[0] for model_id, entry in _index().items()}


def module_of(model_id: str) -> tuple[str, str]:
    """Return the attribute path and the class prefix of an endpoint. Raises UnknownEndpointError."""
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
    return path, prefix


def published(model_id: str) -> dict[str, Any]:
    """What was published of an endpoint: its schemas and facts; {} for an unknown one."""
    if model_id not in _index():
        return {}
    facts = _facts(model_id)
    facts.pop("reading", None)  # how the emulator reads the schema
    return facts


def corrected_input(model_id: str) -> dict[str, Any]:
    """Return the input schema as the classes read it, corrections made; {} for an unknown endpoint."""
    if model_id not in _index():
        return {}
    facts = _facts(model_id)
    schema: dict[str, Any] = facts.get("reading", {}).get("input_schema", facts["input_schema"])
    return schema


def _facts(model_id: str) -> dict[str, Any]:
    path = _index()[model_id].partition(":")[0]
    facts: dict[str, Any] = _read_json(f"models/{path.replace('.', '/')}.json")
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
