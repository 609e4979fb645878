# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Behaviour by chance, for programs that are to survive all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

from ._behaviour import Behaviour, ReplyFault

T = TypeVar("T")

SUBMIT_FAULTS: tuple[ReplyFault, ...] = (
    "drop_after_accept",
    "stall_after_accept",
    "truncated_body",
    "html_502",
    "server_error_500",
    "error_code",
    "rate_limited",
    "rate_limited_without_retry_after",
    "unavailable",
    "unavailable_without_retry_after",
    "invalid_json",
    "null",
    "missing_request_id",
    "malformed_request_id",
)
READ_FAULTS: tuple[ReplyFault, ...] = (
    "drop_after_accept",
    "truncated_body",
    "html_502",
    "server_error_500",
    "error_code",
    "rate_limited",
    "rate_limited_without_retry_after",
    "unavailable",
    "invalid_json",
    "null",
    "empty_object",
)
COURSES: tuple[Mapping[str, Any], ...] = (
    {"statuses": ("In_Queue", "IN_PROGRESS", "Succeeded")},
    {"statuses": ("in_queue", "warming_up", "in_progress", "completed")},  # an unknown state
    {"statuses": ("in_queue", "in_progress", "failed")},
    {"statuses": ("in_queue", "Cancelled")},
    {"statuses": ("in_progress", "canceled")},
    {"result_lag": 2},
    {"carriers": ()},
    {"cost": "late"},
    {"submit_status": 200},
)
_LONGEST_DELAY = 0.5  # seconds


@dataclass(frozen=True)
class Chaos:
    """Faults and delays of API calls, and odd courses of jobs, each with a probability of `rate`.

    The same seed brings the same to the nth submit of a body and to the nth call about its job,
    in whatever order the requests of different jobs arrive. Downloads are spared.
    """

    seed: int = 0
    rate: float = 0.2

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"Chaos.rate is {self.rate}: expected a probability, 0 to 1")

    def dice(self, name: str) -> Random:
        """The luck of one submit and then of its job."""
        return Random(f"{self.seed}/{name}")  # noqa: S311 - not a secret

    def on_submit(self, behaviour: Behaviour, dice: Random) -> Behaviour:
        """How a submit is answered, and the course of the job if it is accepted."""
        return replace(
            behaviour,
            submit_fault=self._perhaps(SUBMIT_FAULTS, dice),
            delay=self._delay(dice),
            **(self._perhaps(COURSES, dice) or {}),
        )

    def on_call(self, behaviour: Behaviour, dice: Random) -> Behaviour:
        """How a status, result or cancel is answered."""
        return replace(
            behaviour,
            read_fault=self._perhaps(READ_FAULTS, dice),
            delay=self._delay(dice),
            not_ready=dice.choice(("state", "400005")),
        )

    def _perhaps(self, choices: Sequence[T], dice: Random) -> T | None:
        return dice.choice(choices) if dice.random() < self.rate else None

    def _delay(self, dice: Random) -> float:
        return dice.uniform(0, _LONGEST_DELAY) if dice.random() < self.rate else 0.0
