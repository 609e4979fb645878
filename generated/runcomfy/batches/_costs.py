# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The requests of a batch, as the cost guard counts them."""

from __future__ import annotations

from .._api.costs.guard import Charge
from ._entry import OPEN, Entry


def charge_of(entry: Entry) -> Charge:
    """Return what a request of the journal has cost or may cost."""
    return Charge(
        key=entry.key,
        model_id=entry.model_id,
        body=entry.input,
        is_open=entry.state in OPEN,
        estimate=entry.estimate,
        cost=entry.cost,
        earlier_cost=entry.earlier_cost,
    )
