"""`make check-matrix` tries what both distributions claim."""

from __future__ import annotations

import tomllib

import yaml  # type: ignore[import-untyped]

from .matrix import ROOT, TESTS, ranges, tools
from .pythons import VERSIONS


def test_every_range_is_tried_at_its_lowest() -> None:
    found = ranges()
    assert {"httpx", "pydantic", "jsonschema", "click", "starlette", "uvicorn"} <= found.keys()
    assert {
        "anyio",
        "httpcore",
        "pydantic-core",
        "typing-extensions",
        "referencing",
    } <= found.keys()
    assert found["httpx"] == "0.27"
    assert "pytest" not in found, "the tests need a newer one than the fixture does"


def test_the_tests_that_are_tried_are_there() -> None:
    assert all((ROOT / "tests" / folder).is_dir() for folder in TESTS)
    wanted = " ".join(tools())
    for name in ("pytest==", "fastapi", "filetype", "datamodel-code-generator==", "black=="):
        assert name in wanted
    assert "mypy" not in wanted


def test_the_security_policy_names_the_pythons_that_are_tried() -> None:
    policy = (ROOT / ".github/SECURITY.md").read_text("utf-8")
    assert f"Python {VERSIONS[0]} to {VERSIONS[-1]}, " in policy


def test_classifiers_and_ci_name_the_pythons_that_are_tried() -> None:
    prefix = "Programming Language :: Python :: 3."
    for folder in (ROOT, ROOT / "generated"):
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        listed = [each for each in project["classifiers"] if each.startswith(prefix)]
        assert [each.rpartition(" ")[2] for each in listed] == list(VERSIONS), folder
        assert project["requires-python"] == f">={VERSIONS[0]}"
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == list(VERSIONS)
