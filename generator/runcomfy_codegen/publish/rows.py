"""Find rows that somebody added to an index by hand.

Rows come and go with endpoints, so the digests of the manifest do not cover them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..build.incremental import PreviousBuild, content_digest
from ..disk.files import read_text
from ..text.merging import has_conflict, rows_of
from .manifest import MANIFEST

# Revisions whose versions of a file git may have merged; `""` is the index of git.
_REVISIONS = ("HEAD", "", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "ORIG_HEAD")


def has_edited_rows(out: Path, path: str, on_disk: str, new: str, previous: PreviousBuild) -> bool:
    """Return whether somebody added rows to an index by hand.

    Such a row is not generated now, is in no version that git has, and the file has changed since the last
    run on this machine. Without a record of that run, the answer is no, as it is where the manifest
    is of another run: then the whole folder was restored or merged.
    """
    remembered = previous.lock.written.get(path)
    if remembered in (None, previous.digests.get(path)) or has_conflict(on_disk):
        return False
    if content_digest(read_text(out / MANIFEST) or "") != previous.lock.published:
        return False
    rows = rows_of(path, on_disk) - rows_of(path, new)
    for text in _versions(out, path) if rows else ():
        rows -= rows_of(path, text)
    return bool(rows)


def _versions(out: Path, path: str) -> Iterator[str]:
    from ..disk import git  # most runs ask for no version

    for revision in _REVISIONS:
        try:
            shown = git.run(out, "show", f"{revision}:./{path}")
        except git.GitMissing:
            return
        if shown.returncode == 0:
            yield shown.stdout.decode(errors="replace").replace("\r\n", "\n")
