"""Read the table `[tool.runcomfy-codegen]` of a project's pyproject.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..emit.http_library import HTTP_LIBRARIES
from ..text.json_types import is_array, is_object
from ..text.versions import EXPECTED, is_version

FILE = "pyproject.toml"
_TABLE = "tool.runcomfy-codegen"
_NAME = b"runcomfy-codegen"
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)\Z")
_END = " (at end of document)"
FOLDERS: Mapping[str, str] = {
    "schemas": "schemas",
    "out": "generated",
    "site": "out/site",
    "save": "out/demo",
}
"""Default folders, relative to the project."""


class SettingsError(Exception):
    """The errors of the table, one on each line."""


@dataclass(frozen=True)
class Settings:
    """A table and the file that holds it.

    Attributes:
        file: Path of the file, relative to the current folder.
        values: The settings as they are written there.
    """

    file: Path
    values: Mapping[str, Any]

    def defaults(self) -> dict[str, Any]:
        """Return defaults for command options. Folders are relative to the settings file."""
        folders = {key: str(self.values.get(key, folder)) for key, folder in FOLDERS.items()}
        placed = {key: os.path.normpath(self.file.parent / path) for key, path in folders.items()}
        return {**self.values, **placed}


def find_settings(start: Path) -> Settings | None:
    """Read the table from the nearest `pyproject.toml` that has it, in `start` or any folder above.

    Files without the table are skipped, as ruff skips those without `[tool.ruff]`, and neither the
    home folder nor the top of a repository ends the search.

    Args:
        start: The folder to begin with.

    Returns:
        The settings, or None if no file has the table.

    Raises:
        SettingsError: If a setting is wrong or the file cannot be parsed.
        OSError: If a file cannot be read.
    """
    folder = start.resolve()
    for parent in (folder, *folder.parents):
        path = parent / FILE
        content = path.read_bytes() if path.is_file() else b""
        if _NAME not in content:
            continue
        shown = Path(os.path.relpath(path, folder))
        table = _table(content, shown)
        if table is not None:
            return Settings(shown, _checked(table, shown))
    return None


def own_table(file: Path) -> Mapping[str, Any] | None:
    """Return the table as it is written in a file; None without a file or a table.

    Raises:
        SettingsError: If the file cannot be parsed.
        OSError: If it cannot be read.
    """
    return _table(file.read_bytes(), file) if file.is_file() else None


def _table(content: bytes, file: Path) -> Mapping[str, Any] | None:
    # Imported here, as most projects have no table.
    import tomllib

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: must be UTF-8 text; got {error}") from error
    try:
        document: Any = tomllib.loads(text)
    except ValueError as error:
        line, column, reason = _position(text, str(error))
        raise SettingsError(f"{file}:{line}:{column}: must be TOML; got: {reason}") from error
    tools: Any = document.get("tool")
    if not is_object(tools) or "runcomfy-codegen" not in tools:
        return None
    table: Any = tools["runcomfy-codegen"]
    if not is_object(table):
        raise SettingsError(f"{file}: [{_TABLE}] must be a table; got {table!r}")
    return table


def _position(text: str, message: str) -> tuple[int, int, str]:
    """Return line, column and reason of a TOML error; before Python 3.14 only its message has them."""
    if match := _PLACE.search(message):
        return int(match[1]), int(match[2]), message[: match.start()]
    lines = text.split("\n")
    return len(lines), len(lines[-1]) + 1, message.removesuffix(_END)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_list_of_texts(value: Any) -> bool:
    return is_array(value) and all(map(_is_text, value))


def _is_requirement(value: Any) -> bool:
    return isinstance(value, str) and is_requirement(value)


def is_requirement(text: str) -> bool:
    """Return whether pip can install this with an extra added."""
    return text.strip() == text != "" and text.isprintable() and not set(text) & set("[]\"'`")


def _is_version(value: Any) -> bool:
    return isinstance(value, str) and is_version(value)


def _is_http_library(value: Any) -> bool:
    return value in HTTP_LIBRARIES


_TEXT = ("a non-empty string", _is_text)
_KEYS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "schemas": _TEXT,
    "out": _TEXT,
    "package": _TEXT,
    "only": ("a list of non-empty strings", _is_list_of_texts),
    "version": (EXPECTED, _is_version),
    "http": (" or ".join(f'"{name}"' for name in HTTP_LIBRARIES), _is_http_library),
    "install": ("a distribution's name, a path or a URL, without extras", _is_requirement),
}


def _checked(table: Mapping[str, Any], file: Path) -> Mapping[str, Any]:
    complaints = {key: _complaint(key, value) for key, value in table.items()}
    wrong = [f"{file}: [{_TABLE}] {key}: {why}" for key, why in complaints.items() if why]
    if wrong:
        raise SettingsError("\n".join(wrong))
    return table


def _complaint(key: str, value: Any) -> str:
    """Say what is wrong with a setting; return an empty text if it is right."""
    if key not in _KEYS:
        from difflib import get_close_matches  # only a typing error needs it

        nearest = get_close_matches(key, _KEYS, n=1)
        if nearest:
            return f'unknown key; did you mean "{nearest[0]}"?'
        return f"unknown key; must be one of {', '.join(_KEYS)}"
    expected, fits = _KEYS[key]
    return "" if fits(value) else f"must be {expected}; got {value!r}"
