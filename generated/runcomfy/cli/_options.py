"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from .._options import check_seconds
from ._console import mode


def _to_json(wanted: bool) -> bool:
    mode.json = mode.json or wanted
    return wanted


def _checked(seconds: float | None) -> float | None:
    # Before a submit is paid for, not by the wait after it.
    return None if seconds is None else check_seconds("timeout", seconds)


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
SaveTo = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FOLDER", help="Save the outputs there."),
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
