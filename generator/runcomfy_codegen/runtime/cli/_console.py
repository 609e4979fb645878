"""Output: data goes to stdout, everything else to stderr."""

from __future__ import annotations

import errno
import io
import json
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from .._base.text import inert

PACKAGE = __name__.removesuffix(".cli._console")
INSTALLED = f"{PACKAGE}-sdk"  # the command that `pip install` puts on the PATH
_NOT_WRITTEN = 1
_WIDTH = 100  # columns where there is no terminal
MAX_LINE = 2000  # characters of a server's text on one line


class _Mode:
    """The form of the output. json: for a program."""

    json = False


mode = _Mode()


def tolerant_streams() -> None:
    """Make the standard streams accept any text.

    Vendor text is often not ASCII, some terminals are not UTF-8, and `>&-` closes a stream.
    """
    for name, access in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(access, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def flushed(code: int) -> int:
    """Write out all output and return the exit code, which is not 0 if that fails.

    Without this, Python would report a full disk with a traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # or Python tries again
            code = code or _NOT_WRITTEN
            if error.errno != errno.EPIPE:  # a reader such as `head` has seen enough
                say(f"error: stdout: {error.strerror}", "red")
    return code


def console(*, stderr: bool = False) -> Console:
    """Make a rich console. It is not kept, because the streams may be replaced."""
    screen = Console(stderr=stderr, highlight=False)
    return screen if screen.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDTH)


def is_live(screen: Console) -> bool:
    """Tell whether stderr can show progress. rich takes a log for a terminal under FORCE_COLOR."""
    return sys.stderr.isatty() and not screen.is_dumb_terminal


def message(text: str, style: str = "") -> Text:
    """Escape control characters in a text that may quote a server, a file name or a schema."""
    return Text(inert(text, keep="\n"), style)


def say(text: str, style: str = "") -> None:
    """Print a message for people. It is not wrapped, so that a command in it stays on one line."""
    console(stderr=True).print(message(text, style), soft_wrap=True)


def write(line: str) -> None:
    """Print one line of data; on a terminal it is shortened and escaped."""
    if sys.stdout.isatty():
        line = inert(line[:MAX_LINE]) + ("..." if len(line) > MAX_LINE else "")
    print(line)


def write_json(value: Any) -> None:
    """Print JSON as ASCII, so that a server's text cannot control a terminal."""
    print(json.dumps(value, indent=2 if sys.stdout.isatty() else None))


def program() -> str:
    """Return the name by which this program was called."""
    name = Path(sys.argv[0]).name
    return f"python -m {PACKAGE}" if name in ("__main__.py", "-c", "") else name


def command_line(*arguments: str) -> str:
    """Return a command of this program that can be pasted into a shell."""
    name, python = program(), sys.executable
    if shutil.which(name) or not python:
        return shlex.join([name, *arguments])
    on_path = [command for command in ("python", "python3") if shutil.which(command) == python]
    return shlex.join([on_path[0] if on_path else python, "-m", PACKAGE, *arguments])


def in_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print rows for other programs, with cells separated by tabs."""
    for row in rows:
        cells = (" ".join(cell.split()) for cell in row)
        print("\t".join(map(inert, cells) if sys.stdout.isatty() else cells))
