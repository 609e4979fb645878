"""The mark of a field whose value is never shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Secret:
    """A mark of a field whose value is never shown."""


class _Hidden:
    """A placeholder for a value that is never shown."""

    def __repr__(self) -> str:
        return "'***'"


HIDDEN = _Hidden()
