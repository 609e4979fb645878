# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
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
from ._errors import report_interrupt
from ._jobs import pick_up
from ._log import log

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
    client: SyncClient,
    call: Call,
    document: str | None,
    extra: str | None,
    base_url: str | None,
) -> Job[Any]:
    """The accepted job, whose id has been told. Raises what `client.submit` raises; typer.Exit."""
    try:
        extra_body = None if extra is None else _extra_body(extra, call.info.model_id)
        request = call.request(client, document)
        job = client.submit(request, extra_body=extra_body)
    except InvalidRequestError as error:
        raise call.as_typed(error) from error
    except KeyboardInterrupt:
        said = f"{call.info.model_id}: {_end_of_submit(base_url)}"
        code = report_interrupt(said, call.info.model_id, _accepted_id(), style="red")
        raise typer.Exit(code) from None
    say(f"{job.request_id}: submitted to {job.model_id}")
    return job


def _end_of_submit(base_url: str | None) -> str:
    """How an interrupted submit has ended, as far as is known: there is neither a job nor an error."""
    last = log.last
    if last is None or "before the submit was sent" in last.msg:
        return "interrupted, nothing was sent"
    if "submitted again" in last.msg:
        return "interrupted, nothing was accepted"
    if request_id := _accepted_id():
        return f"accepted; pick it up again:\n{pick_up(request_id, None, base_url)}"
    return (
        "interrupted while submitting: the job may have been accepted, and may be charged. "
        "Look under Generations on runcomfy.com before you submit again."
    )


def _accepted_id() -> str | None:
    """Of the job that was accepted before Ctrl-C could be told of it."""
    last = log.last
    if last is None or not isinstance(last.args, tuple):
        return None
    is_accepted = "resume the job" in last.msg or "submitted as" in last.msg
    return str(last.args[-1]) if is_accepted else None


def _extra_body(text: str, model_id: str) -> Any:
    try:
        return json.loads(text)  # the client refuses what is no object
    except (ValueError, RecursionError) as error:
        problem = FieldProblem("--extra-body", f"is not JSON: {error}")
        raise InvalidRequestError.from_problems([problem], model_id) from None
