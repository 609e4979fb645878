# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The reads of a job, the wait for it and its cancel, as flows. They cost nothing: all are retried."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from ._api import Api
from ._effects import Flow, Invoke, Reply, Sleep
from ._options import check_function, check_seconds
from ._pace import Deadline
from ._protocol import JobRef, OutputType, Payload
from ._replies import (
    NOT_READY,
    Answer,
    api_error,
    json_object,
    names_error,
    server_text,
)
from ._result import Result, cost_of, is_empty
from ._retry_after import retry_after
from ._states import (
    CANCELLED,
    FAILURE,
    MAX_STATE,
    SUCCESS,
    CancelOutcome,
    JobStatus,
    cancel_outcome,
)
from ._submit import submit
from ._text import shorten
from .errors import (
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
    WaitTimeout,
)

T = TypeVar("T")
O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK
OnUpdate = Callable[[JobStatus], object]

DEFAULT_WAIT = 1800.0  # seconds: the longest limit of an official client (API.md section 2)
_TIMESTAMP = re.compile(r"[0-9TZ:. +-]{1,40}")
_LAST_LOOK = 1.0  # seconds kept for the last poll before the deadline
_TRANSIENT = (TransportError, ServerError, RateLimitError)

logger = logging.getLogger("runcomfy")


def status(api: Api, job: JobRef[Any], within: Deadline | None = None) -> Flow[JobStatus]:
    """One status read."""
    answer = yield from _read(api, job, "GET", "/status", within)
    return JobStatus.of(job.request_id, answer, within.elapsed() if within else 0.0)


def result(api: Api, job: JobRef[O], within: Deadline | None = None) -> Flow[Result[O]]:
    """The result. Raises ResultNotReady, JobFailed, JobCancelled or OutputMissing if there is none."""
    try:
        answer = yield from _read(api, job, "GET", "/result?include_cost=true", within)
    except APIError as error:
        if error.error_code != NOT_READY:
            raise
        raise _not_ready(job, "", error.http_status) from error
    report, body = JobStatus.of(job.request_id, answer), answer.body
    output = body.get("output")
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
    """Make the result that a reply holds. raw: the whole reply."""
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
        _access=replace(api.downloads, pace=api.pace),
    )


def wait(
    api: Api, job: JobRef[O], timeout: float | None = None, on_update: OnUpdate | None = None
) -> Flow[Result[O]]:
    """The result, as soon as there is one. timeout: seconds, None for `DEFAULT_WAIT`.

    An unknown state means "not finished". A failed poll is repeated until the time is over.
    """
    check_function("on_update", on_update)
    return (yield from _wait(api, job, _deadline(timeout), on_update))


def _deadline(timeout: float | None) -> Deadline:
    return Deadline(DEFAULT_WAIT if timeout is None else check_seconds("timeout", timeout))


def _wait(
    api: Api, job: JobRef[O], deadline: Deadline, on_update: OnUpdate | None
) -> Flow[Result[O]]:
    try:
        return (yield from _poll(api, job, deadline, on_update))
    except BaseException as error:
        # Ctrl-C, a cancelled task, an error of the callback: `run` has told nobody the id yet.
        if isinstance(error, RunComfyError) and error.request_id == job.request_id:
            raise
        logger.warning("%s: the job goes on; resume it with .job(%r)", job.name, job.request_id)
        raise


def _poll(
    api: Api, job: JobRef[O], deadline: Deadline, on_update: OnUpdate | None
) -> Flow[Result[O]]:
    last: JobStatus | None = None
    is_last_look = False
    for polls in itertools.count(1):
        report = yield from _in_time(status(api, job, deadline), job, deadline)
        if last is None or _differs(report, last):
            logger.info("%s", report)
            if on_update is not None:
                yield Invoke(on_update, report)
        last = report
        if report.is_terminal:
            try:
                return (yield from _in_time(_outcome(api, job, report, deadline), job, deadline))
            except ResultNotReady:
                logger.debug("%s: the result lags behind the status", job.request_id)
        pause, left = api.pace.poll(polls, report.queue_position), deadline.left()
        if is_last_look or left <= 0:
            break
        if pause >= left:
            pause, is_last_look = _before_last_look(left), True
        yield Sleep(pause)
    raise _timed_out(job, deadline, f"was still {last.state if last else ''}".rstrip())


def run(
    api: Api,
    model_id: str,
    output_type: OutputType[O],
    payload: Payload,
    *,
    timeout: float | None = None,
    on_update: OnUpdate | None = None,
    extra_body: Mapping[str, Any] | None = None,
    extra_headers: Mapping[str, str] | None = None,
) -> Flow[Result[O]]:
    """Submit and wait. timeout: seconds for both together."""
    check_function("on_update", on_update)
    deadline, api = _deadline(timeout), api.for_call(extra_headers)
    job = yield from submit(
        api,
        model_id,
        output_type,
        payload,
        extra_body=extra_body,
        extra_headers=extra_headers,
        timeout=min(api.timeout, deadline.seconds),
        within=deadline,
    )
    try:
        return (yield from _wait(api, job, deadline, on_update))
    except RunComfyError as error:
        # Running again would submit, and pay, again: even if it is the callback's own error.
        error.retry_safe = False
        raise


