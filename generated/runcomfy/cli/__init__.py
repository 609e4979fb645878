# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The command line: `main`. It needs the extra `cli` (typer and rich); no other room imports it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from .._base.install import how_to_install

_NEEDED = ("typer", "rich")
_INTERRUPTED = 1
_MISSING_EXTRA = 2  # as shells report a command that cannot run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: The command line without the program's name. Defaults to `sys.argv[1:]`.

    Returns:
        0 if the command succeeded, otherwise the code that `_exit_codes` gives the error.
    """
    if message := missing_extra():
        print(message, file=sys.stderr)
        return _MISSING_EXTRA
    try:
        from ._app import run  # a slow import: Ctrl-C during it must not print a traceback

        return run(arguments)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED


def missing_extra() -> str:
    """Say which packages of the extra are missing and how to install them; "" if none is."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not missing:
        return ""
    return f"the command line needs {' and '.join(missing)}: {how_to_install('cli')}"
