"""Jobs and results as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .._base.money import dollars
from .._base.text import inert
from .._client import SyncClient
from ..jobs import CancelOutcome, Job, JobStatus, Result
from ._console import command_line, mode, say, write, write_json

_LABELS = {"in_queue": "in the queue", "in_progress": "running"}

CANCEL_WORDS: dict[CancelOutcome, str] = {
    "cancelled": "cancelled, it will not run",
    "not_cancellable": "not cancelled: only a queued job can be cancelled, and this one is running or has ended",
    "unconfirmed": "the cancel is not confirmed: the job may still run and be charged\n"
    "Check it with `status`.",
}


def known_job(client: SyncClient, request_id: str) -> Job[Any]:
    """Return the job with a request id, without sending anything.

    Raises:
        InvalidRequestError: The text is not a request id.
    """
    return client.job(request_id)


def pick_up(request_id: str, folder: str | None, base_url: str | None) -> str:
    """Return the command that waits for a job that is still running."""
    server = [] if base_url is None else ["--base-url", base_url]
    if folder is None:
        return command_line("result", request_id, "--wait", *server)
    return command_line("download", request_id, "-o", folder, *server)


def status_words(status: JobStatus) -> str:
    """Return `in the queue, position 3`; an unknown state is shown as the server spells it."""
    words = _LABELS.get(status.state, status.state or "in an unknown state")
    return words if status.queue_position is None else f"{words}, position {status.queue_position}"


def show_result(result: Result[Any], files: Sequence[Path] | None) -> None:
    """Print the files, else the URLs, else the output. The status and the cost go to stderr."""
    if mode.json:
        write_json(_as_json(result, files))
        return
    cost = "" if result.cost is None else f", {dollars(result.cost)}"
    say(f"{result.request_id}: {result.status or 'completed'}{cost}", "green")
    lines = [inert(url) for url in result.urls] if files is None else list(map(str, files))
    for line in lines:
        write(line)
    if not lines:
        write_json(result.raw.get("output"))


def _as_json(result: Result[Any], files: Sequence[Path] | None) -> dict[str, Any]:
    data = {
        "request_id": result.request_id,
        "model_id": result.model_id or result.raw.get("model_id"),
        "status": result.status,
        "cost": result.cost,
        "created_at": result.created_at,
        "finished_at": result.finished_at,
        "output": result.raw.get("output"),
        "urls": list(result.urls),
    }
    return data if files is None else {**data, "files": list(map(str, files))}
