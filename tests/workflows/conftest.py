"""A project of each CI service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .._support.nightly import Project


@pytest.fixture(params=["github", "gitlab"])
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Project]:
    made = Project(tmp_path, request.param)
    yield made
    made.close()
