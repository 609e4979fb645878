"""Hostile endpoints through the whole program; `python -m tests.proof hostile 10000` is the full proof."""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .hostile_judge import differences, invisible, judge
from .hostile_routes import ROUTES
from .hostile_schemas import OUTPUT, Case, corpus, drawn, endpoint, one_by_one, request
from .hostile_sizes import SIZES, pumped
from .hostile_texts import IDS
from .hostile_watch import nothing_else_is_touched

DRAWN, SEED = 100, 11
QUICK = (
    *(
        "depth 38 by properties",
        "depth 490 by items",
        "depth 480 by anyOf",
        "1,000 branches",
        "400 rules",
    ),
    *("a billion items", "a choice of 10 MB", "a key of 400 KB", "20,000 choices in 200 enums"),
)
CPU = 10.0  # seconds of one command: five times what `make proof` allows


def test_texts_in_every_slot(tmp_path: Path) -> None:
    """Every third one, which takes 5 s; `make proof` has all."""
    verdict = judge(islice(corpus(), 0, None, 3), tmp_path, ("folder",))
    assert verdict.failures == []
    assert set(verdict.rules) == {"json-number", "json-syntax", "schema-shape", "unreadable"}
    assert list(verdict.outcomes.values()).count("generated") > 80


def test_every_id_by_every_way_in(tmp_path: Path) -> None:
    ids = [case for case in one_by_one() if case.model_id in IDS]
    verdict = judge(ids, tmp_path, ("catalogue", "page", "html"))
    assert verdict.failures == []
    assert verdict.outcomes["a/_nul_"] == verdict.outcomes["a/\u0130"] == "generated"
    for model_id in (
        "../../outside",
        "/etc/passwd",
        "nul/a",
        "a/%2fetc",
        "a/\u202ecod",
        "one",
        "a/{id}",
    ):
        assert verdict.outcomes[model_id] == "refused"


def test_drawn_at_random(tmp_path: Path) -> None:
    """Nearly half of them are bad, and none of the others is blocked by it."""
    verdict = judge((drawn(SEED, each) for each in range(DRAWN)), tmp_path)
    assert verdict.failures == []
    outcomes = list(verdict.outcomes.values())
    assert outcomes.count("generated") > DRAWN / 4
    assert outcomes.count("refused") > DRAWN / 4


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(st.randoms(use_true_random=False))
def test_drawn_by_hypothesis(rng: Random) -> None:
    """Draw endpoints with hypothesis, which looks for the smallest one that fails."""
    with tempfile.TemporaryDirectory() as folder:
        verdict = judge([endpoint(rng, 0)], Path(folder).resolve())
    assert verdict.failures == []


@pytest.mark.parametrize("name", QUICK)
def test_sizes(tmp_path: Path, name: str) -> None:
    verdict = judge([Case("acme/size", SIZES[name]())], tmp_path, ("folder",))
    assert verdict.failures == []
    assert verdict.slowest < CPU


@pytest.mark.parametrize("number", range(3))
def test_texts_for_slow_patterns(tmp_path: Path, number: int) -> None:
    verdict = judge([pumped(SEED, number)], tmp_path, (ROUTES[number],))
    assert verdict.failures == []
    assert verdict.slowest < CPU


def test_a_judge_that_sees_nothing_proves_nothing() -> None:
    property_ = {"type": "string", "enum": ["a", "\u202e"], "description": "two  words"}
    case = Case("acme/demo", request({"x": property_}, "x"))
    told: dict[str, Any] = {
        "model_id": "acme/demo",
        "input_schema": case.input,
        "output_schema": OUTPUT,
        "fields": {"x": {"choices": ["a", "\u202e"], "required": True}},
        "output": [],
        "classes": [],
        "rules": {},
        "doc": "x: two words.",
        "docs": [],
    }
    assert list(differences(case, told)) == []
    for key, wrong in {
        "model_id": "acme/other",
        "input_schema": {},
        "output_schema": {},
        "fields": {"y": told["fields"]["x"]},
        "output": ["image_"],
        "classes": [["x", "y"]],
        "rules": {"x": [["file_size_mb<", 1, ""]]},
        "doc": "x: two other words.",
        "docs": ["\x1b[31m"],
    }.items():
        assert len(list(differences(case, {**told, key: wrong}))) == 1, key
    for field in (
        {"choices": ["a"], "required": True},
        {"choices": ["a", "\u202e"], "required": False},
    ):
        assert len(list(differences(case, {**told, "fields": {"x": field}}))) == 1


def test_what_a_terminal_obeys_is_seen() -> None:
    assert invisible("a\x1b\u202e\x9b\u2028\n") == "U+001B, U+009B, U+2028, U+202E"
    assert invisible("é漢字🦊\u0600\n") == ""


def test_files_outside_are_seen(tmp_path: Path) -> None:
    failures: list[str] = []
    (tmp_path / "deep").mkdir()
    with nothing_else_is_touched(tmp_path, failures):
        (tmp_path / "outside").touch()
        (tmp_path / "deep" / "out").mkdir()
    assert len(failures) == 1
    assert "outside" in failures[0]
