"""One flow, advanced from effect to effect by whoever performs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .effects import Flow


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
