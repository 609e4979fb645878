"""What git knows of names that were published before a merge."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

_MAIN_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_SECONDS = 10


def published_versions(file: Path) -> Iterator[bytes]:
    """Yield a file as it was published: at the last tag, on the main branch, and before branches parted.

    Nothing where there is no git, or no repository.
    """
    seen: set[str] = set()
    for revision in _revisions(file.parent):
        if revision not in seen:
            seen.add(revision)
            content = _git(file.parent, "show", f"{revision}:./{file.name}")
            if content is not None:
                yield content


def _revisions(folder: Path) -> Iterator[str]:
    head = _commit(folder, "HEAD")
    if not head:
        return
    if tag := _text(_git(folder, "describe", "--tags", "--abbrev=0")):
        yield _commit(folder, tag)
    parents = (head, _commit(folder, "MERGE_HEAD"))
    if not parents[1]:  # the merge may have been committed already
        parents = (_commit(folder, "HEAD^1"), _commit(folder, "HEAD^2"))
    merging = all(parents)
    main = next(filter(None, (_commit(folder, branch) for branch in _MAIN_BRANCHES)), "")
    if main:
        yield parents[0] if main == head and merging else main
    if merging:
        yield _text(_git(folder, "merge-base", *parents))


def _commit(folder: Path, revision: str) -> str:
    return _text(_git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"))


def _text(content: bytes | None) -> str:
    return (content or b"").decode(errors="replace").strip()


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git says; None where it fails. What a hook or an editor has set for itself is left out."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's git, wherever it is
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