def cancel(api: Api, job: JobRef[Any]) -> Flow[CancelOutcome]:
    """Asks for the cancel; "unconfirmed" also if no answer came."""
    try:
        answer = yield from _read(api, job, "POST", "/cancel", None)
    except _TRANSIENT as error:
        logger.warning("%s: the cancel is unconfirmed: %s", job.request_id, error)
        return "unconfirmed"
    return cancel_outcome(answer.body)


def _read(
    api: Api, job: JobRef[Any], method: str, path: str, within: Deadline | None
) -> Flow[Answer]:
    """A reply that is a JSON object and no error; transient failures are repeated while there is time."""
    deadline = within or Deadline(api.pace.read_budget)
    attempt, is_last_look = 0, False
    while True:
        attempt += 1
        # httpx takes a timeout of 0 for "fail at once", even if the data is there.
        left = max(deadline.left(), 0.01)
        error: RunComfyError
        try:
            reply: Reply = yield api.call(
                method,
                f"/requests/{job.request_id}{path}",
                timeout=min(api.timeout, left),
                patience=left,  # who gave up sooner would only queue up again, at the end
            )
        except RunComfyError as failure:  # not a TransportError: the client is closed
            error, wish = failure, None
            failure.add_context(job.name, retry_safe=True, **job.context)
        else:
            answer = _answer(api, job, reply)
            if answer is not None:
                return answer
            wish = retry_after(reply)
            error = api_error(reply, api.token, subject=job.name, retry_safe=True, **job.context)
        pause, left = api.pace.retry(attempt, wish), deadline.left()
        if not isinstance(error, _TRANSIENT) or is_last_look:
            raise error
        if pause >= left:
            # Only a wait uses up its time: who reads once is better told at once.
            if within is None or left <= 0:
                raise error
            pause, is_last_look = _before_last_look(left), True
        logger.debug("%s; again in %.1f s", error, pause, extra={"pause": pause})
        yield Sleep(pause)


def _answer(api: Api, job: JobRef[Any], reply: Reply) -> Answer | None:
    """Read a reply about the job; None for an error, and for anything else."""
    body = json_object(reply)
    if not 200 <= reply.status < 300 or body is None or names_error(body):
        return None
    # Any other id: the answer to somebody else's question, such as a cached one.
    if body.get("request_id") not in (None, job.request_id):
        return None
    return Answer(body, reply, api.token.redact)


def _before_last_look(left: float) -> float:
    return left - min(_LAST_LOOK, left / 2)


def _in_time(flow: Flow[T], job: JobRef[Any], deadline: Deadline) -> Flow[T]:
    """The flow, whose failure to read in the time of the wait is the wait's timeout."""
    try:
        return (yield from flow)
    except _TRANSIENT as error:
        raise _timed_out(job, deadline, f"could not be read ({error})") from error


def _outcome(api: Api, job: JobRef[O], report: JobStatus, deadline: Deadline) -> Flow[Result[O]]:
    """What a terminal state leads to."""
    if report.state in SUCCESS:
        return (yield from result(api, job, deadline))
    if report.state in FAILURE and not server_text(report.raw.get("error")):
        try:
            # The reason may be in the result only (API.md section 1.3); it is not worth a long wait.
            brief = Deadline(min(api.pace.read_budget, deadline.left()))
            return (yield from result(api, job, brief))
        except JobError:
            raise
        except RunComfyError as error:
            logger.debug("%s: no reason for the failure: %s", job.request_id, error)
    raise _ended(api, job, report)


def _differs(one: JobStatus, other: JobStatus) -> bool:
    return (one.state, one.queue_position) != (other.state, other.queue_position)


def _ended(api: Api, job: JobRef[Any], report: JobStatus) -> JobError:
    kind: type[JobError] = JobCancelled if report.state in CANCELLED else JobFailed
    return _job_error(api, kind, job, f"ended as {report.state}", report.raw)


def _job_error(
    api: Api, kind: type[JobError], job: JobRef[Any], what: str, raw: Mapping[str, Any]
) -> JobError:
    details = api.token.redact_json(raw.get("error"))  # an error is for people's eyes
    said = server_text(details)
    text = f": {shorten(said)}" if said else ""
    return kind(f"{job.name}: the job {what}{text}", details=details, **job.context)


def _not_ready(job: JobRef[Any], state: str, http_status: int | None) -> ResultNotReady:
    now = f" ({state})" if state else ""
    return ResultNotReady(
        f"{job.name}: the job has not ended yet{now}: wait() for it, or ask again later",
        http_status=http_status,
        retry_safe=True,
        **job.context,
    )


def _timed_out(job: JobRef[Any], deadline: Deadline, what: str) -> WaitTimeout:
    return WaitTimeout(
        f"{job.name}: the job {what} after {deadline.elapsed():.1f} s. It goes on and is not lost: "
        f"wait() again, or resume it later with .job({job.request_id!r})",
        retry_safe=True,
        **job.context,
    )


def _text(api: Api, value: Any) -> str | None:
    """Keep a timestamp; what is none is shown, and cannot show the token."""
    if not isinstance(value, str):
        return None
    return shorten(value if _TIMESTAMP.fullmatch(value) else api.token.redact(value), MAX_STATE)
