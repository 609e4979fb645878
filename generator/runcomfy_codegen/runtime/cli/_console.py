"""What the commands say, and where: data to stdout, everything else to stderr."""

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
INSTALLED = f"{PACKAGE}-sdk"  # what `pip install` puts on the PATH
_NOT_WRITTEN = 1
_WIDTH = 100  # columns where there is no terminal
MAX_LINE = 2000  # characters of a server's text on one line


class _Mode:
    """json: the data is for a program."""

    json = False


mode = _Mode()


def tolerant_streams() -> None:
    """Vendor text is not ASCII, not every terminal is UTF-8, and `>&-` leaves no stream at all."""
    for name, access in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(access, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def flushed(code: int) -> int:
    """The exit code, when all is written: Python would tell of a full disk in its own words."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # as it would try again
            code = code or _NOT_WRITTEN
            if error.errno != errno.EPIPE:  # who closed the pipe has read enough
                say(f"error: stdout: {error.strerror}", "red")
    return code


def console(*, stderr: bool = False) -> Console:
    """A rich console; made when needed, since a test or a pipe may have changed the streams."""
    made = Console(stderr=stderr, highlight=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDTH)


def is_live(screen: Console) -> bool:
    """Whether stderr can show progress. Not what rich says: FORCE_COLOR makes a log no terminal."""
    return sys.stderr.isatty() and not screen.is_dumb_terminal


def message(text: str, style: str = "") -> Text:
    """A text that a terminal does not obey: it may repeat a server, a file's name, a schema."""
    return Text(inert(text, keep="\n"), style)


def say(text: str, style: str = "") -> None:
    """A message for people, not wrapped: a command in it must stay one line."""
    console(stderr=True).print(message(text, style), soft_wrap=True)


def write(line: str) -> None:
    """One line of data; on a terminal short, and without what that would obey."""
    if sys.stdout.isatty():
        line = inert(line[:MAX_LINE]) + ("..." if len(line) > MAX_LINE else "")
    print(line)


def write_json(value: Any) -> None:
    """ASCII, so that no text of a server can steer a terminal."""
    print(json.dumps(value, indent=2 if sys.stdout.isatty() else None))


def program() -> str:
    """How people call this program."""
    name = Path(sys.argv[0]).name
    return f"python -m {PACKAGE}" if name in ("__main__.py", "-c", "") else name


def command_line(*arguments: str) -> str:
    """A command of this very program, to be copied into a shell."""
    name = program()
    if shutil.which(name) or not (python := sys.executable):
        return shlex.join([name, *arguments])
    on_path = [each for each in ("python", "python3") if shutil.which(each) == python]
    return shlex.join([on_path[0] if on_path else python, "-m", PACKAGE, *arguments])


def in_columns(rows: Sequence[Sequence[str]]) -> None:
    """Rows for other programs, separated by tabs."""
    for row in rows:
        cells = (" ".join(cell.split()) for cell in row)
        print("\t".join(map(inert, cells) if sys.stdout.isatty() else cells))
