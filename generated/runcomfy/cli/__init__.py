# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The command line. Nothing in the library imports it; it needs the extra `cli` (typer and rich)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from .._base.install import how_to_install

_NEEDED = ("typer", "rich")
_INTERRUPTED = 1
_MISSING_EXTRA = 2  # what a shell reports for a command that cannot run as it is


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: The command line without the program's name; `sys.argv[1:]` by default.
    """
    if message := missing_extra():
        print(message, file=sys.stderr)
        return _MISSING_EXTRA
    try:
        from ._app import run  # takes a while, in which nothing is sent

        return run(arguments)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED


def missing_extra() -> str:
    """Name the packages of the extra that are not installed, and the way to get them; "" if none."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not missing:
        return ""
    return f"the command line needs {' and '.join(missing)}: {how_to_install('cli')}"
