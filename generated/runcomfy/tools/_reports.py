# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The answers that an agent gets about its calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .._base.money import dollars
from .._base.text import shorten
from ..batches._entry import Entry
from ..errors import CostLimitReached, InvalidRequestError, RunComfyError
from ..media._data_uri import is_data_uri
from ._following import Followed
from ._submitting import JournaledCall, SpendingForbidden
from .answers import Answer, Preview

_MOST_CALLS = 20  # that a list shows
_UPDATED = "Repeating the call finds the same job and does not pay again."
AGAIN = "again=true submits, and pays for, another one."
_UNDECIDED = (
    "It may have been accepted, and may be charged. It was not sent again. Ask the person to look "
    "under Generations on runcomfy.com."
)


def report(
    call: JournaledCall,
    followed: Followed,
    files: Sequence[Path],
    previews: tuple[Preview, ...],
    spent: str,
) -> Answer:
    """Say how far a call has come.

    Args:
        call: The call, and whether it was submitted just now.
        followed: How far its job has come.
        files: The saved outputs.
        previews: Small pictures of them.
        spent: What all calls have cost, in words.
    """
    entry = followed.entry
    lines = [_headline(followed), *_progress(followed, files)]
    if not (call.is_new or call.is_asked_for):
        lines.append(_earlier(call, entry))
    if entry.state == "completed" and entry.cost is not None:
        lines.append(f"cost: {dollars(entry.cost)}")
    lines.append(f"all calls so far: {spent}")
    return Answer(
        "\n".join(line for line in lines if line),
        is_error=entry.state in ("unknown", "failed", "refused"),
        data=_data(call, followed, files),
        previews=previews,
    )


def failure(error: RunComfyError) -> Answer:
    """Say why a call was not made."""
    text = error.message
    if isinstance(error, CostLimitReached):
        text += f"\nNothing was sent. {_way_out(error)}"
    return Answer(text, is_error=True, data={"state": _state_of(error), "error": text})


def _way_out(error: CostLimitReached) -> str:
    if error.estimate_usd is None:
        return "Wait for the earlier jobs with job_status, or ask the person for a larger budget."
    return "Ask the person for a larger budget, or make a cheaper call."


def calls_in_words(entries: Sequence[Entry], spent: str) -> Answer:
    """List the last calls of a journal."""
    shown = [entry for entry in entries if entry.state not in ("pending", "refused")]
    lines = [_line(entry) for entry in reversed(shown[-_MOST_CALLS:])]
    count = f"{len(shown)} calls" if len(shown) != 1 else "1 call"
    calls = [_brief(entry) for entry in reversed(shown[-_MOST_CALLS:])]
    text = "\n".join([f"{count} so far, newest first:", *lines, f"all calls so far: {spent}"])
    return Answer(text, data={"calls": calls})


def _headline(followed: Followed) -> str:
    entry = followed.entry
    status = followed.status
    state = status.state or "not finished" if status else entry.state
    job = f", request {entry.request_id}" if entry.request_id else ""
    place = ""
    if status and status.queue_position is not None:
        place = f", queue position {status.queue_position}"
    return f"{state}: {entry.model_id}{job}{place}"


def _progress(followed: Followed, files: Sequence[Path]) -> list[str]:
    """Say what came of a job, or what to do about it."""
    entry, trouble = followed.entry, followed.trouble
    why = [trouble.message] if trouble else []
    match entry.state:
        case "completed":
            result = followed.result
            shown = [f"file: {path}" for path in files]
            if not files and result:
                shown = [f"url: {shorten(url, 2000)}" for url in result.urls]
            again = "The job is done and paid for: call job_status to save its files again."
            return [*shown, *_text_outputs(followed), *why, again if why else ""]
        case "submitted":
            advice = f'The job goes on. Call job_status with request_id "{entry.request_id}".'
            return [*why, advice, _UPDATED]
        case "unknown":
            why = [entry.error.message.partition("\n")[0]] if entry.error else []
            posted = f"It was posted at {_time(entry)}, and its outcome is unknown."
            return [*why, posted, _UNDECIDED, AGAIN]
        case _:
            reason = entry.error.message if entry.error else ""
            return [reason, "It may have been charged.", AGAIN]


def _text_outputs(followed: Followed) -> list[str]:
    """Show an output that names no file, such as a text."""
    result = followed.result
    if result is None or result.urls:
        return []
    return [f"output: {shorten(str(result.raw.get('output')), 2000)}"]


def _earlier(call: JournaledCall, entry: Entry) -> str:
    if call.is_withheld:
        return (
            "Nothing new was submitted: this job of the same call was made before, and its answer may "
            "have been lost. Repeat with again=true to pay for another one."
        )
    if entry.state == "completed":
        return f"This call was made before and was not paid again; {AGAIN}"
    return "This call was made before. Nothing new was submitted."


def _data(call: JournaledCall, followed: Followed, files: Sequence[Path]) -> dict[str, Any]:
    data = _brief(followed.entry)
    if followed.status:
        data |= {"status": followed.status.state, "queue_position": followed.status.queue_position}
    if followed.result:
        data["urls"] = [url for url in followed.result.urls if not is_data_uri(url)]
        if not followed.result.urls:
            data["output"] = followed.result.raw.get("output")
    error = followed.trouble or followed.entry.error
    if error:
        data["error"] = error.message
    return {**data, "files": list(map(str, files)), "is_new": call.is_new}


def _brief(entry: Entry) -> dict[str, Any]:
    return {
        "state": entry.state,
        "model_id": entry.model_id,
        "request_id": entry.request_id,
        "call": entry.key,
        "cost_usd": entry.cost,
        "estimate_usd": entry.estimate,
    }


def _line(entry: Entry) -> str:
    prompt = entry.input.get("prompt")
    about = f': "{shorten(prompt, 60)}"' if isinstance(prompt, str) else ""
    return f"{entry.state}, {entry.model_id}, request {entry.request_id or 'id not known'}{about}"


def _time(entry: Entry) -> str:
    moment = datetime.fromtimestamp(entry.posted_at or 0.0, UTC)
    return moment.isoformat(sep=" ", timespec="seconds").replace("+00:00", " UTC")


def _state_of(error: RunComfyError) -> str:
    if isinstance(error, InvalidRequestError):
        return "invalid"
    is_money = isinstance(error, (CostLimitReached, SpendingForbidden))
    return "over_budget" if is_money else "refused"
