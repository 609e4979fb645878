"""Reads that belong to no job: of the catalogue and of the account. They cost nothing."""

from __future__ import annotations

from typing import Any

from .._transport.effects import Flow, Reply
from .._transport.retry import Deadline, Failed, retrying
from .._transport.retry_after import retry_after
from ..errors import RateLimitError, RunComfyError, ServerError, TransportError
from .replies import api_error, json_object, names_error
from .settings import Api

_TRANSIENT = (TransportError, ServerError, RateLimitError)


def read_object(
    api: Api, path: str, subject: str, model_id: str | None = None, *, patiently: bool = True
) -> Flow[dict[str, Any]]:
    """Read a JSON object below the base URL.

    Args:
        api: The settings of the client.
        path: The path, with its query.
        subject: What the message of an error begins with.
        model_id: The model that errors name.
        patiently: Whether to repeat a failed read for a while.

    Raises:
        APIError: If the service answers with an error.
        TransportError: If there is no answer.
    """
    deadline = Deadline(api.retry_policy.read_budget)

    def attempt() -> Flow[dict[str, Any] | Failed]:
        # httpx takes a timeout of 0 for "fail at once", even if the data is there.
        left = max(deadline.left(), 0.01)
        try:
            reply: Reply = yield api.call(
                "GET", path, timeout=min(api.timeout, left), patience=left
            )
        except RunComfyError as failure:  # not a TransportError: the client is closed
            failure.add_context(subject, retry_safe=True, model_id=model_id)
            return Failed(failure, isinstance(failure, _TRANSIENT))
        body = json_object(reply)
        if 200 <= reply.status < 300 and body is not None and not names_error(body):
            return body
        context = {"model_id": model_id, "retry_safe": True}
        error = api_error(reply, api.token, subject=subject, **context)
        return Failed(error, isinstance(error, _TRANSIENT), retry_after(reply))

    most_attempts = float("inf") if patiently else 1
    return (yield from retrying(attempt, api.retry_policy, deadline, most_attempts=most_attempts))
