"""Other Pythons write the same bytes and run the SDK; `make check-matrix` tries all of them.

That of the tests has a test in an environment of its own, in test_consumer.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .pythons import VERSIONS, interpreter
from .same_bytes import wrong


@pytest.mark.parametrize("which", ["oldest", "newest"])
def test_same_bytes_and_a_working_sdk(which: str, tmp_path: Path) -> None:
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    others = {each: found for each in VERSIONS if each != own and (found := interpreter(each))}
    if len(others) <= ["oldest", "newest"].index(which):
        pytest.skip(f"there is no Python on this machine for it but {own} and {[*others]}")
    version = [*others][0 if which == "oldest" else -1]
    assert wrong(version, others[version], tmp_path) == []
