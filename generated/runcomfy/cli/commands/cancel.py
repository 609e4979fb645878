# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`cancel REQUEST_ID`."""

from __future__ import annotations

import typer

from .._console import mode, write, write_json
from .._exit_codes import OTHER
from .._jobs import CANCEL_WORDS, known_job
from .._open import open_client
from .._options import AsJson, BaseUrl, RequestId


def cancel(request_id: RequestId, as_json: AsJson = False, base_url: BaseUrl = None) -> None:
    """Cancel a queued job. Exits with 1 if the job was not cancelled."""
    with open_client(base_url) as client:
        outcome = known_job(client, request_id).cancel()
    if mode.json:
        write_json({"request_id": request_id, "outcome": outcome})
    else:
        write(CANCEL_WORDS[outcome])
    if outcome != "cancelled":
        raise typer.Exit(OTHER)
