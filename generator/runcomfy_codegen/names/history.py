"""Ask git for the names that were published before a merge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..disk import git

_MAIN_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


def published_versions(file: Path) -> Iterator[bytes]:
    """Yield a file as it was at the last tag, on the main branch, and before branches parted.

    Yields nothing without git or without a repository.
    """
    try:
        for revision in dict.fromkeys(_revisions(file.parent)):
            shown = git.run(file.parent, "show", f"{revision}:./{file.name}")
            if not shown.returncode:
                yield shown.stdout
    except git.GitError:
        return


def _revisions(folder: Path) -> Iterator[str]:
    head = git.commit_of(folder, "HEAD")
    if not head:
        return
    if tag := git.line(folder, "describe", "--tags", "--abbrev=0"):
        yield git.commit_of(folder, f"refs/tags/{tag}")
    parents = (head, git.commit_of(folder, "MERGE_HEAD"))
    if not parents[1]:  # the merge may have been committed already
        parents = (git.commit_of(folder, "HEAD^1"), git.commit_of(folder, "HEAD^2"))
    merging = all(parents)
    tips = (git.commit_of(folder, branch) for branch in _MAIN_BRANCHES)
    if main := next(filter(None, tips), ""):
        yield parents[0] if main == head and merging else main
    if merging:
        yield git.line(folder, "merge-base", *parents)
