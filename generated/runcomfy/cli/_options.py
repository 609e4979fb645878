# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from .._api.options import check_seconds
from ..errors import ConfigurationError
from ._console import mode


def _to_json(wanted: bool) -> bool:
    mode.json = mode.json or wanted
    return wanted


def _checked(seconds: float | None) -> float | None:
    # Before a submit is paid for, not by the wait after it.
    return None if seconds is None else check_seconds("timeout", seconds)


def _usable(folder: str | None) -> str | None:
    """Before a submit is paid for, not when there is something to save. Makes nothing yet."""
    if folder is not None:
        place = Path(folder).absolute()
        while not os.path.lexists(place):
            place = place.parent
        if not place.is_dir():
            raise ConfigurationError(f"--output: {place} is no folder")
        if not os.access(place, os.W_OK | os.X_OK):
            raise ConfigurationError(f"--output: nothing can be written in {place}")
    return folder


# The whole program is told, since an error is JSON too.
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", callback=_to_json, is_eager=True, help="Data and errors as JSON on stdout."
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        help="Where the API is, else RUNCOMFY_MODEL_API_BASE, else the public service.",
    ),
]
RequestId = Annotated[
    str, typer.Argument(metavar="REQUEST_ID", help="What submit or run said of the job.")
]
Folder = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FOLDER",
        callback=_usable,
        help="For the outputs and index.html.",
    ),
]
SaveTo = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FOLDER", callback=_usable, help="Save the outputs there."
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        callback=_checked,
        help="How long to wait, 1800 if left out; the job goes on after that.",
    ),
]
