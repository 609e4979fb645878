# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The reads of a job, the wait for it and its cancel, as flows. They cost nothing: all are retried."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from .._base.text import shorten
from .._transport.callbacks import check_function
from .._transport.effects import Flow, Invoke, Reply, Sleep
from .._transport.retry import Deadline
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
    WaitTimeout,
)
from ..media._payload import Payload
from .options import check_seconds
from .protocol import JobRef, OutputType
from .replies import NOT_READY, Answer, api_error, json_object, names_error, server_text
from .result import Result, cost_of, is_empty
from .settings import Api
from .states import CANCELLED, FAILURE, MAX_STATE, SUCCESS, CancelOutcome, JobStatus, cancel_outcome
from .submit import submit

T = TypeVar("T")
O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK
OnUpdate = Callable[[JobStatus], object]

DEFAULT_WAIT = 1800.0  # seconds: the longest limit of an official client
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
        _access=replace(api.downloads, retry_policy=api.retry_policy),
    )


def wait(
    api: Api,
    job: JobRef[O],
    timeout: float | None = None,
    on_update: OnUpdate | None = None,
    *,
    poll_interval: float | None = None,
    cancel_on_timeout: bool = False,
) -> Flow[Result[O]]:
    """The result, as soon as there is one. timeout: seconds, None for `DEFAULT_WAIT`.

    An unknown state means "not finished". A failed poll is repeated until the time is over.
    """
    check_function("on_update", on_update)
    watch = Watch(_deadline(timeout), poll_interval)
    return (yield from _wait(api, job, watch, on_update, cancel_on_timeout))


def _deadline(timeout: float | None) -> Deadline:
    return Deadline(DEFAULT_WAIT if timeout is None else check_seconds("timeout", timeout))


def _wait(
    api: Api,
    job: JobRef[O],
    watch: Watch,
    on_update: OnUpdate | None,
    cancel_on_timeout: bool,
) -> Flow[Result[O]]:
    try:
        return (yield from _poll(api, job, watch, on_update))
    except WaitTimeout as error:
        if not cancel_on_timeout:
            raise
        outcome = yield from cancel(api, job)
        raise _cancelled_late(job, watch.deadline, outcome) from error
    except BaseException as error:
        # Ctrl-C, a cancelled task, an error of the callback: `run` has told nobody the id yet.
        if isinstance(error, RunComfyError) and error.request_id == job.request_id:
            raise
        logger.warning("%s: the job goes on; resume it with .job(%r)", job.name, job.request_id)
        raise


class Watch:
    """The looks at one job until a deadline: when the next one is due, and what the last one saw.

    Args:
        deadline: When the watch ends.
        poll_interval: Seconds between two looks; None lets them adapt.

    Raises:
        ConfigurationError: If `poll_interval` is not a finite number above 0.
    """

    def __init__(self, deadline: Deadline, poll_interval: float | None = None) -> None:
        self.deadline = deadline
        self.last: JobStatus | None = None
        if poll_interval is not None:
            poll_interval = check_seconds("poll_interval", poll_interval)
        self._poll_interval = poll_interval
        self._looks = 0
        self._was_last_look = False

    def pause(self, api: Api) -> float | None:
        """Return the seconds until the next look; None if the time is over."""
        left = self.deadline.left()
        if self._was_last_look or left <= 0:
            return None
        position = self.last.queue_position if self.last else None
        pause = self._poll_interval or api.retry_policy.poll_pause(self._looks, position)
        if pause >= left:
            self._was_last_look = True
            return _before_last_look(left)
        return pause

    def sees(self, report: JobStatus) -> bool:
        """Take a report, and return whether it differs from the one before."""
        differs = self.last is None or _differs(report, self.last)
        self.last = report
        self._looks += 1
        return differs


def next_report(api: Api, job: JobRef[Any], watch: Watch) -> Flow[JobStatus]:
    """Pause if the job was looked at before, then read its status. Raises WaitTimeout."""
    if watch.last is not None:
        pause = watch.pause(api)
        if pause is None:
            raise _timed_out(job, watch.deadline, f"was still {watch.last.state}".rstrip())
        yield Sleep(pause)
    return (yield from _in_time(status(api, job, watch.deadline), job, watch.deadline))


def next_update(api: Api, job: JobRef[Any], watch: Watch) -> Flow[JobStatus]:
    """Read until the state or the queue position changes. Raises WaitTimeout."""
    while True:
        report = yield from next_report(api, job, watch)
        if watch.sees(report):
            logger.info("%s", report)
            return report


def watch_for(timeout: float | None, poll_interval: float | None) -> Watch:
    """Begin to watch. timeout: seconds, None for `DEFAULT_WAIT`. Raises ConfigurationError."""
    return Watch(_deadline(timeout), poll_interval)


def _poll(api: Api, job: JobRef[O], watch: Watch, on_update: OnUpdate | None) -> Flow[Result[O]]:
    while True:
        report = yield from next_report(api, job, watch)
        if watch.sees(report):
            logger.info("%s", report)
            if on_update is not None:
                yield Invoke(on_update, report)
        if report.is_terminal:
            outcome = _outcome(api, job, report, watch.deadline)
            try:
                return (yield from _in_time(outcome, job, watch.deadline))
            except ResultNotReady:
                logger.debug("%s: the result lags behind the status", job.request_id)


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
    http_timeout: float | None = None,
    poll_interval: float | None = None,
    cancel_on_timeout: bool = False,
) -> Flow[Result[O]]:
    """Submit and wait. timeout: seconds for both together."""
    check_function("on_update", on_update)
    if http_timeout is not None:
        api = replace(api, timeout=check_seconds("http_timeout", http_timeout))
    deadline, api = _deadline(timeout), api.for_call(extra_headers)
    watch = Watch(deadline, poll_interval)
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
        return (yield from _wait(api, job, watch, on_update, cancel_on_timeout))
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
    deadline = within or Deadline(api.retry_policy.read_budget)
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
        pause, left = api.retry_policy.retry_pause(attempt, wish), deadline.left()
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
            # The reason may be in the result only; it is not worth a long wait.
            brief = Deadline(min(api.retry_policy.read_budget, deadline.left()))
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


def _cancelled_late(job: JobRef[Any], deadline: Deadline, outcome: CancelOutcome) -> WaitTimeout:
    advice = ""
    if outcome != "cancelled":
        advice = f"; it may go on, and be charged: resume it with .job({job.request_id!r})"
    return WaitTimeout(
        f"{job.name}: the job had not ended after {deadline.elapsed():.1f} s, and a cancel was "
        f"requested: {outcome}{advice}",
        cancel_outcome=outcome,
        retry_safe=True,
        **job.context,
    )


def _text(api: Api, value: Any) -> str | None:
    """Keep a timestamp; what is none is shown, and cannot show the token."""
    if not isinstance(value, str):
        return None
    return shorten(value if _TIMESTAMP.fullmatch(value) else api.token.redact(value), MAX_STATE)
