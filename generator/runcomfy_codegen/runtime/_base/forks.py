"""A pause before each fork, so that no thread holds a lock that the child needs.

The child has none of its parent's other threads: a lock that one of them held is never released there.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import get_ident
from typing import Any

_PACKAGE = __name__.removesuffix("._base.forks")
# Packages whose imports end soon. An import of the user's own modules might wait for the fork.
_QUICK = {
    *("httpx", "httpcore", "h11", "idna", "certifi", "pydantic", "pydantic_core", "anyio"),
    *("httpx2", "httpcore2", "truststore"),  # where the SDK was generated for httpx2
}
_LONGEST_WAIT = 10.0  # seconds: a fork within the section must not wait for itself without end

_sections: set[NoFork] = set()


class NoFork:
    """A section that a fork of this process waits for, such as one that locks within OpenSSL."""

    def __enter__(self) -> None:
        _sections.add(self)

    def __exit__(self, *_: object) -> None:
        _sections.discard(self)


def _await_quiet() -> None:
    """Wait for the sections, and for imports: a child finds their locks held for ever."""
    deadline = time.monotonic() + _LONGEST_WAIT
    while (_sections or _is_loading()) and time.monotonic() < deadline:
        time.sleep(0.001)


def _is_loading() -> bool:
    """Return whether another thread imports a module of the SDK, or one that it may need."""
    # Private, but there is no public way: a module is in `sys.modules` only once it was found, and
    # its `__spec__._initializing` is private too. Without the table a fork waits for `NoFork` alone.
    bootstrap = sys.modules["importlib._bootstrap"]
    locks: dict[str, Any] = getattr(bootstrap, "_module_locks", {})
    for name, lock_of in list(locks.items()):
        is_ours = f"{name}.".startswith(f"{_PACKAGE}.")
        top = name.partition(".")[0]
        if is_ours or top in _QUICK or top in sys.stdlib_module_names:
            owner = getattr(lock_of(), "owner", None)
            if owner not in (None, get_ident()):
                return True
    return False


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_await_quiet, after_in_child=_sections.clear)
