# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""One deadline for everything before a submit: after it, nothing is posted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .._transport.effects import Flow, Invoke
from .._transport.retry import Deadline
from .._transport.stepper import performed_by
from ..errors import WaitTimeout

T = TypeVar("T")

_LEAST = 0.05  # seconds; a reply that comes later than this would leave the outcome unknown


@dataclass(frozen=True)
class SubmitTime:
    """The time of one submit with all that comes before it.

    Attributes:
        deadline: The end of that time.
        is_whole: Whether the reply has to come before the deadline, too.
        option: The argument that sets it.
        model_id: The model, for messages.
    """

    deadline: Deadline
    is_whole: bool
    option: str
    model_id: str

    @property
    def for_urls(self) -> float:
        """Seconds for the measuring of URLs: all that are left of a bounded wait, else half."""
        return self.deadline.left() if self.is_whole else self.deadline.left() / 2

    @property
    def within(self) -> float | None:
        """Seconds for the POST and its reply together."""
        return self.deadline.left() if self.is_whole else None

    @property
    def is_over(self) -> bool:
        """Whether it is too late to post anything."""
        return self.deadline.left() <= min(_LEAST, self.deadline.seconds / 10)

    def check(self) -> None:
        """Raise WaitTimeout where the time is over."""
        if self.is_over:
            raise self.error()

    def error(self) -> WaitTimeout:
        """Make the error of a submit that came too late to be posted."""
        return WaitTimeout(
            f"{self.model_id}: the time was over after {self.deadline.elapsed():.1f} s, before the "
            f"request was submitted: nothing was posted and nothing is paid.\n"
            f"Call it again, with a longer {self.option}= if need be.",
            model_id=self.model_id,
            retry_safe=True,
        )

    def bound(self, flow: Flow[T]) -> Flow[T]:
        """Run a flow; the user's functions that it calls have no more time than is left."""
        return performed_by(self._in_time, flow)

    def _in_time(self, effect: Any) -> Flow[Any]:
        if isinstance(effect, Invoke):
            effect = replace(effect, seconds=self.deadline.left())
        try:
            result = yield effect
        except Exception as error:
            if self.is_over and not isinstance(error, WaitTimeout):
                raise self.error() from error
            raise
        self.check()
        return result
