# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The wait for a job, its updates, and a submit with its wait, as flows."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, TypeVar

from .._transport.callbacks import check_function
from .._transport.effects import Flow, Invoke, Sleep
from .._transport.retry import Deadline, before_last_attempt
from .._validation.given import check_seconds
from ..errors import ResultNotReady, RunComfyError, WaitTimeout
from .call_options import RunOptions
from .protocol import JobRef, Submission
from .reads import TRANSIENT, cancel, ended_result, status
from .result import Result
from .settings import Api
from .states import CancelOutcome, JobStatus, OnUpdate
from .submit import submit

T = TypeVar("T")
O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK

DEFAULT_WAIT = 1800.0  # seconds: the longest limit of an official client

logger = logging.getLogger("runcomfy")


def wait(
    api: Api,
    job: JobRef[O],
    timeout: float | None = None,
    on_update: OnUpdate | None = None,
    *,
    poll_interval: float | None = None,
    cancel_on_timeout: bool = False,
) -> Flow[Result[O]]:
    """Wait for the result.

    An unknown state means "not finished". A failed poll is repeated until the time is over.
    timeout: seconds; `DEFAULT_WAIT` if None.
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
        # Ctrl-C, a cancelled task, an error of the callback: nobody knows the id from `run` yet.
        if isinstance(error, RunComfyError) and error.request_id == job.request_id:
            raise
        logger.warning("%s: the job goes on; resume it with .job(%r)", job.name, job.request_id)
        raise


class Watch:
    """The polls of one job until a deadline: the time of the next one, and the last status seen.

    Args:
        deadline: When the watch ends.
        poll_interval: Seconds between two polls; they adapt to the queue if None.

    Raises:
        ConfigurationError: If `poll_interval` is not a finite number above 0.
    """

    def __init__(self, deadline: Deadline, poll_interval: float | None = None) -> None:
        self.deadline = deadline
        self.last: JobStatus | None = None
        if poll_interval is not None:
            poll_interval = check_seconds("poll_interval", poll_interval)
        self._poll_interval = poll_interval
        self._polls = 0
        self._was_last_poll = False

    def pause(self, api: Api) -> float | None:
        """Return the seconds until the next poll; None if the time is over."""
        left = self.deadline.left()
        if self._was_last_poll or left <= 0:
            return None
        position = self.last.queue_position if self.last else None
        pause = self._poll_interval or api.retry_policy.poll_pause(self._polls, position)
        if pause >= left:
            self._was_last_poll = True
            return before_last_attempt(left)
        return pause

    def sees(self, report: JobStatus) -> bool:
        """Record a report, and return whether it differs from the last one."""
        last, self.last = self.last, report
        self._polls += 1
        if last is None:
            return True
        return (report.state, report.queue_position) != (last.state, last.queue_position)


def next_report(api: Api, job: JobRef[Any], watch: Watch) -> Flow[JobStatus]:
    """Read the status, after a pause if it was read before. Raises WaitTimeout."""
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
    """Begin to watch. timeout: seconds, or None for `DEFAULT_WAIT`. Raises ConfigurationError."""
    return Watch(_deadline(timeout), poll_interval)


def _poll(api: Api, job: JobRef[O], watch: Watch, on_update: OnUpdate | None) -> Flow[Result[O]]:
    while True:
        report = yield from next_report(api, job, watch)
        if watch.sees(report):
            logger.info("%s", report)
            if on_update is not None:
                yield Invoke(on_update, report)
        if report.is_terminal:
            outcome = ended_result(api, job, report, watch.deadline)
            try:
                return (yield from _in_time(outcome, job, watch.deadline))
            except ResultNotReady:
                logger.debug("%s: the result lags behind the status", job.request_id)


def run(api: Api, submission: Submission[O], options: RunOptions) -> Flow[Result[O]]:
    """Submit and wait. The `timeout` bounds both together."""
    on_update, http_timeout = options.get("on_update"), options.get("http_timeout")
    check_function("on_update", on_update)
    if http_timeout is not None:
        api = replace(api, timeout=check_seconds("http_timeout", http_timeout))
    deadline, extra_headers = _deadline(options.get("timeout")), options.get("extra_headers")
    api = api.for_call(extra_headers)
    watch = Watch(deadline, options.get("poll_interval"))
    job = yield from submit(
        api,
        submission,
        extra_body=options.get("extra_body"),
        extra_headers=extra_headers,
        timeout=min(api.timeout, deadline.seconds),
        within=deadline,
    )
    try:
        cancel_on_timeout = options.get("cancel_on_timeout", False)
        return (yield from _wait(api, job, watch, on_update, cancel_on_timeout))
    except RunComfyError as error:
        # Running again would submit, and pay, again: even if it is the callback's own error.
        error.retry_safe = False
        raise


def _in_time(flow: Flow[T], job: JobRef[Any], deadline: Deadline) -> Flow[T]:
    """Run a flow; report a read that fails until the deadline as the timeout of the wait."""
    try:
        return (yield from flow)
    except TRANSIENT as error:
        raise _timed_out(job, deadline, f"could not be read ({error})") from error


def _timed_out(job: JobRef[Any], deadline: Deadline, state: str) -> WaitTimeout:
    return WaitTimeout(
        f"{job.name}: the job {state} after {deadline.elapsed():.1f} s. It keeps running and is not lost.",
        advice=f"Call wait() again, or resume it later with .job({job.request_id!r}).",
        retry_safe=True,
        **job.context,
    )


def _cancelled_late(job: JobRef[Any], deadline: Deadline, outcome: CancelOutcome) -> WaitTimeout:
    advice = ""
    if outcome != "cancelled":
        advice = f"It may keep running, and be charged: resume it with .job({job.request_id!r})."
    return WaitTimeout(
        f"{job.name}: the job had not ended after {deadline.elapsed():.1f} s, and a cancel was "
        f"requested: {outcome}",
        advice=advice,
        cancel_outcome=outcome,
        retry_safe=True,
        **job.context,
    )
