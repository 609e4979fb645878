"""Choose the HTTP library that an SDK depends on."""

from __future__ import annotations

import re

HTTP_LIBRARIES = ("httpx", "httpx2")
"""The libraries an SDK can be generated for; the first is the default."""

_ROOM = "_transport/"  # no other part of the runtime names an HTTP library
_MODULE = re.compile(r"^( *)import (httpx|httpcore)$", re.MULTILINE)
_NAMES = re.compile(r"^( *)from (httpx|httpcore) import ", re.MULTILINE)


def for_library(path: str, source: str, library: str) -> str:
    """Rewrite the imports of a runtime module for an HTTP library; httpx2 has the names of httpx.

    Args:
        path: The path of the module in the runtime.
        source: The module as it is written for httpx.
        library: One of `HTTP_LIBRARIES`.
    """
    if library == HTTP_LIBRARIES[0] or not path.startswith(_ROOM):
        return source
    renamed = _MODULE.sub(r"\1import \g<2>2 as \2", source)
    return _NAMES.sub(r"\1from \g<2>2 import ", renamed)
