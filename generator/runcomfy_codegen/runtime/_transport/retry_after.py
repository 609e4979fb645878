"""The pause that a server asks for in `Retry-After`, wherever the SDK repeats a request."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .effects import Reply

LONGEST = 10.0**9  # seconds; a longer pause says no more than this one

_SECONDS = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")  # float() would also read "nan", "1e9" and "1_0"


def retry_after(reply: Reply) -> float | None:
    """Read the seconds that the server asks to wait (RFC 9110 section 10.2.3).

    A date is compared with the reply's own `Date`, so the clock of this machine does not matter.

    Returns:
        At least 0; of several values the longest; None where the server asks for nothing readable.
    """
    value = reply.headers.get("retry-after", "").strip()
    date = _date(value)
    if date is not None:
        return min(max(date - _now(reply), 0.0), LONGEST)
    # Several headers of one name arrive as one, separated by commas.
    parts = [part.strip() for part in value.split(",")]
    numbers = [float(part) for part in parts if _SECONDS.fullmatch(part)]
    return min(max(*numbers, 0.0), LONGEST) if numbers else None


def lengthened(pause: float, wish: float | None, longest: float) -> float:
    """Lengthen a pause to what the server asks for, up to a limit; never shorten it."""
    return pause if wish is None else max(pause, min(wish, longest))


def _now(reply: Reply) -> float:
    sent_at = _date(reply.headers.get("date", ""))
    return time.time() if sent_at is None else sent_at


def _date(text: str) -> float | None:
    """Read an HTTP date as seconds since the epoch."""
    try:
        date: datetime = parsedate_to_datetime(text)
        # A date without a time zone is in UTC, not in that of this machine.
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
