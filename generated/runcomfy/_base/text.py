# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Text of a server, made fit for an error, a log or a repr."""

from __future__ import annotations

import re

MAX_TEXT = 300  # characters of a reply that are shown


def shorten(text: str, limit: int = MAX_TEXT) -> str:
    """Return at most so many characters of a text, on one line; escape what cannot be printed."""
    text = " ".join(text.split())
    # Cut before it is escaped: it may be megabytes long.
    return cut(inert(text[: limit + 1]), limit)


def cut(text: str, limit: int) -> str:
    """Return the beginning of a text, with dots where it is longer than the limit."""
    return text if len(text) <= limit else f"{text[:limit]}..."


def inert(text: str, keep: str = "") -> str:
    """Escape the characters of a text that cannot be printed, except those to keep."""
    return "".join(char if char in keep else _printable(char) for char in text)


def _printable(character: str) -> str:
    # A terminal obeys escape sequences; a lone surrogate cannot even be written to a file.
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def is_text(value: object) -> bool:
    """Return whether a value is a str that UTF-8, and so a URL, can hold: no lone surrogate."""
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 item`, `2 items`, `1,200 items`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
