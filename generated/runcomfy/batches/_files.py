# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The outputs of a batch in one folder, under names that begin with the request's key."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Sequence
from pathlib import Path

from .._files.names import fitted, names_like
from .._files.parts import claim

_ENDING = ".png"  # any, so that what a key has after its last dot is not an ending


class Shelf:
    """Files of one request. A run that is killed leaves whole files, and the next one completes them.

    They are fetched into `stage`, a folder of their own, and get their names when all are there.
    """

    def __init__(self, folder: Path, key: str, request_id: str) -> None:
        self._folder = folder
        self._stem = fitted(key + _ENDING, _ENDING).removesuffix(_ENDING)
        self.stage = folder / f".{request_id}.part"

    def clear(self) -> None:
        """Removes what is not complete."""
        shutil.rmtree(self.stage, ignore_errors=True)

    def place(self, files: Sequence[Path]) -> tuple[Path, ...]:
        """Gives the files their names; their paths. Raises OSError."""
        placed: list[Path] = []
        for number, file in enumerate(files, 1):
            count = f"-{number}" if len(files) > 1 else ""
            targets = map(self._folder.joinpath, names_like(f"{self._stem}{count}{file.suffix}"))
            # The same content is the work of a run that was killed before it could say so.
            placed.append(next(each for each in targets if claim(file, each) or _equal(file, each)))
        self.clear()
        return tuple(placed)


def _equal(file: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(file, other, shallow=False)
