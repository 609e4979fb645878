"""A repository whose SDK was released once."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return the SDK of one model, tagged v0.3.1."""
    made = Repository(tmp_path)
    made.write("acme/paint")
    assert made.run("generate").exit_code == 0
    made.commit("v0.3.1")
    return made
