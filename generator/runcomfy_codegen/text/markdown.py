"""Escape text that somebody else wrote for Markdown.

A page is read by several readers of Markdown (GitHub's, Python-Markdown, a terminal), each with
extensions of its own. So a character that any of them gives a meaning to becomes a character
reference (CommonMark §6.2: such a character never makes structure), and no raw HTML, link, emphasis,
table cell or fence can begin or end in it.
"""

from __future__ import annotations

import json
import re
import string
from typing import Any

from .untrusted import Untrusted, escape_invisible, printable

# The characters of CommonMark, GFM (strikethrough, maths), attribute lists and tables;
# an underscore inside a word is one everywhere.
_SPECIAL = re.compile(r"[\\`*{}\[\]<>&|~$^#]|(?<![^\W_])_|_(?![^\W_])")
# What GFM makes a link of, or an emoji, without any mark-up; what begins a list, a rule or a heading.
_LINKS = re.compile(r":(?=//|\w+:)|(?<=\bwww)\.|@", re.IGNORECASE)
_BEGINNING = re.compile(r"^(\d*)([-+=.):?%!])")
_NOT_PLAIN = re.compile(r"[`\\<>&|]|^\s|\s$|\s\s|^$")


def prose(text: Untrusted | str) -> str:
    """Return words of a paragraph, a heading or a table cell, on one line."""
    line = " ".join(_visible(text).split())
    escaped = _LINKS.sub(_reference, _SPECIAL.sub(_reference, line))
    return _BEGINNING.sub(lambda match: match[1] + _reference(match[2]), escaped)


def code(text: Untrusted | str) -> str:
    """Return a value in the typeface of code, on one line."""
    line = _visible(text).replace("\n", "\\n")
    # A code span cannot hold a bar in a table, nor a backtick at its end; an element can.
    return f"<code>{_whole(line)}</code>" if _NOT_PLAIN.search(line) else f"`{line}`"


def fenced(content: str, language: str) -> str:
    """Return a code block whose fence is longer than any fence in it."""
    longest = max(map(len, re.findall(r"`{3,}", content)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{content.strip(chr(10))}\n{fence}"


def json_text(value: Any) -> str:
    """Return JSON in the project's layout, with invisible characters escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text  # most are, and the pattern takes its time
    return "\n".join(escape_invisible(line, _json_escape) for line in text.split("\n"))


def _whole(line: str) -> str:
    """Return all ASCII punctuation as references, because Markdown applies inside an element too."""
    return line.translate(_REFERENCES)


def _visible(text: Untrusted | str) -> str:
    return printable(text.raw if isinstance(text, Untrusted) else text)


def _reference(character: re.Match[str] | str) -> str:
    return f"&#{ord(character if isinstance(character, str) else character[0])};"


_REFERENCES = str.maketrans({mark: _reference(mark) for mark in string.punctuation})


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
