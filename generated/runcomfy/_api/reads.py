# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The reads of a job and its cancel, as flows. They cost nothing, so all are retried."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from .._base.text import shorten
from .._transport.effects import Flow, Reply
from .._transport.retry import Deadline, Failed, retrying
from .._transport.retry_after import retry_after
from ..errors import (
    APIError,
    JobCancelled,
    JobError,
    JobFailed,
    OutputMissing,
    RateLimitError,
    ResultNotReady,
    RunComfyError,
    ServerError,
    TransportError,
)
from .protocol import JobRef
from .replies import NOT_READY, Answer, api_error, json_object, names_error, server_text
from .result import Result, cost_of, is_empty
from .settings import Api
from .states import CANCELLED, FAILURE, MAX_STATE, SUCCESS, CancelOutcome, JobStatus, cancel_outcome

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK

TRANSIENT = (TransportError, ServerError, RateLimitError)

_TIMESTAMP = re.compile(r"[0-9TZ:. +-]{1,40}")

logger = logging.getLogger("runcomfy")


def status(api: Api, job: JobRef[Any], within: Deadline | None = None) -> Flow[JobStatus]:
    """Read the status once."""
    answer = yield from _read(api, job, "GET", "/status", within)
    return JobStatus.of(job.request_id, answer, within.elapsed() if within else 0.0)


def result(api: Api, job: JobRef[O], within: Deadline | None = None) -> Flow[Result[O]]:
    """Read the result. Raises ResultNotReady, JobFailed, JobCancelled or OutputMissing without one."""
    try:
        answer = yield from _read(api, job, "GET", "/result?include_cost=true", within)
    except APIError as error:
        if error.error_code != NOT_READY:
            raise
        raise _not_ready(job, "", error.http_status) from error
    report, body = JobStatus.of(job.request_id, answer), answer.body
    output = body.get("output")
    if api.budget is not None and report.is_terminal:
        from .costs.spending import settle

        yield from settle(api.budget, job.request_id, cost_of(body))
    if report.state in FAILURE | CANCELLED:
        raise _ended(api, job, report)
    # A reply that forgets the state but has an output is complete.
    if report.state not in SUCCESS and (report.state or is_empty(output)):
        raise _not_ready(job, report.state, 200)
    if is_empty(output):
        raise _job_error(api, OutputMissing, job, "completed without usable output", body)
    return result_of(api, job, report.state, body, cost_of(body), answer.response)


def result_of(
    api: Api,
    job: JobRef[O],
    state: str,
    raw: Mapping[str, Any],
    cost: float | None,
    response: Reply | None = None,
) -> Result[O]:
    """Make the result in a reply. raw: the whole reply."""
    return Result(
        output=job.output_type.parse(raw.get("output")),
        request_id=job.request_id,
        model_id=job.model_id,
        status=state,
        cost=cost,
        created_at=_text(api, raw.get("created_at")),
        finished_at=_text(api, raw.get("finished_at")),
        raw=raw,
        response=response,
        _access=replace(api.downloads, retry_policy=api.retry_policy),
    )


def cancel(api: Api, job: JobRef[Any]) -> Flow[CancelOutcome]:
    """Request the cancel; without an answer, the outcome is "unconfirmed"."""
    try:
        answer = yield from _read(api, job, "POST", "/cancel", None)
    except TRANSIENT as error:
        logger.warning("%s: the cancel is unconfirmed: %s", job.request_id, error)
        return "unconfirmed"
    return cancel_outcome(answer.body)


def ended_result(
    api: Api, job: JobRef[O], report: JobStatus, deadline: Deadline
) -> Flow[Result[O]]:
    """Return the result of a job that has ended. Raises JobError if it has none."""
    if report.state in SUCCESS:
        return (yield from result(api, job, deadline))
    if report.state in FAILURE and not server_text(report.raw.get("error")):
        try:
            # The reason may be in the result only; it is not worth a long wait.
            brief = Deadline(min(api.retry_policy.read_budget, deadline.left()))
            return (yield from result(api, job, brief))
        except JobError:
            raise
        except RunComfyError as error:
            logger.debug("%s: no reason for the failure: %s", job.request_id, error)
    raise _ended(api, job, report)


def _read(
    api: Api, job: JobRef[Any], method: str, path: str, within: Deadline | None
) -> Flow[Answer]:
    """Read a JSON object that is not an error, with repetitions. Raises RunComfyError."""
    deadline = within or Deadline(api.retry_policy.read_budget)

    def attempt() -> Flow[Answer | Failed]:
        # httpx takes a timeout of 0 for "fail at once", even if the data is there.
        left = max(deadline.left(), 0.01)
        try:
            reply: Reply = yield api.call(
                method,
                f"/requests/{job.request_id}{path}",
                timeout=min(api.timeout, left),
                patience=left,  # a call that gave up sooner would only queue up again, at the end
            )
        except RunComfyError as failure:  # not a TransportError: the client is closed
            failure.add_context(job.name, retry_safe=True, **job.context)
            return Failed(failure, isinstance(failure, TRANSIENT))
        answer = _answer(api, job, reply)
        if answer is not None:
            return answer
        error = api_error(reply, api.token, subject=job.name, retry_safe=True, **job.context)
        return Failed(error, isinstance(error, TRANSIENT), retry_after(reply))

    # Only a wait uses up its time: a single read reports its failure at once.
    is_wait = within is not None
    return (yield from retrying(attempt, api.retry_policy, deadline, uses_all_time=is_wait))


def _answer(api: Api, job: JobRef[Any], reply: Reply) -> Answer | None:
    """Read a reply about the job; None for an error, and for anything else."""
    body = json_object(reply)
    if not 200 <= reply.status < 300 or body is None or names_error(body):
        return None
    # Any other id: the answer to somebody else's question, such as a cached one.
    if body.get("request_id") not in (None, job.request_id):
        return None
    return Answer(body, reply, api.token.redact)


def _ended(api: Api, job: JobRef[Any], report: JobStatus) -> JobError:
    kind: type[JobError] = JobCancelled if report.state in CANCELLED else JobFailed
    return _job_error(api, kind, job, f"ended as {report.state}", report.raw)


def _job_error(
    api: Api, kind: type[JobError], job: JobRef[Any], ended: str, raw: Mapping[str, Any]
) -> JobError:
    details = api.token.redact_json(raw.get("error"))  # an error is for people's eyes
    reason = server_text(details)
    text = f": {shorten(reason)}" if reason else ""
    message = f"{job.name}: the job {ended}{text}"
    return kind(message, details=details, cost=cost_of(raw), **job.context)


def _not_ready(job: JobRef[Any], state: str, http_status: int | None) -> ResultNotReady:
    now = f" ({state})" if state else ""
    return ResultNotReady(
        f"{job.name}: the job has not ended yet{now}",
        advice="Call wait(), or ask again later.",
        http_status=http_status,
        retry_safe=True,
        **job.context,
    )


def _text(api: Api, value: Any) -> str | None:
    """Keep a timestamp as it is; shorten any other text and take the token out of it."""
    if not isinstance(value, str):
        return None
    return shorten(value if _TIMESTAMP.fullmatch(value) else api.token.redact(value), MAX_STATE)
