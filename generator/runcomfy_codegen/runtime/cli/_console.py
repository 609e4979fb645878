"""What the commands say, and where: data to stdout, everything else to stderr."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from .._text import shorten

PACKAGE = __name__.removesuffix(".cli._console")
_WIDTH = 100  # columns where there is no terminal
MAX_LINE = 2000  # characters of a server's text on one line


class _Mode:
    """json: the data is for a program."""

    json = False


mode = _Mode()


def tolerant_streams() -> None:
    """Vendor text is not ASCII, and not every terminal is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def console(*, stderr: bool = False) -> Console:
    """A rich console; made when needed, since a test or a pipe may have changed the streams."""
    made = Console(stderr=stderr, highlight=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDTH)


def say(message: str, style: str = "") -> None:
    """A message for people, wrapped on a terminal only: a command in it must stay one line."""
    console(stderr=True).print(Text(message, style), soft_wrap=True)


def write(line: str) -> None:
    """One line of data; what a terminal would obey is escaped."""
    print(shorten(line, MAX_LINE) if sys.stdout.isatty() else line)


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
        print("\t".join(" ".join(cell.split()) for cell in row))
