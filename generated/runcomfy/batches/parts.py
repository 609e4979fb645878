# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""A batch in parts, for several processes or machines: each request belongs to one part for ever."""

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
from ..errors import ConfigurationError, JournalError
from ._items import named
from .journal import Journal

_MANIFEST = "parts.json"


@dataclass(frozen=True)
class Part:
    """Some requests of a batch and the journal that is theirs alone. It can be pickled.

    Run it with `client.batch(part.requests, journal=part.journal, create=False)`, anywhere and as often
    as it happens: where the journal is not, or where another process has it open, nothing is sent.
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
    """Deals the requests out to `parts` journals, which are made in a folder. Again, it gives the same.

    Those of a mapping go by their keys, in whatever order they come; others by their position, so that
    none may be put in, taken out or moved, only added at the end. Raises JournalError if the number of
    parts is another one than before, or if a journal is missing that was made: nobody would know what it
    submitted.
    """
    if not isinstance(parts, int) or isinstance(parts, bool) or parts < 1:  # pyright: ignore
        raise ConfigurationError(f"parts: expected a whole number of at least 1, not {parts!r}")
    home = Path(folder).absolute()
    home.mkdir(parents=True, exist_ok=True)
    journals = [home / f"part-{number}.sqlite" for number in range(parts)]
    if not (home / _MANIFEST).exists():
        # Nothing is submitted before this returns, so that those of a run that was killed are empty.
        for journal in journals:
            Journal(journal, create=True).close()
        with PartFile(home) as file:
            file.write(json.dumps({"parts": parts}).encode())
            file.complete()
            claim(file.path, home / _MANIFEST)
    _check(home, parts, journals)
    dealt: list[dict[str, Any]] = [{} for _ in journals]
    is_keyed = isinstance(requests, Mapping)
    for position, (key, request) in enumerate(named(requests)):
        chosen = zlib.crc32(str(key).encode(errors="replace")) if is_keyed else position
        dealt[chosen % parts][str(key)] = request
    return [Part(*each) for each in zip(journals, dealt, strict=True)]


def _check(home: Path, parts: int, journals: list[Path]) -> None:
    try:
        before = as_object(json.loads((home / _MANIFEST).read_text("utf-8"))).get("parts")
    except (OSError, ValueError) as error:
        raise JournalError(f"{home / _MANIFEST}: cannot be read: {error}") from error
    if before != parts:
        raise JournalError(
            f"{home}: was divided into {before} parts, not {parts}: in other journals, requests would "
            f"be submitted again; give parts={before}, or begin in another folder"
        )
    if missing := [journal.name for journal in journals if not journal.is_file()]:
        raise JournalError(
            f"{home}: {', '.join(missing)} is gone: what was submitted with it is not known; bring it "
            "back, or look at your generations and begin in another folder"
        )
