"""The progress of a submit, for a caller who is interrupted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SubmitPhase = Literal["not_sent", "refused", "unknown", "accepted"]
"""not_sent: no request left this machine; refused: the service refused it and may be asked again;
unknown: it may have accepted the job; accepted: it has accepted the job."""


@dataclass
class SubmitProgress:
    """The progress of one submit, which its flow keeps up to date.

    Attributes:
        phase: How far the submit has come.
        request_id: The id of the job, once it is accepted.
    """

    phase: SubmitPhase = "not_sent"
    request_id: str | None = None

    def accept(self, request_id: str | None) -> None:
        """Note that the job was accepted."""
        self.phase, self.request_id = "accepted", request_id
