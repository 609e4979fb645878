"""Ask git about the repository that a folder is in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class GitError(Exception):
    """An answer that git cannot give; the message says why."""


class GitMissing(GitError):
    """A machine without git."""


# In a hook, other GIT_ variables point to the hook's repository instead of the folder's. Those that
# configure git (`safe.directory` in CI) are kept.
_KEPT = ("GIT_CONFIG", "GIT_EXEC_PATH", "GIT_SSL_")


class GitFolder(NamedTuple):
    """A folder in a repository.

    Attributes:
        folder: Where git runs.
        path: The folder's path from the top of the repository; empty for the top itself.
    """

    folder: Path
    path: str


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for git, without the variables that point to another repository."""
    return {
        key: value
        for key, value in inherited.items()
        if not key.upper().startswith("GIT_") or key.upper().startswith(_KEPT)
    } | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder.

    Raises:
        GitMissing: If git is not installed.
    """
    try:
        return subprocess.run(  # noqa: S603 - no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's git, wherever it is
            input=stdin,
            capture_output=True,
            check=False,
            env=environment(os.environ),
        )
    except FileNotFoundError:
        raise GitMissing("git is not installed") from None


def output(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Return what git prints.

    Raises:
        GitError: If git fails or is not installed.
    """
    done = run(folder, *arguments, stdin=stdin)
    if done.returncode:
        raise GitError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def line(folder: Path, *arguments: str) -> str:
    """Return the one line that git prints; empty if it fails."""
    return run(folder, *arguments).stdout.decode(errors="surrogateescape").strip("\r\n")


def place_of(folder: Path) -> GitFolder:
    """Find a folder in its repository, through links. It need not exist.

    Raises:
        GitError: If it is in no repository, or git is not installed.
    """
    real = folder.resolve()
    existing = next(parent for parent in (real, *real.parents) if parent.is_dir())
    prefix = output(existing, "rev-parse", "--show-prefix").decode(errors="surrogateescape")
    parts = [prefix.strip("\r\n").strip("/"), real.relative_to(existing).as_posix()]
    return GitFolder(existing, "/".join(part for part in parts if part not in ("", ".")))


def commit_of(folder: Path, revision: str) -> str:
    """Return the hash of the commit that a revision names; empty if there is none."""
    if revision.startswith("-"):
        return ""
    return line(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")


def top_of(folder: Path) -> Path | None:
    """Return the top folder of the repository without running git; None outside of one."""
    real = folder.resolve()
    # .git is a file in submodules and in the working trees of `git worktree`.
    return next((parent for parent in (real, *real.parents) if (parent / ".git").exists()), None)
