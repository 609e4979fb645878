"""Text that somebody else wrote, on its way into Python source.

Templates cannot print it: it has no `str()`. The only ways out are a Python literal and a docstring.
"""

from __future__ import annotations

import math
import re
import textwrap
from typing import Any, NoReturn

from .json_types import is_array, is_object

DOCSTRING_WIDTH = 100
QUOTE = '"'


class Untrusted:
    """A published string. `{{ text }}` in a template is an error; `{{ text | literal }}` is not."""

    __slots__ = ("raw",)

    def __init__(self, raw: str) -> None:
        self.raw = raw

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("published text must pass through `literal` or `docstring`")

    __str__ = __format__ = __html__ = _refuse


def literal(value: Any) -> str:
    """A Python literal that evaluates to the value."""
    if isinstance(value, Untrusted):
        return literal(value.raw)
    if isinstance(value, str):
        # Not repr(): what it escapes depends on the Unicode version of the running Python.
        quote = "'" if value.count(QUOTE) > value.count("'") else QUOTE  # as black chooses
        escaped = value.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")
        return quote + _INVISIBLE.sub(_escape, escaped) + quote
    if isinstance(value, tuple):
        inside = literal([*value])[1:-1]  # pyright: ignore[reportUnknownArgumentType]
        return f"({inside},)" if inside else "()"
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
    """A docstring of one or more paragraphs, wrapped, escaped, quotes included."""
    text = (
        printable(value.raw if isinstance(value, Untrusted) else value)
        .replace("\\", "\\\\")
        .replace('"""', '\\"\\"\\"')
    )
    prefix = " " * indent
    lines = [
        wrapped for line in text.split("\n") for wrapped in _wrap(line, DOCSTRING_WIDTH - indent)
    ]
    while lines and not lines[-1]:
        lines.pop()
    if lines and lines[0].startswith('"'):
        lines[0] = f"\\{lines[0]}"
    if len(lines) == 1:  # a space keeps a last quotation mark apart from the closing ones
        return f'"""{lines[0]}{" " if lines[0].endswith(QUOTE) else ""}"""'
    body = f"\n{prefix}".join(lines)
    return f'"""{body}\n{prefix}"""'.replace(f"\n{prefix}\n", "\n\n")


def printable(text: str) -> str:
    """The text with invisible characters made visible; spaces of all kinds become plain ones."""
    spaced = re.sub("[\t\xa0\u2000-\u200a\u202f\u205f]", " ", text.replace("\r\n", "\n"))
    return "\n".join(
        _INVISIBLE.sub(lambda match: f"<U+{ord(match[0]):04X}>", line)
        for line in spaced.split("\n")
    )


def on_one_line(text: str) -> str:
    """The same where a line end would begin something else: a finding, a command, a list entry."""
    return printable(text).replace("\n", "<U+000A>")


def _wrap(line: str, width: int) -> list[str]:
    if len(line) <= width and not line[-1:].isspace():
        return [line]  # most are this short, and textwrap takes its time
    indent = line[: len(line) - len(line.lstrip())]
    hanging = indent + "    " if indent else ""
    return textwrap.wrap(
        line, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    ) or [""]


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


# What a reader would not see: controls, bidi marks, zero width, line separators, tags, odd spaces,
# surrogates (Trojan Source, CVE-2021-42574). Fixed ranges, as categories change with Python.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
