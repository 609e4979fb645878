"""Another Python writes the same bytes and runs the SDK: the oldest, or the newest where that is this one.

`make check-matrix` tries all; the Python of the tests has its own environment in test_consumer.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .pythons import VERSIONS, interpreter
from .same_bytes import wrong


def test_same_bytes_and_a_working_sdk(tmp_path: Path) -> None:
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in (VERSIONS[0], *reversed(VERSIONS)):
        if version != own and (python := interpreter(version)):
            assert wrong(version, python, tmp_path) == []
            return
    pytest.skip(f"there is no Python on this machine but {own}")
