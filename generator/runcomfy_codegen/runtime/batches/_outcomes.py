"""The outcomes of a batch's requests: plain values, errors included."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from .._api.result import Result
from .._base.money import dollars
from ..errors import RunComfyError
from ._entry import STATES, State

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK


@dataclass(frozen=True)
class Outcome(Generic[O]):
    """The outcome of one request of a batch. It can be pickled.

    Attributes:
        key: The key of the request.
        model_id: The model id of its endpoint.
        state: Its state in the journal after the run.
        request_id: The id of its job, if it was accepted.
        result: The result, if the job is completed.
        error: Why there is no result, or why its files could not be saved.
        files: The saved outputs.
        cost: The reported cost in US dollars, None if it is unknown.
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
    """The report of one run of a batch.

    Attributes:
        outcomes: The outcomes, in the order of the requests.
        cost: The US dollars of all runs of the journal, estimated where no cost was reported.
    """

    outcomes: tuple[Outcome[O], ...]
    cost: float

    @property
    def is_complete(self) -> bool:
        """Tell whether every request has a result, and its files if there is a folder."""
        return all(outcome.state == "completed" and not outcome.error for outcome in self.outcomes)

    @property
    def in_doubt(self) -> tuple[Outcome[O], ...]:
        """The requests that may have been accepted.

        Look for each under Generations on runcomfy.com; then call `Journal.attach` if it is there,
        `Journal.retry` if it is not.
        """
        return tuple(outcome for outcome in self.outcomes if outcome.state == "unknown")

    @property
    def failures(self) -> tuple[Outcome[O], ...]:
        """The requests with an error."""
        return tuple(outcome for outcome in self.outcomes if outcome.error)

    def __str__(self) -> str:
        counts = Counter(outcome.state for outcome in self.outcomes)
        parts = [f"{counts[state]} {state}" for state in STATES if counts[state]]
        return f"{', '.join(parts) or 'nothing to do'}; cost {dollars(self.cost)}"
