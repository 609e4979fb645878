"""The money of one submit: reserved before its POST, and settled by what comes of it."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..._transport.effects import Flow, Work
from ..._transport.retry import Deadline
from ...errors import JournalError, SubmitOutcomeUnknown
from ..protocol import Submission
from ..settings import Api
from ..verdict import PostEnd
from .budget import Budget
from .estimate import current_price
from .guard import Charge
from .price import Price, priced_fields

logger = logging.getLogger("runcomfy")


def post_within(
    budget: Budget,
    api: Api,
    submission: Submission[Any],
    body: Mapping[str, Any],
    post: Callable[[], Flow[PostEnd]],
    deadline: Deadline,
) -> Flow[PostEnd]:
    """Reserve what a submit may cost, post it, and count it or not.

    Args:
        budget: The limit.
        api: The settings of the client.
        submission: What is submitted.
        body: The JSON that is posted.
        post: Posts it.
        deadline: The end of the time for the look-up of the price.

    Raises:
        CostLimitReached: It would exceed the limit; nothing was posted.
        JournalError: It cannot be written down; nothing was posted.
        RunComfyError: As raised by a submit.
    """
    price = yield from current_price(_limited(api, deadline), submission.model_id)
    charge = Charge(secrets.token_hex(8), submission.model_id, priced_fields(body))
    hold = _Hold(budget, charge)
    try:
        yield from _done(budget, partial(hold.take, price))
        end = yield from post()
    except BaseException as error:
        progress = submission.progress
        is_doubtful = isinstance(error, SubmitOutcomeUnknown)
        request_id = getattr(error, "request_id", None) or progress.request_id
        if is_doubtful or progress.phase in ("accepted", "unknown"):
            hold.keep(request_id)
        else:
            hold.release()
        raise
    hold.keep(end.request_id)
    return end


def settle(budget: Budget, request_id: str, cost: float | None) -> Flow[None]:
    """Count a job with its reported cost, if there is one. Never raises: the result is paid for."""
    if cost is None:
        return
    try:
        yield from _done(budget, partial(budget.settle, request_id, cost))
    except JournalError as error:
        logger.warning(
            "%s: the estimate counts, as the cost could not be recorded: %s", request_id, error
        )


class _Hold:
    """The share of one submit in a budget."""

    def __init__(self, budget: Budget, charge: Charge) -> None:
        self._budget, self._charge = budget, charge
        self._over = threading.Event()  # set by another thread while `take` waits
        self._is_taken = False

    def take(self, price: Price) -> None:
        """Reserve the share, perhaps in a thread that a cancelled task has left behind."""
        if self._over.is_set():
            return
        self._budget.reserve(self._charge, price)
        self._is_taken = True
        if self._over.is_set():
            self._budget.release(self._charge)

    def release(self) -> None:
        """Give the share back: nothing was accepted."""
        self._over.set()
        if self._is_taken:
            self._written(partial(self._budget.release, self._charge))

    def keep(self, request_id: str | None) -> None:
        """Let the share count until the cost of the job is known."""
        if request_id:
            self._written(partial(self._budget.accept, self._charge, request_id))

    def _written(self, write: Callable[[], None]) -> None:
        # Not handed to a thread: the caller may be cancelled, and must get the job in any case.
        try:
            write()
        except JournalError as error:
            logger.warning(
                "%s: the estimate counts, as the job could not be recorded: %s",
                self._charge.model_id,
                error,
            )


def _done(budget: Budget, change: Callable[[], None]) -> Flow[None]:
    if budget.is_on_disk:
        yield Work(change)
    else:
        change()


def _limited(api: Api, deadline: Deadline) -> Api:
    seconds = min(api.retry_policy.read_budget, max(deadline.left(), 0.01))
    return replace(api, retry_policy=replace(api.retry_policy, read_budget=seconds))
