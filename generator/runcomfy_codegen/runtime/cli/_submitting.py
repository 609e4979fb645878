"""Submit a job, the step that costs money."""

# pyright: reportPrivateUsage=false
# An interrupted submit reports its progress, which the client's public methods do not show.

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from .._api.protocol import submission_of
from .._api.submit import ADVICE, json_object, submit
from .._api.submit_progress import SubmitProgress
from .._client import SyncClient
from ..errors import FieldProblem, InvalidRequestError
from ..jobs import Job
from ._call import Call
from ._console import say
from ._dry_run import show_request
from ._errors import report_interrupt
from ._jobs import pick_up

InputFile = Annotated[
    str | None,
    typer.Option(
        "--input",
        metavar="FILE",
        help="Read the input from a JSON file, or from stdin if FILE is -. Other options override it.",
    ),
]
ExtraBody = Annotated[
    str | None,
    typer.Option(
        "--extra-body",
        metavar="JSON",
        help="Merge a JSON object into the request without checking it, for parameters that this "
        "package does not know yet.",
    ),
]


def submit_call(
    client: SyncClient,
    call: Call,
    document: str | None,
    extra: str | None,
    base_url: str | None,
) -> Job[Any]:
    """Submit a request and print the id of its job.

    Raises:
        RunComfyError: As raised by `client.submit`.
        typer.Exit: The submit was interrupted.
    """
    progress = SubmitProgress()
    try:
        extra_body = None if extra is None else _extra_body(extra, call.info.model_id)
        request = call.request(client, document)
        submission = submission_of(request, progress)
        flow = submit(client._api, submission, extra_body=extra_body)
        job: Job[Any] = Job(client, client._run(flow))
    except InvalidRequestError as error:
        raise call.as_typed(error) from error
    except KeyboardInterrupt:
        message = f"{call.info.model_id}: {_interrupted(progress, base_url)}"
        code = report_interrupt(message, call.info.model_id, progress.request_id, style="red")
        raise typer.Exit(code) from None
    say(f"{job.request_id}: submitted to {job.model_id}")
    return job


def preview_call(client: SyncClient, call: Call, document: str | None, extra: str | None) -> None:
    """Print what a request would send and cost. Submits nothing. Raises InvalidRequestError."""
    try:
        parsed = None if extra is None else _extra_body(extra, call.info.model_id)
        extra_body: Mapping[str, Any] | None = None
        if parsed is not None:
            extra_body = json_object("extra_body", parsed, call.info.model_id)
        show_request(client, call.request(client, document), extra_body)
    except InvalidRequestError as error:
        raise call.as_typed(error) from error


def _interrupted(progress: SubmitProgress, base_url: str | None) -> str:
    if progress.request_id:
        return f"accepted; pick it up again:\n{pick_up(progress.request_id, None, base_url)}"
    messages = {
        "not_sent": "interrupted, nothing was sent",
        "refused": "interrupted, nothing was accepted",
    }
    return messages.get(progress.phase, f"interrupted while submitting: {ADVICE}.")


def _extra_body(text: str, model_id: str) -> Any:
    try:
        return json.loads(text)  # the submit refuses anything but an object
    except (ValueError, RecursionError) as error:
        problem = FieldProblem("--extra-body", f"must be JSON; {error}")
        raise InvalidRequestError.from_problems([problem], model_id) from None
