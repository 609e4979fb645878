"""The one step that costs money."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from .._client import SyncClient
from ..errors import FieldProblem, InvalidRequestError
from ..jobs import Job
from ._call import Call
from ._console import say
from ._exit_codes import OTHER

InputFile = Annotated[
    str | None,
    typer.Option(
        "--input",
        metavar="FILE",
        help="A JSON object with fields of the model, - for stdin; options win over it.",
    ),
]
ExtraBody = Annotated[
    str | None,
    typer.Option(
        "--extra-body",
        metavar="JSON",
        help="Merged over the request, unchecked: for what is newer than this package.",
    ),
]


def submit_call(
    client: SyncClient, call: Call, document: str | None, extra: str | None
) -> Job[Any]:
    """The accepted job, whose id has been told. Raises what `client.submit` raises; typer.Exit."""
    extra_body = None if extra is None else _extra_body(extra, call.info.model_id)
    request = call.request(client, document)
    try:
        job = client.submit(request, extra_body=extra_body)
    except KeyboardInterrupt:
        say(
            "Interrupted while submitting: the job may have been accepted, and may be charged. "
            "Look under Generations on runcomfy.com before you submit again.",
            "red",
        )
        raise typer.Exit(OTHER) from None
    say(f"{job.request_id}: submitted to {job.model_id}")
    return job


def _extra_body(text: str, model_id: str) -> Any:
    try:
        return json.loads(text)  # the client refuses what is no object
    except (ValueError, RecursionError) as error:
        problem = FieldProblem("--extra-body", f"is not JSON: {error}")
        raise InvalidRequestError.from_problems([problem], model_id) from None
