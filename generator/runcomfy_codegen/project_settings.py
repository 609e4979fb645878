"""The table `[tool.runcomfy-codegen]` of a project that generates an SDK for itself."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .json_types import is_array, is_object

FILE = "pyproject.toml"
_TABLE = "tool.runcomfy-codegen"
_KEYS = {"schemas": "a text", "out": "a text", "package": "a text", "only": "a list of texts"}


class SettingsError(Exception):
    """All that is wrong with the table, a line for each."""


def read_settings(file: Path) -> Mapping[str, Any]:
    """Some of `schemas`, `out`, `package` and `only`; nothing where there is no such file or table.

    Raises SettingsError, OSError.
    """
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: it is not UTF-8 text: {error}") from error
    table = _table(text, file) if "runcomfy-codegen" in text else dict[str, Any]()
    if wrong := [
        f"{file}: [{_TABLE}] {key}: {why}" for key in table if (why := _why(key, table[key]))
    ]:
        raise SettingsError("\n".join(wrong))
    return table


def _table(text: str, file: Path) -> Mapping[str, Any]:
    # Imported here: most runs read no table.
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document: Any = toml.loads(text)
    except ValueError as error:
        raise SettingsError(f"{file}: it is not TOML: {error}") from error
    tools: Any = document.get("tool")
    table: Any = tools.get("runcomfy-codegen", {}) if is_object(tools) else dict[str, Any]()
    if not is_object(table):
        raise SettingsError(f"{file}: [{_TABLE}] must be a table, found {table!r}")
    return table


def _why(key: str, value: Any) -> str:
    """What is wrong with a setting; empty if nothing is."""
    if key not in _KEYS:
        return f"unknown, expected one of {', '.join(_KEYS)}"
    texts: list[Any] = value if is_array(value) else [value]
    fits = is_array(value) == (key == "only") and all(
        isinstance(each, str) and each for each in texts
    )
    return "" if fits else f"expected {_KEYS[key]}, found {value!r}"
