"""A flow, taken step by step by whoever does what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .effects import Flow


class Stepper:
    """What a flow asks for, and where it goes on."""

    def __init__(self, flow: Flow[Any]) -> None:
        self._flow = flow
        self._step: Callable[[Any], Any] = flow.send
        self._value: Any = None

    def next(self) -> Any:
        """Go on to the next effect.

        Raises:
            StopIteration: The flow has ended; its value is the result.
            BaseException: Whatever the flow raises.
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
