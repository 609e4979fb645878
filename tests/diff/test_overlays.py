"""Both sides are compared as `generate` reads them: with our corrections made."""

from __future__ import annotations

from typing import Any

from runcomfy_codegen.diff.report import LAYOUTS

from .._support.diff import MODEL, between, only, rules_of
from .._support.generator import source

TEXT = {"type": "string"}


def entry(was: Any, now: Any, at: str = "/properties/x/maxLength") -> dict[str, Any]:
    sides = {"was": was, "now": now}
    return {"at": at, "reason": "we know"} | {
        key: value for key, value in sides.items() if value is not None
    }


def test_a_change_that_is_ours_says_so() -> None:
    old = source(MODEL, {"x": TEXT})
    new = source(MODEL, {"x": TEXT}, overlay=[entry(None, 10)])
    difference = between([old], [new])
    change = only(difference)
    assert (change.rule_id, change.by_overlay) == ("input-length-tightened", True)
    assert change.counterexample
    assert change.counterexample.body == {"x": "x" * 11}
    assert "(by our overlay)" in LAYOUTS["text"](difference)


def test_a_change_of_the_vendor_beside_an_overlay_is_theirs() -> None:
    overlay = [entry(None, 10)]
    old = source(MODEL, {"x": TEXT, "y": TEXT}, overlay=overlay)
    new = source(MODEL, {"x": TEXT, "y": {"type": "integer"}}, overlay=overlay)
    assert not only(between([old], [new])).by_overlay


def test_overlay_that_the_vendor_applied_can_be_removed() -> None:
    overlay = [entry(20, 10)]
    old = source(MODEL, {"x": {**TEXT, "maxLength": 20}}, overlay=overlay)
    new = source(MODEL, {"x": {**TEXT, "maxLength": 10}}, overlay=overlay)
    difference = between([old], [new])
    assert rules_of(difference) in ([], ["input-spelling-changed"])
    (notice,) = difference.notices
    assert notice.rule == "overlay-expired"
    assert "the vendor made this correction" in LAYOUTS["text"](difference)
    assert not difference.breaks


def test_outdated_overlay_makes_the_endpoint_unreadable() -> None:
    overlay = [entry(20, 10)]
    old = source(MODEL, {"x": {**TEXT, "maxLength": 20}}, overlay=overlay)
    new = source(MODEL, {"x": {**TEXT, "maxLength": 30}}, overlay=overlay)
    difference = between([old], [new])
    assert [problem.rule for problem in difference.problems] == ["overlay-expired"]
    assert not difference.changes
