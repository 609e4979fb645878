# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Which endpoint a name on the command line means."""

from __future__ import annotations

import difflib

from .._registry import UnknownEndpointError, attribute_paths
from ._console import program

_NEAR = 5  # suggestions


def find_model(name: str) -> str:
    """The model id of an id or an attribute path. Raises UnknownEndpointError with what is like it."""
    paths = attribute_paths()
    if name in paths:
        return name
    named = [model_id for model_id, path in paths.items() if path == name]
    if named:
        return named[0]
    raise UnknownEndpointError(_unknown(name, paths), model_id=name)


def _unknown(name: str, paths: dict[str, str]) -> str:
    """Ids that contain the words of the name, and ids or paths that are spelt like it."""
    names = {spelling.lower(): model_id for model_id, path in paths.items() for spelling in (model_id, path)}  # fmt: skip
    wanted = name.lower()
    near = [names[each] for each in difflib.get_close_matches(wanted, names, n=_NEAR, cutoff=0.5)]
    within = [model_id for each, model_id in names.items() if wanted and wanted in each]
    found = list(dict.fromkeys([*near, *within]))[:_NEAR]
    hint = "; did you mean" + "".join(f"\n  {each}" for each in found) + "\n" if found else ". "
    return f"no model {name!r:.80} in this package{hint}{program()} models lists them all."
