# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Save the outputs of a journal's jobs in one folder, under names that begin with the request's key."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .._api.result import Result
from .._files.names import fitted, names_like
from .._files.parts import claim
from .._transport.effects import Flow
from ..errors import DownloadError

_ENDING = ".png"  # any, so that a dot in a key does not begin an extension


class Staging:
    """The files of one request.

    They are downloaded into `stage`, a folder of their own, and get their names when all are there.
    A run that is killed leaves whole files only, and the next run completes them.
    """

    def __init__(self, folder: Path, key: str, request_id: str) -> None:
        self._folder = folder
        self._stem = fitted(key + _ENDING, _ENDING).removesuffix(_ENDING)
        self.stage = folder / f".{request_id}.part"

    def clear(self) -> None:
        """Remove incomplete downloads."""
        shutil.rmtree(self.stage, ignore_errors=True)

    def place(self, files: Sequence[Path]) -> tuple[Path, ...]:
        """Give the files their names and return their paths. Raises OSError."""
        placed: list[Path] = []
        for number, file in enumerate(files, 1):
            count = f"-{number}" if len(files) > 1 else ""
            targets = map(self._folder.joinpath, names_like(f"{self._stem}{count}{file.suffix}"))
            # A file of the same content comes from a run that was killed before it was recorded.
            placed.append(next(path for path in targets if claim(file, path) or _equal(file, path)))
        self.clear()
        return tuple(placed)


def save_outputs(
    key: str,
    result: Result[Any],
    folder: Path,
    download: Callable[[Path], Flow[list[Path]]],
    advice: str = "",
) -> Flow[tuple[Path, ...]]:
    """Save the outputs of a job.

    Args:
        key: The key of the request.
        result: The result of the job.
        folder: The folder of the outputs.
        download: Saves the outputs in a folder that is empty.
        advice: What to do after a failure.

    Returns:
        The paths of the outputs, in their order.

    Raises:
        DownloadError: A file could not be written.
        RunComfyError: As raised by the download.
    """
    staging = Staging(folder, key, result.request_id)
    staging.clear()
    try:
        files = yield from download(staging.stage)
        return staging.place(files)
    except OSError as error:
        problem = f"{key}: its outputs could not be saved in {folder}: {error}"
        raise DownloadError(
            f"{problem}\n{advice}" if advice else problem,
            model_id=result.model_id,
            request_id=result.request_id,
            retry_safe=True,
        ) from error


def _equal(file: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(file, other, shallow=False)
