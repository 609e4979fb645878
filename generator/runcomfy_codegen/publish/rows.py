"""Rows of an index, which come and go with endpoints, so that no digest of the manifest covers them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..build.incremental import Earlier
from ..disk import git
from ..text.merging import has_conflict, rows_of

# Where git has versions of a file that it may have put together: `""` is what is staged.
_REVISIONS = ("HEAD", "", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "ORIG_HEAD")


def has_edited_rows(out: Path, path: str, on_disk: str, new: str, earlier: Earlier) -> bool:
    """Return whether an index holds rows that nobody but its last editor can have written.

    Such a row is neither generated now, nor in a version that git has, and the file is not as the last run
    on this machine left it. Where no run is remembered, nothing is known of it.
    """
    remembered = earlier.lock.written.get(path)
    if remembered in (None, earlier.digests.get(path)) or has_conflict(on_disk):
        return False
    rows = rows_of(path, on_disk) - rows_of(path, new)
    for text in _versions(out, path) if rows else ():
        rows -= rows_of(path, text)
    return bool(rows)


def _versions(out: Path, path: str) -> Iterator[str]:
    for revision in _REVISIONS:
        try:
            done = git.run(out, "show", f"{revision}:./{path}")
        except git.GitMissing:
            return
        if done.returncode == 0:
            yield done.stdout.decode(errors="replace").replace("\r\n", "\n")
