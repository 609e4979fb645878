"""Hand the SDK's tables of implausible values to the forms, for `plausible.js`."""

from __future__ import annotations

from typing import Any

from ..runtime.media._data_uri import TEXT_FORMATS
from ..runtime.media._implausible import MEDIA, UNSEEN
from ..runtime.media._mime import FIELD_TYPES, SIGNATURES

_LETTER = r"[\p{L}\p{N}_]"


def tables() -> dict[str, Any]:
    """Return the tables as JSON; their patterns are those of a browser."""
    return {
        "media": [[_for_texts(pattern), advice] for pattern, advice in MEDIA],
        "unseen": _for_texts(UNSEEN),
        "signatures": [[pattern.decode("latin-1"), type_] for pattern, type_ in SIGNATURES],
        "fieldTypes": [[*where, type_] for where, type_ in FIELD_TYPES.items()],
        "textFormats": TEXT_FORMATS,
    }


def _for_texts(pattern: str) -> str:
    r"""Translate a pattern to JavaScript, where `\w` is ASCII only and `\"` is an error."""
    return pattern.replace(r"\"", '"').replace(r"[\w", r"[\p{L}\p{N}_").replace(r"\w", _LETTER)
