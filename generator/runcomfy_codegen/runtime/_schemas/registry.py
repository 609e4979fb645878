"""The list of this SDK's endpoints, read without importing them."""

from __future__ import annotations

import difflib
import functools
import json
import sys
from pkgutil import get_data
from typing import Any, NoReturn

from .._base.brief import brief
from ..errors import RunComfyError

# What the generator adds to a published document, for the emulator and for the command line.
_OWN = ("reading", "field_help")
_MOST_ID = 512  # characters of a model id
_PACKAGE = __name__.rpartition("._schemas.")[0]


class UnknownEndpointError(RunComfyError, KeyError):
    """Raised for a model id that this SDK has no endpoint for; use `client.untyped(model_id)`."""

    def __str__(self) -> str:
        return self.message


def model_ids() -> tuple[str, ...]:
    """Return the model ids of all endpoints in this SDK, sorted."""
    return tuple(_index())


def attribute_paths() -> dict[str, str]:
    """Return the attribute path of each endpoint on a client, by model id, sorted."""
    return {model_id: entry.partition(":")[0] for model_id, entry in _index().items()}


def module_of(model_id: object) -> tuple[str, str]:
    """Return the attribute path and the class prefix of an endpoint. Raises UnknownEndpointError."""
    text = model_id if isinstance(model_id, str) else ""
    entry = _index().get(text)
    if entry is None:
        near = difflib.get_close_matches(text[:_MOST_ID], _index(), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "list_endpoints() lists them all."
        if gone := removed_model(text):
            hint = f"{gone}."
        raise UnknownEndpointError(
            f"this SDK has no endpoint {brief(model_id)}; {hint}"
            " Call a model that is newer than this SDK through client.untyped(model_id).",
            model_id=text or None,
        )
    path, prefix = entry.split(":")
    return path, prefix


def published(model_id: str) -> dict[str, Any]:
    """Return what was published of an endpoint: its schemas and facts; {} for an unknown one."""
    document = _document(model_id)
    return {key: value for key, value in document.items() if key not in _OWN}


def field_help(model_id: str) -> dict[str, str]:
    """Return the help of each input field by wire name, without fields that need none."""
    texts: dict[str, str] = _document(model_id).get("field_help", {})
    return texts


def corrected_input(model_id: str) -> dict[str, Any]:
    """Return the input schema with its corrections made; {} for an unknown endpoint."""
    document = _document(model_id)
    schema: dict[str, Any] = document.get("reading", {}).get(
        "input_schema", document.get("input_schema", {})
    )
    return schema


def removed_model(model_id: str) -> str:
    """Say what became of a model that this SDK had once; return an empty text for any other."""
    return _text_of(model_id) if model_id in _removed() else ""


def removed_at(path: str) -> str:
    """Say what became of the model that had an attribute path; return an empty text if none had it."""
    ids = [model_id for model_id in _removed() if _path_of(model_id) == path]
    return _text_of(ids[0]) if ids else ""


def removed_below(path: str) -> str:
    """Say what became of the models below an attribute path; return an empty text if there were none."""
    ids = [model_id for model_id in _removed() if _path_of(model_id).startswith(f"{path}.")]
    return "; ".join(map(_text_of, ids))


def refuse_removed(module: str) -> NoReturn:
    """Refuse the import of a module that this SDK had once.

    Raises:
        ModuleNotFoundError: Always; its message says since when, and what replaces it.
    """
    path = module.removeprefix(f"{_PACKAGE}.models.")
    raise ModuleNotFoundError(f"No module named {module!r}: {removed_at(path)}", name=module)


def explain_removed(module: str) -> None:
    """Let a module that held an endpoint once refuse the names of its classes, with the reason."""
    path = module.removeprefix(f"{_PACKAGE}.models.")

    def load(name: str) -> Any:
        prefix = next(_prefix_of(key) for key in _removed() if _path_of(key) == path)
        if name in (prefix, f"{prefix}Request", f"{prefix}Output"):
            raise ImportError(f"cannot import {name!r} from {module!r}: {removed_at(path)}")
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    vars(sys.modules[module])["__getattr__"] = load


def _text_of(model_id: str) -> str:
    text = _removed()[model_id].partition(" ")[2]
    return f"client.{_path_of(model_id)} has been gone {text}"


def _path_of(model_id: str) -> str:
    return _removed()[model_id].partition(":")[0]


def _prefix_of(model_id: str) -> str:
    return _removed()[model_id].partition(" ")[0].partition(":")[2]


@functools.cache
def _removed() -> dict[str, str]:
    """Return `attribute path:class prefix since ...` by model id, of models that this SDK had once."""
    try:
        removed: dict[str, str] = _read_json("_removed.json")
    except OSError:  # most SDKs have lost no model
        return {}
    return removed


def _document(model_id: str) -> dict[str, Any]:
    if model_id not in _index():
        return {}
    path = _index()[model_id].partition(":")[0]
    document: dict[str, Any] = _read_json(f"models/{path.replace('.', '/')}.json")
    return document


@functools.cache
def _index() -> dict[str, str]:
    """Return `attribute path:class prefix` by model id."""
    index: dict[str, str] = _read_json("_endpoints.json")
    return index


def _read_json(path: str) -> Any:
    """Read a file of this package through its loader: the package may be in a zip or an executable."""
    content = get_data(_PACKAGE, path)
    if content is None:
        raise RunComfyError(f"{_PACKAGE}: its loader must give data files; cannot read {path}")
    return json.loads(content)
