# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""File names for outputs: from a template, safe on every system, and each used once."""

from __future__ import annotations

import itertools
import os
import re
import string
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, TypeAlias

from .._base.brief import brief
from .._base.paths import given_path
from ..errors import FieldProblem, InvalidRequestError

DEFAULT_TEMPLATE = "{name}{ext}"
MAX_NAME_BYTES = (
    150  # in UTF-8; file systems allow 255, a counter and the suffix of a part are added
)
MAX_ENDING = 10  # characters; a longer one is not a file type

_PLACEHOLDERS = ("ext", "kind", "model", "n", "name", "request_id")
_NUMBER_FORMAT = re.compile(r"0?[1-9]?d?")
_SEPARATORS = re.compile(r'[<>:"/\\|?*]')
# Windows takes these for devices, whatever spaces and ending follow.
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?=\.|$)", re.IGNORECASE
)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, bidi, surrogates, line breaks


class NameTemplate:
    """A pattern for file names, such as `{model}-{n}{ext}`."""

    def __init__(self, text: object) -> None:
        """Check the pattern.

        Raises:
            InvalidRequestError: If it is not one. The message lists the placeholders.
        """
        if fault := _fault(text):
            allowed = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
            problem = f"{fault}\nUse {allowed}, as in {{model}}-{{n}}{{ext}}"
            raise InvalidRequestError.from_problems([FieldProblem("name", problem)], None)
        self._text = str(text)
        if "{ext}" not in self._text and not PurePath(self._text.rpartition("}")[2]).suffix:
            self._text += "{ext}"

    def render(self, values: Mapping[str, Any], ending: str) -> str:
        """Return the file name for one output.

        Args:
            values: A value for each placeholder but `ext`.
            ending: Of the file, with its dot.
        """
        clean = {
            name: value if isinstance(value, int) else safe_text(value)
            for name, value in values.items()
        }
        return fitted(self._text.format(**clean, ext=ending), ending)


class ExactName:
    """The name that somebody chose for one file."""

    def __init__(self, name: str) -> None:
        self._name = name

    def render(self, values: Mapping[str, Any], ending: str) -> str:
        """Return the name."""
        return self._name


NamePattern: TypeAlias = "NameTemplate | ExactName"


def _fault(text: object) -> str:
    """Return what is wrong with a pattern; empty if it is fine."""
    if not isinstance(text, str) or not text:
        return f"must be a pattern for file names; got {brief(text)}"
    if _SEPARATORS.search(re.sub(r"\{[^{}]*\}", "", text)) or not text.isprintable():
        return f"must be a file name without folders; got {brief(text)}"
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        return f"must be a pattern for file names; got {brief(text)} ({error})"
    for _, name, form, conversion in parts:
        if name is None:
            continue
        is_number = name == "n" and _NUMBER_FORMAT.fullmatch(form or "")
        if name not in _PLACEHOLDERS:
            return f"must hold only known placeholders; got {{{name}}} in {brief(text)}"
        if conversion or (form and not is_number):
            return f"must hold {{{name}}} without a format; got {brief(text)}"
    return ""


def safe_text(text: str) -> str:
    """Return text as a part of a file name: without separators and invisible characters."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(char for char in text if unicodedata.category(char) not in _INVISIBLE)
    return _SEPARATORS.sub("_", text)


def split_ending(name: str) -> tuple[str, str]:
    """Split a file name into its stem and its ending; what is too long is not an ending."""
    ending = PurePath(name).suffix
    if ending == "." or len(ending) > MAX_ENDING:
        return name, ""
    return name.removesuffix(ending), ending


def fitted(name: str, ending: str) -> str:
    """Return a file name that every system takes, with this ending where the name has it already."""
    name = safe_text(name).rstrip(" .")
    stem = name.removesuffix(ending)
    if stem == name:
        stem, ending = split_ending(name)
    stem = stem.strip(" .")
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    room = MAX_NAME_BYTES - len(ending.encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return (stem or "output") + ending


def expanded(path: object, parameter: str) -> Path:
    """Read a path that a caller gave; `~` is the home folder.

    Raises:
        InvalidRequestError: If it is not a path.
    """
    chosen, fault = given_path(path), "must be a path"
    if chosen is not None:
        if not str(chosen).startswith("~"):
            return chosen
        fault = "must be a path whose home folder is known"
    raise InvalidRequestError.from_problems(
        [FieldProblem(parameter, f"{fault}; got {brief(path)}")], None
    )


@dataclass(frozen=True)
class PlannedName:
    """The number that keeps a name apart from those of the same download; 0 for none."""

    number: int

    def names(self, name: str) -> Iterator[str]:
        """Yield the name with its number, then with the next ones."""
        return itertools.chain(
            [] if self.number else [name],
            (numbered(name, number) for number in itertools.count(max(self.number, 1))),
        )


class NamePlan:
    """The names of one download, given out in the order of its files.

    Names that differ in case only are the same file on many disks.
    """

    def __init__(self, folder: Path, *, overwrite: bool) -> None:
        self._folder = folder
        self._overwrite = overwrite
        self._used: set[str] = set()
        self._next: dict[str, int] = {}

    def plan(self, name: str) -> PlannedName:
        """Reserve a name, or the first number that makes it a new one."""
        key = _folded(name)
        number = self._next.get(key, 0)
        while self._is_taken(numbered(name, number)):
            number += 1
        self._next[key] = number + 1
        self._used.add(_folded(numbered(name, number)))
        return PlannedName(number)

    def _is_taken(self, name: str) -> bool:
        if _folded(name) in self._used:
            return True
        return not self._overwrite and os.path.lexists(self._folder / name)


def numbered(name: str, number: int) -> str:
    """Return the name with `-1`, `-2` … before its ending; as it is for 0."""
    path = PurePath(name)
    return f"{path.stem}-{number}{path.suffix}" if number else name


def names_like(name: str) -> Iterator[str]:
    """Yield the name, then with `-1`, `-2` … before its ending."""
    return PlannedName(0).names(name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
