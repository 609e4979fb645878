"""One flow, advanced from effect to effect by whoever performs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .effects import Flow

T = TypeVar("T")


class Stepper:
    """A flow and the value or error that its next step takes."""

    def __init__(self, flow: Flow[Any]) -> None:
        self._flow = flow
        self._step: Callable[[Any], Any] = flow.send
        self._value: Any = None

    def next(self) -> Any:
        """Advance to the next effect, and return it.

        Raises:
            StopIteration: If the flow has ended; its `value` is the result.
            BaseException: If the flow raises it.
        """
        step, value = self._step, self._value
        self._step, self._value = self._flow.send, None
        try:
            return step(value)
        finally:
            value = None  # an error that leaves here must not keep its own frames alive

    def give(self, value: Any) -> None:
        """Keep the result of the effect for the next step."""
        self._value = value

    def throw(self, error: BaseException) -> None:
        """Keep what the effect raised for the next step."""
        self._step, self._value = self._flow.throw, error


def performed_by(perform: Callable[[Any], Flow[Any]], flow: Flow[T]) -> Flow[T]:
    """Run a flow whose effects another flow performs.

    Args:
        perform: Performs one effect: yields it, or others in its place, and returns its result.
        flow: The flow.
    """
    stepper = Stepper(flow)
    while True:
        try:
            effect = stepper.next()
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        try:
            stepper.give((yield from perform(effect)))
        except BaseException as error:  # an interrupt too: the flow cleans up
            stepper.throw(error)
