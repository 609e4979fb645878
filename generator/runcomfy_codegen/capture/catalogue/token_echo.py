"""The API token in what a server says: found in any spelling, and never printed."""

from __future__ import annotations

import re
from functools import cached_property

from ...runtime._api.auth import ApiToken, base64_cores

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
        if len(begin) >= _CERTAIN:
            cores = dict.fromkeys(base64_cores(begin))
            forms += [f"(?-i:{re.escape(core)})[A-Za-z0-9+/_=-]*" for core in cores]
        return re.compile("|".join(forms), re.IGNORECASE)


def _spellings(char: str) -> str:
    """Return a pattern for one character, in whatever escape."""
    code = ord(char)
    return (
        rf"(?:{re.escape(char)}|%(?:25)*{code:02x}|\\+u00{code:02x}|\\+x{code:02x}"
        rf"|&\#(?:x0*{code:x}|0*{code});|\\+(?={re.escape(char)}){re.escape(char)})"
    )
