"""One setting written into a `pyproject.toml`, with its layout and comments as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..disk.files import write_together
from .settings import SettingsError

_TABLE = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*[\"']?runcomfy-codegen[\"']?[ \t]*\][^\n]*\n?", re.MULTILINE)  # fmt: skip
_VALUE = re.compile(r"""\bversion["']?[ \t]*=[ \t]*(?P<quote>["'])(?P<value>[^"'\n]*)(?P=quote)""")


def write_version(file: Path, version: str) -> None:
    """Write the version into the table `[tool.runcomfy-codegen]`.

    Args:
        file: The file that has the table.
        version: The version to write.

    Raises:
        SettingsError: If the table is written in a way that this cannot change.
        OSError: If the file cannot be read or written.
    """
    text = file.read_bytes().decode()
    wanted = _parsed(text)
    wanted["tool"]["runcomfy-codegen"]["version"] = version
    for candidate in _candidates(text, version):
        if _is(candidate, wanted):
            write_together(file.parent, {file.name: candidate.encode()})
            return
    raise SettingsError(
        f'{file}: must have the line [tool.runcomfy-codegen]; got another form of that table\nwrite version = "{version}" there by hand'
    )


def _candidates(text: str, version: str) -> Iterator[str]:
    """Yield the text with the version at each place where it may belong; one of them is right."""
    for match in _VALUE.finditer(text):
        yield text[: match.start("value")] + version + text[match.end("value") :]
    for match in _TABLE.finditer(text):
        newline = "\r\n" if match[0].endswith("\r\n") else "\n"
        header = match[0] if match[0].endswith("\n") else match[0] + newline
        line = f'version = "{version}"{newline}'
        yield text[: match.start()] + header + line + text[match.end() :]


def _is(candidate: str, wanted: dict[str, Any]) -> bool:
    try:
        return _parsed(candidate) == wanted
    except ValueError:
        return False


def _parsed(text: str) -> dict[str, Any]:
    import tomllib

    document: dict[str, Any] = tomllib.loads(text.removeprefix("\ufeff"))
    return document
