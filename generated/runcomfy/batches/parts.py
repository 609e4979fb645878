# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Divide a batch into parts for several processes or machines."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._base.json_values import as_object
from .._files.parts import PartFile, claim
from .._validation.base import Request
from .._validation.given import check_path, check_whole
from ..errors import JournalError
from ._items import named
from .journal import Journal

_MANIFEST = "parts.json"


@dataclass(frozen=True)
class Part:
    """A part of a batch: requests, and the journal that only they use. It can be pickled.

    Run it with `client.batch(part.requests, journal=part.journal, create=False)`, on any machine and any
    number of times. Where the journal is missing or in use, nothing is sent.

    Attributes:
        journal: The file of the journal.
        requests: The requests by key.
    """

    journal: Path
    requests: Mapping[str, Any]


def partition(
    requests: (
        Iterable[Request[Any] | Mapping[str, Any]] | Mapping[str, Request[Any] | Mapping[str, Any]]
    ),
    folder: str | os.PathLike[str],
    parts: int,
) -> list[Part]:
    """Divide requests among several journals. The same call returns the same parts again.

    The requests of a dict are divided by their keys, in any order. Other requests are divided by their
    positions: add new ones at the end, and insert, remove or move none.

    Args:
        requests: The requests, as `client.batch` takes them.
        folder: The folder of the journals, which is made if it does not exist.
        parts: The number of parts.

    Returns:
        The parts.

    Raises:
        ConfigurationError: `parts` is not a whole number of at least 1.
        JournalError: The folder was divided into another number of parts, or a journal is missing, so
            that nobody knows what it submitted.
        OSError: The folder cannot be written.
    """
    check_whole("parts", parts)
    home = check_path("folder", folder).absolute()
    home.mkdir(parents=True, exist_ok=True)
    journals = [home / f"part-{number}.sqlite" for number in range(parts)]
    if not (home / _MANIFEST).exists():
        # Nothing is submitted before this returns, so the journals of a killed run are empty.
        for journal in journals:
            Journal(journal, create=True).close()
        with PartFile(home) as file:
            file.write(json.dumps({"parts": parts}).encode())
            file.complete()
            claim(file.path, home / _MANIFEST)
    _check(home, parts, journals)
    divided: list[dict[str, Any]] = [{} for _ in journals]
    is_keyed = isinstance(requests, Mapping)
    for position, (key, request) in enumerate(named(requests)):
        chosen = zlib.crc32(str(key).encode(errors="replace")) if is_keyed else position
        divided[chosen % parts][str(key)] = request
    return [Part(*pair) for pair in zip(journals, divided, strict=True)]


def _check(home: Path, parts: int, journals: list[Path]) -> None:
    try:
        before = as_object(json.loads((home / _MANIFEST).read_text("utf-8"))).get("parts")
    except (OSError, ValueError) as error:
        raise JournalError(f"{home / _MANIFEST}: cannot be read: {error}") from error
    if before != parts:
        raise JournalError(
            f"{home}: must be divided into {before} parts, as before; got {parts}\n"
            "In other journals, requests would be submitted again. "
            f"Pass parts={before}, or use another folder."
        )
    if missing := [journal.name for journal in journals if not journal.is_file()]:
        raise JournalError(
            f"{home}: {', '.join(missing)} is missing; what was submitted with it is unknown\n"
            "Restore it, or look under Generations on runcomfy.com and use another folder."
        )
