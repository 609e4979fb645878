"""The API token in what a server says: found in any spelling, and never printed."""

from __future__ import annotations

import base64
import re
from functools import cached_property

from ...runtime._api.auth import ApiToken

_HIDDEN = "[token]"
_PREFIX = 64  # characters of the token that are looked for; what follows them is hidden too
_CERTAIN = 12  # characters; a shorter token may be in a text by chance
_REST = r"[^\s\"'<>,;&]*"


class TokenEcho:
    """A search for a token as it is, percent-encoded, as JSON or HTML escapes, in base64 and in hex."""

    def __init__(self, secret: ApiToken | None) -> None:
        self._secret = secret

    def is_in(self, content: bytes) -> bool:
        """Tell whether a reply certainly repeats the token."""
        if self._secret is None or len(self._secret.reveal()) < _CERTAIN:
            return False
        text = content.decode(errors="replace")
        return self.redact(text) != text

    def redact(self, text: str) -> str:
        """Return the text without the token."""
        if self._secret is None:
            return text
        return self._pattern.sub(_HIDDEN, self._secret.redact(text))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        token = self._secret.reveal() if self._secret else ""
        begin = token[:_PREFIX]
        rest = _REST if len(token) > _PREFIX else ""
        spelled = "".join(_spellings(char) for char in begin) + rest
        forms = [spelled, re.escape(begin.encode().hex()) + rest]
        forms += [f"(?-i:{re.escape(core)})[A-Za-z0-9+/_=-]*" for core in _in_base64(begin)]
        return re.compile("|".join(forms), re.IGNORECASE)


def _spellings(char: str) -> str:
    """Return a pattern for one character, in whatever escape."""
    code = ord(char)
    return (
        rf"(?:{re.escape(char)}|%(?:25)*{code:02x}|\\+u00{code:02x}|\\+x{code:02x}"
        rf"|&\#(?:x0*{code:x}|0*{code});|\\+(?={re.escape(char)}){re.escape(char)})"
    )


def _in_base64(text: str) -> list[str]:
    """Return what of a text is the same in base64 wherever it begins."""
    if len(text) < _CERTAIN:
        return []
    cores: list[str] = []
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + text.encode()).decode()
        begin, end = -(-offset * 8 // 6), (offset + len(text)) * 8 // 6
        core = encoded[begin:end]
        cores += dict.fromkeys((core, core.replace("+", "-").replace("/", "_")))
    return cores
