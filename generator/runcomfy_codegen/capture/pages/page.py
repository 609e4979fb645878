"""Extract the visible text of a saved page, plain or HTML, with its positions in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from ...text.documents import position

_HTML = re.compile(r"\s*<[A-Za-z!?]")
_BLOCK_TAG = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|details|div|fig.*|footer|form|h[1-6r]|header|li"
    "|main|nav|ol|p|pre|section|summary|table|t[dhr]|ul"
)


@dataclass(frozen=True)
class PageText:
    """The visible text of a page. marks: offsets whose (line, column) in the file is known, ascending."""

    name: str
    text: str
    marks: tuple[int, ...]
    places: tuple[tuple[int, int], ...]

    def locate(self, offset: int) -> tuple[int, int]:
        """Return line and column (1-based) in the file; in HTML those of the nearest tag before."""
        index = bisect_right(self.marks, offset) - 1
        mark, (line, column) = self.marks[index], self.places[index]
        further, own_column = position(self.text[mark:offset], offset - mark)
        if further == 1:
            return line, column + (0 if len(self.marks) > 1 else offset - mark)
        return line + further - 1, own_column


def open_page(text: str, name: str) -> PageText:
    """Return the page in a saved file: HTML if the text begins with a tag, plain text otherwise."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if _HTML.match(text):
        return _visible(text, name)
    return PageText(name, text, (0,), ((1, 1),))


def _visible(html: str, name: str) -> PageText:
    # A tag that never ends is dropped. For many of them the parser of older Pythons takes hours.
    unended = html.find("<", html.rfind(">") + 1)
    html = html if unended < 0 else html[:unended]
    pieces: list[str] = []
    marks, places = [0], [(1, 1)]
    length = 0

    def add(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    node: Any
    for node in BeautifulSoup(html, "html.parser").descendants:
        if isinstance(node, Tag):
            if _BLOCK_TAG.fullmatch(node.name):
                add("\n")
            marks.append(length)
            places.append((node.sourceline or 1, (node.sourcepos or 0) + 1))
        elif type(node) is NavigableString:  # not a script, a style sheet, a template, a comment
            add(str(node))
    return PageText(name, "".join(pieces), tuple(marks), tuple(places))
