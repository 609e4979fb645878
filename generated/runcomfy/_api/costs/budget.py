# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The limit on what the submits of a client cost: `RunComfy(max_cost_usd=...)`."""

from __future__ import annotations

from dataclasses import replace

from .guard import Charge, CostGuard
from .price import Price


class Budget:
    """The limit on what submits cost. Copies of a client share it; may be used by several threads.

    A submit counts with its estimate from before its POST, and with its reported cost once that is
    read. One that was refused does not count; one whose outcome is unknown does.
    """

    is_on_disk = False

    def __init__(self, limit: float, subject: str = "the calls of this client have") -> None:
        """Begin to count.

        Args:
            limit: US dollars.
            subject: What messages say has cost so much.
        """
        self.limit = limit
        self._subject = subject
        self._guard = CostGuard(limit, {}, (), (), subject)
        self._by_request: dict[str, Charge] = {}

    @property
    def spent(self) -> float:
        """The US dollars of all submits, reported or else estimated."""
        return self._guard.total

    def reserve(self, charge: Charge, price: Price) -> None:
        """Count a submit that is about to be posted.

        Raises:
            CostLimitReached: It would exceed the limit.
            JournalError: It cannot be written down.
        """
        self._guard.set_price(charge.model_id, price)
        self._guard.reserve(charge)

    def accept(self, charge: Charge, request_id: str) -> None:
        """Note the job of a submit, by which its cost is found."""
        self._by_request[request_id] = charge

    def release(self, charge: Charge) -> None:
        """Count a submit no longer: it was certainly not accepted."""
        self._guard.settle(charge)
        self._guard.forget(charge.key)

    def close(self) -> None:
        """Let go of what is open; it is opened again when it is needed."""

    def settle(self, request_id: str, cost: float) -> None:
        """Count a job with its reported cost. A job of somebody else does not count."""
        charge = self._by_request.pop(request_id, None)
        if charge is not None:
            self._guard.settle(replace(charge, is_open=False, cost=cost))
            self._guard.forget(charge.key)
