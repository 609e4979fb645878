"""Escape text that somebody else wrote for Python source.

Templates cannot print it: it has no `str()`. The only ways out are a Python literal and a docstring,
and for pages those of `text.markdown`.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn

from .json_types import is_array, is_object

DOCSTRING_WIDTH = 100
QUOTE = '"'
_ENTRY = 4  # columns before an entry of a section such as `Args:`; its further lines have more


class Untrusted:
    """A published string. `{{ text }}` in a template is an error; `{{ text | literal }}` is not."""

    __slots__ = ("raw",)

    def __init__(self, raw: str) -> None:
        self.raw = raw

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("published text must pass through a filter, such as `literal` or `prose`")

    __str__ = __format__ = __html__ = _refuse


def literal(value: Any) -> str:
    """Return a Python literal that evaluates to the value."""
    if isinstance(value, Untrusted):
        return literal(value.raw)
    if isinstance(value, str):
        # Not repr(): what it escapes depends on the Unicode version of the running Python.
        quote = "'" if value.count(QUOTE) > value.count("'") else QUOTE  # as black chooses
        escaped = value.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")
        return quote + escape_invisible(escaped, _escape) + quote
    if isinstance(value, tuple):
        inside = literal([*value])[1:-1]  # pyright: ignore[reportUnknownArgumentType]
        comma = "," if len(value) == 1 else ""  # pyright: ignore[reportUnknownArgumentType]
        return f"({inside}{comma})"
    if is_array(value):
        return f"[{', '.join(map(literal, value))}]"
    if is_object(value):
        pairs = (f"{literal(key)}: {literal(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if value is None or isinstance(value, (bool, int)) or _is_finite(value):
        return repr(value)
    raise TypeError(f"{type(value).__name__} has no literal form here")


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def docstring(value: Untrusted | str, indent: int = 0) -> str:
    """Return a docstring of one or more paragraphs, wrapped, escaped, quotes included."""
    text = (
        printable(value.raw if isinstance(value, Untrusted) else value)
        .replace("\\", "\\\\")
        .replace('"""', '\\"\\"\\"')
    )
    if text.startswith('"'):
        text = f"\\{text}"
    prefix, width = " " * indent, DOCSTRING_WIDTH - indent
    first, *others = text.split("\n")
    lines = [*_wrap(first, width, 3)]
    for line in others:
        lines += _wrap(line, width)
    while lines and not lines[-1]:
        lines.pop()
    # A space keeps a last quotation mark apart from the closing ones.
    closing = ' """' if lines[-1:] and lines[-1].endswith(QUOTE) else '"""'
    if len(lines) == 1:
        lines = _wrap(lines[0], width, 3 + len(closing))
    if len(lines) == 1:
        return f'"""{lines[0]}{closing}'
    body = f"\n{prefix}".join(lines)
    return f'"""{body}\n{prefix}"""'.replace(f"\n{prefix}\n", "\n\n")


def printable(text: str) -> str:
    """Return a text with invisible characters made visible and all kinds of spaces made plain."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text  # most are, and the patterns take their time
    return _shown(text)


@functools.lru_cache(maxsize=32)  # what an endpoint says of itself is shown in a dozen places
def _shown(text: str) -> str:
    spaced = re.sub("[\t\xa0\u2000-\u200a\u202f\u205f]", " ", text.replace("\r\n", "\n"))
    return "\n".join(
        escape_invisible(line, lambda character: f"<U+{ord(character):04X}>")
        for line in spaced.split("\n")
    )


def escape_invisible(text: str, escape: Callable[[str], str]) -> str:
    """Return a text with `escape(character)` in place of each character that readers cannot see."""
    if text.isascii() and text.isprintable():
        return text  # most are, and the pattern takes its time, to compile too
    invisible = set(re.findall(_INVISIBLE, text))  # each once: a text may have nothing else
    return text.translate({ord(character): escape(character) for character in invisible})


def on_one_line(text: str) -> str:
    """Return a printable text on one line, for places where a line end would begin something else."""
    return printable(text).replace("\n", "<U+000A>")


@functools.lru_cache(maxsize=256)  # both methods of an endpoint say the same of their arguments
def _wrap(line: str, width: int, quotes: int = 0) -> list[str]:
    """Wrap a line; the first of its parts leaves `quotes` columns free."""
    if len(line) + quotes <= width and not line[-1:].isspace():
        return [line]  # most are this short
    if lines := _wrap_words(line, width, quotes):
        return lines
    import textwrap  # compiles patterns, and most runs wrap nothing that is odd

    indent = line[: len(line) - len(line.lstrip())]
    first, *others = textwrap.wrap(
        line,
        width,
        initial_indent=" " * quotes,
        subsequent_indent=_hanging(indent),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
    return [first[quotes:], *others]


def _wrap_words(line: str, width: int, quotes: int) -> list[str]:
    """Wrap words with single spaces between them as textwrap does, in a tenth of the time.

    Returns:
        The lines; nothing for any other text, and if a word is longer than its line.
    """
    words = line.lstrip(" ")
    # The only white space that is printable is the space.
    if not line.isprintable() or "  " in words or words[-1:] == " ":
        return []
    indent = line[: len(line) - len(words)]
    room = width - quotes - len(indent)
    hanging = _hanging(indent)
    lines: list[str] = []
    while len(words) > room:
        end = words.rfind(" ", 0, room + 1)
        if end < 0:
            return []
        lines.append(indent + words[:end])
        words = words[end + 1 :]
        indent, room = hanging, width - len(hanging)
    return [*lines, indent + words]


def _hanging(indent: str) -> str:
    """Return the indentation of the lines that continue one: deeper below an entry of a list."""
    return f"{indent}    " if len(indent) == _ENTRY else indent


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# What a reader would not see: controls, bidi marks, zero width, line separators, tags, odd spaces,
# surrogates (Trojan Source, CVE-2021-42574). Fixed ranges, as categories change with Python.
_INVISIBLE = (
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
