"""The last release, as a git revision: what a changelog is written since."""

from __future__ import annotations

import re
from pathlib import Path

from ..disk import git
from ..schemas.folder import CHANGELOG
from ..text.versions import Version, version_of_tag
from .changelog import newest_heading, recorded_revision

_VERSION = re.compile(r"\d+\.\d+")
_HEADING_VERSION = re.compile(r"(?:#{1,3}\s+)?\[?([^\s\]]+)")


def last_release(schemas: Path) -> str:
    """Return the revision that unreleased changes are counted from.

    It is the newest tag, unless the changelog has a later version: then it is the commit that added the
    heading of that. Without tags, it is the revision that the changelog's unreleased section names; else
    that commit; else HEAD.

    Raises:
        GitError: If the schemas are in no repository, or git is not installed.
    """
    place = git.place_of(schemas)
    heading = _heading_commit(schemas, place)
    candidates = [*_tags(place), recorded_revision(schemas), heading]
    if untagged_version(schemas):
        candidates.insert(0, heading)
    for revision in candidates:
        if revision and _has_schemas(place, revision):
            return revision
    return "HEAD"


def released_version(schemas: Path) -> Version | None:
    """Return the greatest version that was released: by a tag that led here, or in the changelog.

    Raises:
        GitError: If the schemas are in no repository, or git is not installed.
    """
    return max(filter(None, (_tagged_version(schemas), _written_version(schemas))), default=None)


def untagged_version(schemas: Path) -> Version | None:
    """Return the version at the head of the changelog if there are tags, and all are of earlier ones.

    Raises:
        GitError: If the schemas are in no repository, or git is not installed.
    """
    tagged, written = _tagged_version(schemas), _written_version(schemas)
    return written if written and tagged and written > tagged else None


def _tagged_version(schemas: Path) -> Version | None:
    versions = map(version_of_tag, _tags(git.place_of(schemas)))
    return max(filter(None, versions), default=None)


def _written_version(schemas: Path) -> Version | None:
    heading = _HEADING_VERSION.match(newest_heading(schemas))
    return version_of_tag(heading[1]) if heading else None


def uncommitted(schemas: Path, *others: Path) -> list[str]:
    """List what git would lose: changes of tracked files anywhere, and new files in these folders.

    Raises:
        GitError: If the schemas are in no repository, or git is not installed.
    """
    place = git.place_of(schemas)
    status = ("-c", "core.quotePath=false", "status", "--porcelain=v1")
    tracked = git.output(place.folder, *status, "--untracked-files=no")
    top = git.line(place.folder, "rev-parse", "--show-toplevel")
    folders = [str(folder.resolve()) for folder in (schemas, *others)]
    inside = [folder for folder in folders if Path(folder).is_relative_to(top)]
    new = git.output(place.folder, *status, "--untracked-files=all", "--", *inside)
    listed = (tracked + new).decode(errors="surrogateescape").splitlines()
    return sorted({line[3:] for line in listed})


def shown_revision(schemas: Path, revision: str) -> str:
    """Return what a changelog calls a revision: the tag, else the hash; empty for a folder."""
    try:
        place = git.place_of(schemas)
        commit = git.commit_of(place.folder, revision)
        is_tag = bool(git.line(place.folder, "tag", "--list", revision)) if commit else False
    except git.GitError:
        return ""
    return revision if is_tag else commit


def includes(schemas: Path, revision: str, other: str) -> bool:
    """Tell whether everything since `other` is since `revision` too: `revision` came no later."""
    if not revision or not other:
        return False
    try:
        place = git.place_of(schemas)
        done = git.run(place.folder, "merge-base", "--is-ancestor", revision, other)
    except git.GitError:
        return False
    return done.returncode == 0


def _tags(place: git.GitFolder) -> list[str]:
    """Return the tags that led here, the newest first; only versions, if there are any."""
    # The last key counts most: of tags of one second, the greatest version is the newest.
    order = ("--sort=-version:refname", "--sort=-creatordate")
    listed = git.line(place.folder, "for-each-ref", "--merged=HEAD", *order, "--format=%(refname:strip=2)", "refs/tags")  # fmt: skip
    tags = listed.splitlines()
    versions = [tag for tag in tags if _VERSION.search(tag)]
    return versions or tags


def _has_schemas(place: git.GitFolder, revision: str) -> bool:
    commit = git.commit_of(place.folder, revision)
    spec = f"{commit}:{place.path}"
    return bool(commit and git.line(place.folder, "rev-parse", "--verify", "--quiet", spec))


def _heading_commit(schemas: Path, place: git.GitFolder) -> str:
    """Return the commit that added the heading of the newest release."""
    heading = newest_heading(schemas)
    if not heading:
        return ""
    path = f":(top){place.path}/{CHANGELOG}".replace(":(top)/", ":(top)")
    log = git.line(place.folder, "log", "--format=%H", f"-S{heading}", "HEAD", "--", path)
    return log.splitlines()[-1] if log else ""
