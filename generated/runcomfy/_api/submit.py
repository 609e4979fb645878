# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The submit: everything is checked first, then it is posted, at most once unless surely refused."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar, cast

from .._transport.effects import Call, Flow, NoReply, Progress, Reply, Sleep
from .._transport.retry import Deadline
from ..errors import (
    ConfigurationError,
    FieldProblem,
    InvalidRequestError,
    RunComfyError,
    SubmitOutcomeUnknown,
    TransportError,
)
from ..media._payload import Payload
from ..media._preflight import preflight
from ..media._reading import as_read
from .body import SentMedia, encoded
from .deadlines import SubmitTime
from .options import check_seconds, model_path
from .protocol import JobRef, OutputType
from .replies import api_error
from .settings import Api
from .submit_progress import SubmitProgress
from .verdict import PostEnd, Row, judge

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK

ADVICE = (
    "the job may have been accepted and may be charged; "
    "look under Generations on runcomfy.com before you submit again"
)

logger = logging.getLogger("runcomfy")


def submit(
    api: Api,
    model_id: str,
    output_type: OutputType[O],
    payload: Payload,
    *,
    extra_body: Mapping[str, Any] | None = None,
    extra_headers: Mapping[str, str] | None = None,
    timeout: float | None = None,
    within: Deadline | None = None,
    progress: SubmitProgress | None = None,
) -> Flow[JobRef[O]]:
    """The accepted job. Local media are measured, then uploaded or inlined, before the POST.

    timeout: seconds for the exchange, which also bound what comes before it; within: the time of
    everything, in its place; progress: kept up to date for a caller who may be interrupted.
    Raises InvalidRequestError before anything is sent, WaitTimeout if there was no time left to send
    it, SubmitOutcomeUnknown in every doubt.
    """
    path, api = model_path(model_id), api.for_call(extra_headers)
    extra = json_object("extra_body", {} if extra_body is None else extra_body, model_id)
    seconds = api.timeout if timeout is None else check_seconds("timeout", timeout)
    time_left = (
        SubmitTime(Deadline(seconds), False, "http_timeout", model_id)
        if within is None
        else SubmitTime(within, True, "timeout", model_id)
    )
    items = yield from as_read(payload, to_upload=api.uploader is not None)
    yield from preflight(
        items,
        mode=api.preflight,
        model_id=model_id,
        allow_private=api.is_local,
        inline=api.uploader is None,
        patience=time_left.for_urls,
        reach=api.reach,
    )
    media = SentMedia(payload.media_items(), items)
    if api.uploader is not None:
        yield from time_left.bound(media.upload(api.uploader, model_id))
    body = payload.to_body(media.encode)
    content = yield from encoded({**body, **extra}, model_id)
    post = _Post(api, model_id, content, seconds, time_left)
    post.progress = progress or post.progress
    end = yield from post.until_decided(path)
    assert isinstance(end.outcome, Reply)
    assert end.request_id
    return JobRef(model_id, end.request_id, output_type, end.outcome)


class _Post:
    """The POST of one submit, with its repetitions."""

    def __init__(
        self, api: Api, model_id: str, content: bytes, seconds: float, time_left: SubmitTime
    ) -> None:
        self._api = api
        self._model_id = model_id
        self._content = content
        self._seconds = seconds
        self._time_left = time_left
        self.progress = SubmitProgress()

    def until_decided(self, path: str) -> Flow[PostEnd]:
        """Post until the job is accepted. Raises what a submit raises."""
        attempt = 0
        while True:
            attempt += 1
            self._time_left.check()
            # Not on a kept connection: the service may be closing it, or have left half a reply in it.
            call = self._api.call(
                "POST",
                path,
                content=self._content,
                timeout=self._seconds,
                patience=self._time_left.deadline.left(),
                within=self._time_left.within,
                fresh=True,
            )
            logger.debug("%s: posting %d bytes", self._model_id, len(self._content))
            try:
                end = PostEnd((yield from self._outcome(call)))
                row = judge(end)
                if row.verdict == "accepted":
                    self.progress.accept(end.request_id)
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
            yield from self._pause(end, row, attempt)

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
            # Of the client's own machinery, a function of the user's, or a batch that was stopped.
            if call.progress.sent is False:
                raise
            said = self._api.token.redact(str(error))
            outcome = NoReply(f"POST: {type(error).__name__}: {said}")
            outcome.__cause__ = error if said == str(error) else None
            return outcome

    def _pause(self, end: PostEnd, row: Row, attempt: int) -> Flow[None]:
        """Pause before the next attempt. Raises the refusal if there is none."""
        policy, left = self._api.retry_policy, self._time_left.deadline.left()
        pause = policy.retry_pause(attempt, end.retry_after)
        # A server that asks for more than the cap is believed: the caller decides whether to wait.
        is_too_long = (end.retry_after or 0.0) > policy.longest_retry_after or pause >= left
        if not row.retry or is_too_long or attempt >= policy.submit_attempts:
            failure = _rejected(self._api, end, self._model_id)
            if self._time_left.is_whole and self._time_left.is_over and failure.retry_safe:
                raise self._time_left.error() from failure
            raise failure
        text = "%s: %s; submitted again in %.1f s"
        logger.warning(text, self._model_id, row.when, pause, extra={"pause": pause})
        self.progress.phase = "refused"
        yield Sleep(pause)

    def _note_interrupt(self, call: Progress) -> None:
        """Note how far an interrupted POST has come: its caller gets no job."""
        model_id = self._model_id
        if call.reply and (end := PostEnd(call.reply)).confirms:
            self.progress.accept(end.request_id)
            logger.warning(
                "%s: interrupted; resume the job with .job(%r)", model_id, end.request_id
            )
        elif call.sent is False:
            logger.info("%s: interrupted before the submit was sent", model_id)
        else:
            self.progress.phase = "unknown"
            logger.error("%s: interrupted while submitting: %s", model_id, ADVICE)


def json_object(name: str, value: object, model_id: str) -> Mapping[str, Any]:
    """A JSON object that a caller gave. Raises InvalidRequestError for anything else."""
    fault = f"not {type(value).__name__}"
    if isinstance(value, Mapping):
        keys = [key for key in cast("Mapping[object, Any]", value) if not isinstance(key, str)]
        if not keys:
            return cast("Mapping[str, Any]", value)
        fault = f"not the key {keys[0]!r:.60}"
    raise InvalidRequestError.from_problems(
        [FieldProblem(name, f"expected a dict with names (str), {fault}")], model_id
    )


def _rejected(api: Api, end: PostEnd, model_id: str) -> RunComfyError:
    if isinstance(end.outcome, Reply):
        # With an id, there may be a job after all: submitting again could pay for two.
        retry_safe = end.request_id is None
        context = {"model_id": model_id, "request_id": end.request_id, "retry_safe": retry_safe}
        return api_error(end.outcome, api.token, subject=model_id, **context)
    end.outcome.add_context(model_id, model_id=model_id)
    return end.outcome


def _id_in(progress: Progress) -> str | None:
    """The request id in what has come of a reply: it may lack its end."""
    return PostEnd(progress.reply).request_id if progress.reply else None


def _unknown(
    api: Api, end: PostEnd, model_id: str, content: bytes, request_id: str | None
) -> SubmitOutcomeUnknown:
    cause: RunComfyError = _rejected(api, end, model_id)
    cause.retry_safe = False
    now = time.time()
    digest = hashlib.sha256(content).hexdigest()
    when = datetime.fromtimestamp(now, timezone.utc).isoformat(timespec="seconds")
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
