# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What became of the requests of a batch: plain values, errors included."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from .._api.result import Result
from ..errors import RunComfyError
from ._entry import STATES, State, dollars

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK


@dataclass(frozen=True)
class Outcome(Generic[O]):
    """One request after a run of its batch. It can be pickled.

    result: of a completed job; error: why there is none, or why its files could not be saved;
    files: its outputs on the disk; cost: US dollars as reported, None if nobody said.
    """

    key: str
    model_id: str
    state: State
    request_id: str | None = None
    result: Result[O] | None = None
    error: RunComfyError | None = None
    files: tuple[Path, ...] = ()
    cost: float | None = None


@dataclass(frozen=True)
class Report(Generic[O]):
    """A run of a batch. outcomes: in the order of the requests; cost: US dollars, of all runs of the
    journal, estimated where none was reported."""

    outcomes: tuple[Outcome[O], ...]
    cost: float

    @property
    def is_complete(self) -> bool:
        """Whether every request has its result, and its files if they were wanted."""
        return all(each.state == "completed" and not each.error for each in self.outcomes)

    @property
    def in_doubt(self) -> tuple[Outcome[O], ...]:
        """Those that may have been accepted: look, then `Journal.attach` or `Journal.retry`."""
        return tuple(each for each in self.outcomes if each.state == "unknown")

    @property
    def failures(self) -> tuple[Outcome[O], ...]:
        """All that have an error."""
        return tuple(each for each in self.outcomes if each.error)

    def __str__(self) -> str:
        counts = Counter(each.state for each in self.outcomes)
        parts = [f"{counts[state]} {state}" for state in STATES if counts[state]]
        return f"{', '.join(parts) or 'nothing to do'}; cost {dollars(self.cost)}"
