# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from .._validation.given import check_seconds
from ..errors import ConfigurationError
from ._console import mode


def _to_json(wanted: bool) -> bool:
    mode.json = mode.json or wanted
    return wanted


def _checked(seconds: float | None) -> float | None:
    # A wrong value found by the wait would come after a submit that is billed.
    return None if seconds is None else check_seconds("timeout", seconds)


def _usable_folder(folder: str | None) -> str | None:
    """Check the output folder before a job is submitted and billed. Makes nothing yet."""
    if folder is not None:
        place = Path(folder).absolute()
        while not os.path.lexists(place):
            place = place.parent
        if not place.is_dir():
            raise ConfigurationError(f"{place} is not a folder", parameter="folder")
        if not os.access(place, os.W_OK | os.X_OK):
            raise ConfigurationError(f"{place} is not writable", parameter="folder")
    return folder


def output_option(text: str) -> Any:
    """Return the option for the folder of outputs. text: its help."""
    return typer.Option("--output", "-o", metavar="FOLDER", callback=_usable_folder, help=text)


# Sets the mode of the whole program, because errors are printed as JSON too.
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", callback=_to_json, is_eager=True, help="Print data and errors as JSON on stdout."
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        help="Base URL of the API. Defaults to RUNCOMFY_MODEL_API_BASE, then to the public service.",
    ),
]
RequestId = Annotated[
    str, typer.Argument(metavar="REQUEST_ID", help="Request id printed by `submit` or `run`.")
]
Folder = Annotated[
    str,
    output_option("Save the outputs and index.html in FOLDER."),
]
SaveTo = Annotated[
    str | None,
    output_option("Save the outputs in FOLDER."),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        callback=_checked,
        help="Stop waiting after SECONDS, by default 1800. The job keeps running.",
    ),
]
