# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The warning about a model that is gone from the catalogue."""

from __future__ import annotations

import inspect
import warnings

_PACKAGE = f"{__package__}".rpartition(".")[0]
_warned: set[str] = set()


def warn_if_gone(request_type: type) -> None:
    """Warn at the first request for a model that is gone; later ones of this process are silent."""
    message = str(getattr(request_type, "__deprecated__", ""))
    if not message or message in _warned:
        return
    warnings.warn(message, DeprecationWarning, stacklevel=_levels_to_caller())
    _warned.add(message)


def _levels_to_caller() -> int:
    """Count the frames up to the code that called this package, as `warn_if_gone` has to name it."""
    frame = inspect.currentframe()
    levels = 0
    while frame and f"{frame.f_globals.get('__name__')}.".startswith(f"{_PACKAGE}."):
        frame = frame.f_back
        levels += 1
    return levels
