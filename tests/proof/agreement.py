"""The proof that class, emulator and shown schema accept the same requests."""

from __future__ import annotations

from tests._support.agreement import Agreement, agreement, quirky
from tests._support.sdk import Case

from .oracle import constructs, published
from .table import Row

FULL = 3000  # endpoints with oddities
_AT_ONCE = 500
_REQUESTS = 40


def main(count: int) -> list[Row]:
    """count: endpoints with oddities."""
    many = {
        f"quirks {at} to {min(at + _AT_ONCE, count)}": quirky(
            min(_AT_ONCE, count - at), f"proof {at}"
        )
        for at in range(0, count, _AT_ONCE)
    }
    return [
        _row("published", published()),
        _row("constructs", constructs()),
        *(_row(name, cases) for name, cases in many.items()),
    ]


def _row(name: str, cases: dict[str, Case]) -> Row:
    found: Agreement = agreement(cases, _REQUESTS)
    tried = f"requests to {found.endpoints:,} endpoints"
    answers = f"{found.taken:,} taken, {found.refused:,} refused"
    return Row(f"agreement: {name}", tried, found.taken + found.refused, found.wrong, answers)
