"""`make check-matrix` tries what both distributions claim."""

from __future__ import annotations

from .matrix import ROOT, TESTS, ranges, tools


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
