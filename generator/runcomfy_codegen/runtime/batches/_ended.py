"""Jobs that ended, as a journal holds them: the result, and the files of the outputs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .._api import reads
from .._api.protocol import JobRef
from .._api.result import Result
from .._api.settings import Api
from ._entry import Entry


def recorded_result(api: Api, job: JobRef[Any], entry: Entry) -> Result[Any]:
    """Return the result of a completed job, as it was recorded."""
    reply = entry.reply or {}
    state = str(reply.get("status") or "").strip().lower()
    return reads.result_of(api, job, state, reply, entry.cost)


def saved_name(path: Path, folder: Path) -> str:
    """Return a path relative to the journal's folder, so that both can be moved together."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # another drive
        return str(path.absolute())


def saved_paths(entry: Entry, folder: Path) -> tuple[Path, ...]:
    """Return the recorded files of a job. folder: the journal's."""
    return tuple(Path(os.path.normpath(folder / name)) for name in entry.files)


def has_saved_files(entry: Entry, folder: Path) -> bool:
    """Tell whether the outputs of a job were saved, and are all still there."""
    return bool(entry.files) and all(path.is_file() for path in saved_paths(entry, folder))
