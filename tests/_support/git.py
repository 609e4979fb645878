"""git, without the settings of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.com")
_NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    """Run git in a folder, and return what it printed. It must succeed."""
    done = attempted_git(folder, *arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def attempted_git(
    folder: Path, *arguments: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run git in a folder. It may fail."""
    return subprocess.run(
        ["git", "-C", str(folder), *_IDENTITY, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **_NO_SETTINGS},
        check=False,
    )
