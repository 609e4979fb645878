"""Hand the SDK's tables to the forms: implausible values for `plausible.js`, and the last states."""

from __future__ import annotations

from itertools import chain
from typing import Any

from ..runtime._api.states import TERMINAL
from ..runtime._schemas.media_kinds import KINDS, KindInfo
from ..runtime.media._data_uri import TEXT_FORMATS
from ..runtime.media._implausible import FILE_NAME, MEDIA, UNSEEN
from ..runtime.media._mime import FIELD_TYPES, SIGNATURES

_LETTER = r"[\p{L}\p{N}_]"


def tables() -> dict[str, Any]:
    """Return the tables as JSON; their patterns are those of a browser."""
    return {
        "media": [[_for_texts(pattern), advice] for pattern, advice in MEDIA],
        "fileName": [_for_texts(FILE_NAME[0]), FILE_NAME[1]],
        "unseen": _for_texts(UNSEEN),
        "signatures": [[pattern.decode("latin-1"), type_] for pattern, type_ in SIGNATURES],
        "fieldTypes": [[*where, type_] for where, type_ in FIELD_TYPES.items()],
        "textFormats": TEXT_FORMATS,
        "ended": sorted(TERMINAL),
        "kinds": {kind.name: _kind(kind) for kind in KINDS.values()},
    }


def _kind(kind: KindInfo) -> dict[str, Any]:
    return {
        "phrase": kind.phrase,
        "prefix": kind.type_prefix,
        "alsoTypes": kind.also_types,
        "element": kind.element,
        "endings": [*chain(*kind.endings.values())],
    }


def _for_texts(pattern: str) -> str:
    r"""Translate a pattern to JavaScript, where `\w` is ASCII only and `\"` is an error."""
    return pattern.replace(r"\"", '"').replace(r"[\w", r"[\p{L}\p{N}_").replace(r"\w", _LETTER)
