"""Find the model id in the curl command that submits a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

_URL = re.compile(
    r"(?:--url[\s=]+|\bcurl\s(?:[^{}\n]{0,200}\s)?)[\"'‘’“”]?https?://[^\s/]+/v1/models/"
)
# The id may hold spaces and dots: it goes on to a quote, a query, the next option or the line end.
_END_OF_ID = re.compile(r"[\n\"'‘’“”?#]|\s--?[A-Za-z]|\Z")
_ID_REACH = 1000  # characters, far more than the longest id takes with every byte percent-encoded
_DATA = re.compile(r"(?:--data(?:-raw|-binary)?|\s-d)[\s=]*\$?[\"'‘’“”]?\s*\Z")
_DATA_REACH = 80  # characters before a brace in which --data must begin
_NEXT = re.compile(r"--url\b|\bcurl\s")  # the next command has begun
_LONG_DASH = re.compile(r"[–—]\s?(?:url|data|request)\b")


@dataclass(frozen=True)
class SubmitUrl:
    """A `--url https://<host>/v1/models/<model id>` in a text, or the same without `--url`.

    offset: where it begins; end: where the id begins.
    """

    offset: int
    end: int
    model_id: str


def submit_urls(text: str) -> Iterator[SubmitUrl]:
    """Yield the submit URLs of a text in their order, with percent-decoded ids."""
    for match in _URL.finditer(text):
        rest = text[match.end() : match.end() + _ID_REACH].replace("\xa0", " ")
        written = _END_OF_ID.split(rest, maxsplit=1)[0].rstrip(" \t\\")
        yield SubmitUrl(match.start(), match.end(), unquote(written))


def is_body_of(url: SubmitUrl, text: str, brace: int) -> bool:
    """Return whether the JSON that begins at `brace` is the `--data` of the command of this URL."""
    before = text[max(0, brace - _DATA_REACH) : brace]
    return _NEXT.search(text, url.end, brace) is None and _DATA.search(before) is not None


def has_long_dashes(text: str) -> bool:
    """Return whether a word processor turned the two hyphens of an option into a dash."""
    return _LONG_DASH.search(text) is not None
