# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Text of a server, made fit for an error, a log or a repr."""

from __future__ import annotations

MAX_TEXT = 300  # characters of a reply that are shown


def shorten(text: str, limit: int = MAX_TEXT) -> str:
    """Return at most so many characters of a text, on one line; escape what cannot be printed."""
    text = " ".join(text.split())
    # Cut before it is escaped: it may be megabytes long.
    shown = inert(text[: limit + 1])
    return shown if len(shown) <= limit else shown[:limit] + "..."


def inert(text: str, keep: str = "") -> str:
    """Escape the characters of a text that cannot be printed, except those to keep."""
    return "".join(char if char in keep else _printable(char) for char in text)


def _printable(character: str) -> str:
    # A terminal obeys escape sequences; a lone surrogate cannot even be written to a file.
    return character if character.isprintable() else character.encode("unicode_escape").decode()
