"""US dollars as text."""

from __future__ import annotations

from decimal import Decimal

from .json_values import finite


def dollars(usd: float) -> str:
    """Return an amount with at least two decimals, such as `$0.036` or `$1,200.00`."""
    text = f"{usd:,.4f}"
    return "$" + text[:-2] + text[-2:].rstrip("0")


def price_text(usd: object, unit: str) -> str:
    """Return a price, such as `$0.036 per output`; "" if it is unknown, which does not mean free."""
    amount = finite(usd)
    if amount is None or amount < 0:
        return ""
    figures = f"{Decimal(repr(usd)):f}"  # never 1e-05
    return f"${figures} per {unit}" if unit else f"${figures}"
