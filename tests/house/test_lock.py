"""The pinned versions of `.ci/requirements.txt`, which `make lock` writes, fit `pyproject.toml`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / ".ci" / "requirements.txt").read_text("utf-8")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def test_every_requirement_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    pinned = {canonicalize_name(name): version for name, version in PIN.findall(LOCK)}
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name), "nothing")
        assert requirement.specifier.contains(
            version
        ), f"{requirement}: .ci/requirements.txt has {version}; run `make lock`"


def test_every_pin_has_hashes() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_lock_names_no_registry() -> None:
    assert "://" not in LOCK
