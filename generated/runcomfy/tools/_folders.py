# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Media of a tool call: a URL, a data URI, or the path of a file in a folder that the agent may read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .._base.text import shorten
from .._validation.base import Request
from ..errors import FieldProblem, InvalidRequestError
from ..media import MediaInput, MediaKind
from ..media._data_uri import is_data_uri

# "c:" is a drive, so a scheme has two letters at least.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_LONGEST_PATH = 4096  # characters


@dataclass(frozen=True)
class Folders:
    """The folders whose files may be sent. An agent repeats what others tell it to."""

    paths: tuple[Path, ...]

    def find(self, text: str) -> Path:
        """Return the file that a path names, behind all links.

        Raises:
            ValueError: There is no such file within the folders.
        """
        name = _path_of(text)
        for candidate in self._candidates(name):
            try:
                real = Path(os.path.realpath(candidate))
            except (OSError, ValueError):
                continue
            if self._hold(real) and real.is_file():
                return real
        raise ValueError(
            f"must be a URL, a data URI or {self.in_words}; got {shorten(text, 200)!r}"
        )

    @property
    def in_words(self) -> str:
        """What may be given as a path."""
        if not self.paths:
            return "the path of a file in media_folders (--media), which names no folder"
        return f"the path of a file in {' or '.join(map(str, self.paths))}"

    def _hold(self, real: Path) -> bool:
        return any(real.is_relative_to(os.path.realpath(folder)) for folder in self.paths)

    def _candidates(self, name: str) -> list[Path]:
        if not name or len(name) > _LONGEST_PATH or "\0" in name:
            return []
        try:
            path = Path(name).expanduser()
        except RuntimeError:  # nobody has this home
            return []
        return [path.absolute(), *(folder / path for folder in self.paths)]


def with_files(request: Request[Any], folders: Folders) -> Request[Any]:
    """Return the request with the files that its media name by a path.

    Raises:
        InvalidRequestError: Lists all paths that may not be read.
    """
    files, problems = _files_in(request, folders)
    if problems:
        raise InvalidRequestError.from_problems(problems, request.model_id)
    if not files:
        return request

    def encode(value: MediaInput, kind: MediaKind) -> Any:
        return files.get(value, value) if isinstance(value, str) else value

    return type(request)(**request.to_body(encode))


def path_problems(items: Sequence[Any], folders: Folders) -> list[FieldProblem]:
    """Return the problems of media whose request is wrong in another way, too."""
    problems: list[FieldProblem] = []
    for item in items:
        if isinstance(item.value, str) and is_path(item.value):
            try:
                folders.find(item.value)
            except ValueError as error:
                problems.append(FieldProblem(item.field, str(error)))
    return problems


def is_path(text: str) -> bool:
    """Tell whether the text of a medium is meant as a path. A blank one is left to the other checks."""
    if not text.strip() or is_data_uri(text):
        return False
    scheme = _SCHEME.match(text)
    return scheme is None or scheme[0].lower() == "file:"


def _files_in(
    request: Request[Any], folders: Folders
) -> tuple[Mapping[str, Path], list[FieldProblem]]:
    files: dict[str, Path] = {}
    items = request.media_items()
    problems = path_problems(items, folders)
    if not problems:
        for item in items:
            if isinstance(item.value, str) and is_path(item.value):
                files[item.value] = folders.find(item.value)
    return files, problems


def _path_of(text: str) -> str:
    if text[:5].lower() != "file:":
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return unquote(parts.path) if parts.netloc in ("", "localhost") else ""
