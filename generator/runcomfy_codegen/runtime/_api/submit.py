"""The submit: all checks come first, then one POST, repeated only if it was certainly refused."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar, cast

from .._base.brief import brief
from .._transport.effects import Call, Flow, NoReply, Progress, Reply
from .._transport.retry import Deadline, Failed, retrying
from .._validation.given import check_seconds
from ..errors import (
    ConfigurationError,
    FieldProblem,
    InvalidRequestError,
    RunComfyError,
    SubmitOutcomeUnknown,
    TransportError,
)
from ..media._contents import as_read
from ..media._preflight import UrlAccess, preflight
from .addresses import model_path
from .body import SentMedia, encoded
from .deadlines import SubmitTime
from .protocol import JobRef, Submission
from .replies import api_error
from .settings import Api
from .verdict import PostEnd, judge

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK

ADVICE = (
    "the job may have been accepted and may be charged; "
    "look under Generations on runcomfy.com before you submit again"
)

logger = logging.getLogger("runcomfy")


def submit(
    api: Api,
    submission: Submission[O],
    *,
    extra_body: Mapping[str, Any] | None = None,
    extra_headers: Mapping[str, str] | None = None,
    timeout: float | None = None,
    within: Deadline | None = None,
) -> Flow[JobRef[O]]:
    """Measure, upload or inline local media, then post the request.

    Args:
        api: The settings of the client.
        submission: What is submitted.
        extra_body: Merged over the JSON body.
        extra_headers: Sent with the request.
        timeout: Seconds for the exchange, which also bound what comes before it.
        within: A deadline for everything, which takes the place of `timeout` before the exchange.

    Returns:
        The accepted job.

    Raises:
        InvalidRequestError: If the input is wrong; nothing was sent.
        WaitTimeout: If no time was left to post; nothing was sent.
        CostLimitReached: If it might exceed the client's max_cost_usd; nothing was sent.
        SubmitOutcomeUnknown: If the job may or may not have been accepted.
    """
    model_id, payload = submission.model_id, submission.payload
    path, api = model_path(model_id), api.for_call(extra_headers)
    extra = json_object("extra_body", {} if extra_body is None else extra_body, model_id)
    seconds = api.timeout if timeout is None else check_seconds("http_timeout", timeout)
    if within is None:
        time_left = SubmitTime(Deadline(seconds), False, "http_timeout", model_id)
    else:
        time_left = SubmitTime(within, True, "timeout", model_id)
    items = yield from as_read(payload, to_upload=api.uploader is not None)
    yield from preflight(
        items,
        mode=api.preflight,
        model_id=model_id,
        urls=UrlAccess(api.is_local, time_left.for_urls, api.reach),
        inline=api.uploader is None,
    )
    media = SentMedia(payload.media_items(), items)
    if api.uploader is not None:
        yield from time_left.bound(media.upload(api.uploader, model_id))
    body = {**payload.to_body(media.encode), **extra}
    content = yield from encoded(body, model_id)
    post = partial(_Post(api, submission, content, seconds, time_left).until_decided, path)
    if api.budget is None:
        end = yield from post()
    else:
        from .costs.spending import post_within

        end = yield from post_within(
            api.budget, api, submission, body, post, deadline=time_left.deadline
        )
    assert isinstance(end.outcome, Reply)
    assert end.request_id
    return JobRef(model_id, end.request_id, submission.output_type, end.outcome)


class _Post:
    """The POST of one submit, with its repetitions."""

    def __init__(
        self,
        api: Api,
        submission: Submission[Any],
        content: bytes,
        seconds: float,
        time_left: SubmitTime,
    ) -> None:
        self._api = api
        self._model_id = submission.model_id
        self._progress = submission.progress
        self._content = content
        self._seconds = seconds
        self._time_left = time_left

    def until_decided(self, path: str) -> Flow[PostEnd]:
        """Post until the job is accepted. Raises what a submit raises."""
        policy = self._api.retry_policy
        return retrying(
            lambda: self._attempt(path),
            policy,
            self._time_left.deadline,
            most_attempts=policy.submit_attempts,
            announce=self._announce,
        )

    def _attempt(self, path: str) -> Flow[PostEnd | Failed]:
        self._time_left.check()
        call = self._api.call(
            "POST",
            path,
            content=self._content,
            timeout=self._seconds,
            patience=self._time_left.deadline.left(),
            within=self._time_left.within,
        )
        logger.debug("%s: posting %d bytes", self._model_id, len(self._content))
        try:
            end = PostEnd((yield from self._outcome(call)))
            row = judge(end)
            if row.verdict == "accepted":
                self._progress.accept(end.request_id)
                logger.info("%s: submitted as %s", self._model_id, end.request_id)
                return end
        except Exception:
            raise
        except BaseException:  # Ctrl-C, a cancelled task
            self._note_interrupt(call.progress)
            raise
        if row.verdict == "unknown":
            request_id = _id_in(call.progress)
            raise _unknown(self._api, end, self._model_id, self._content, request_id)
        # The server may ask for a longer pause than the SDK waits: the caller then decides.
        is_soon = (end.retry_after or 0.0) <= self._api.retry_policy.longest_retry_after
        return Failed(self._refusal(end), row.retry and is_soon, end.retry_after)

    def _outcome(self, call: Call) -> Flow[Reply | TransportError]:
        """Post once. Raises only where nothing was sent."""
        try:
            reply: Reply = yield call
            return reply
        except TransportError as error:
            return error
        except ConfigurationError:
            raise  # a closed client, a broken environment: nothing was sent
        except Exception as error:
            # Raised by the client itself, by a function of the user's, or by a batch that was stopped.
            if call.progress.sent is False:
                raise
            text = self._api.token.redact(str(error))
            outcome = NoReply(f"POST: {type(error).__name__}: {text}")
            outcome.__cause__ = error if text == str(error) else None
            return outcome

    def _refusal(self, end: PostEnd) -> RunComfyError:
        """Return the error of a submit that was not accepted."""
        failure = _failure_of(self._api, end, self._model_id)
        if not (self._time_left.is_whole and self._time_left.is_over and failure.retry_safe):
            return failure
        late = self._time_left.error()
        late.__cause__ = failure
        return late

    def _announce(self, failure: Failed, pause: float) -> None:
        self._progress.phase = "refused"
        text = "%s; submitting again in %.1f s"
        logger.warning(text, failure.error.reason, pause, extra={"pause": pause})

    def _note_interrupt(self, call: Progress) -> None:
        """Note how far an interrupted POST has come: its caller gets no job."""
        model_id, end = self._model_id, PostEnd(call.reply) if call.reply else None
        if end is not None and end.confirms:
            self._progress.accept(end.request_id)
            text = "%s: interrupted; resume the job with .job(%r)"
            logger.warning(text, model_id, end.request_id)
        elif call.sent is False:
            logger.info("%s: interrupted before the submit was sent", model_id)
        else:
            self._progress.phase = "unknown"
            logger.error("%s: interrupted while submitting: %s", model_id, ADVICE)


def json_object(name: str, value: object, model_id: str) -> Mapping[str, Any]:
    """Return an argument that is a JSON object. Raises InvalidRequestError for anything else."""
    fault = type(value).__name__
    if isinstance(value, Mapping):
        keys = [key for key in cast("Mapping[object, Any]", value) if not isinstance(key, str)]
        if not keys:
            return cast("Mapping[str, Any]", value)
        fault = f"the key {brief(keys[0])}"
    raise InvalidRequestError.from_problems(
        [FieldProblem(name, f"must be a JSON object (a dict with str keys); got {fault}")], model_id
    )


def _failure_of(api: Api, end: PostEnd, model_id: str) -> RunComfyError:
    if isinstance(end.outcome, Reply):
        # With an id, there may be a job after all: submitting again could pay for two.
        retry_safe = end.request_id is None
        context = {"model_id": model_id, "request_id": end.request_id, "retry_safe": retry_safe}
        return api_error(end.outcome, api.token, subject=model_id, **context)
    end.outcome.add_context(model_id, model_id=model_id)
    return end.outcome


def _id_in(progress: Progress) -> str | None:
    """Return the request id in a reply, of which the end may be missing."""
    return PostEnd(progress.reply).request_id if progress.reply else None


def _unknown(
    api: Api, end: PostEnd, model_id: str, content: bytes, request_id: str | None
) -> SubmitOutcomeUnknown:
    cause: RunComfyError = _failure_of(api, end, model_id)
    cause.retry_safe = False
    now = time.time()
    digest = hashlib.sha256(content).hexdigest()
    when = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    known = f", request id {request_id}" if request_id else ""
    error = SubmitOutcomeUnknown(
        f"{cause.message}\nThe outcome is unknown and the submit was not repeated: {ADVICE} "
        f"({when}{known}, SHA-256 of the body {digest}).",
        body_hash=digest,
        at=now,
        model_id=model_id,
        request_id=request_id,
        http_status=cause.http_status,
        error_code=cause.error_code,
    )
    error.__cause__ = cause
    logger.error("%s: the outcome of a submit is unknown%s", model_id, known)
    return error
