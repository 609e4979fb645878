"""Our corrections, each only as long as it fits what is published."""

from __future__ import annotations

from typing import Any

import pytest
from runcomfy_codegen.schemas.overlays import apply_overlay
from runcomfy_codegen.text.problems import Problem

from .._support.generator import source

PROPERTIES: dict[str, dict[str, Any]] = {
    "image": {"type": "array", "maxItems": 3, "enum": ["a", "b"]},
    "a/b": {"type": "string"},
    "c~d": {"type": "string"},
}
REASON = "because"


def applied(*entries: Any, overlay: Any = None) -> tuple[Any, Any, list[Problem]]:
    """Input properties, output document, and problems."""
    published = source(properties=PROPERTIES, overlay=list(entries) if overlay is None else overlay)
    before = published.input.text, str(published.overlay and published.overlay.value)
    corrected, problems = apply_overlay(published)
    assert published.input.value["properties"] == PROPERTIES  # never in place
    assert before == (published.input.text, str(published.overlay and published.overlay.value))
    return corrected.input.value["properties"], corrected.output.value, problems


def entry(at: str, **more: Any) -> dict[str, Any]:
    return {"at": at, "reason": REASON, **more}


def test_no_overlay() -> None:
    published = source()
    assert apply_overlay(published) == (published, [])


@pytest.mark.parametrize(
    ("correction", "image"),
    [
        (entry("/properties/image/maxItems", was=3, now=4), {"type": "array", "maxItems": 4, "enum": ["a", "b"]}),
        (entry("/properties/image/maxItems", was=3), {"type": "array", "enum": ["a", "b"]}),
        (entry("/properties/image/minItems", now=1), {"type": "array", "maxItems": 3, "enum": ["a", "b"], "minItems": 1}),
        (entry("/properties/image/enum/1", was="b", now="c"), {"type": "array", "maxItems": 3, "enum": ["a", "c"]}),
        (entry("/properties/image/enum/0", was="a"), {"type": "array", "maxItems": 3, "enum": ["b"]}),
        (entry("/properties/image/enum/2", now="c"), {"type": "array", "maxItems": 3, "enum": ["a", "b", "c"]}),
        (entry("/properties/image/maxItems", was=3, now=None), {"type": "array", "maxItems": None, "enum": ["a", "b"]}),
    ],
)  # fmt: skip
def test_applied(correction: Any, image: Any) -> None:
    properties, _, problems = applied(correction)
    assert not problems
    assert properties["image"] == image


def test_escaped_pointers() -> None:
    properties, _, problems = applied(
        entry("/properties/a~1b/type", was="string", now="integer"),
        entry("/properties/c~0d/type", was="string", now="float"),
    )
    assert not problems
    assert (properties["a/b"]["type"], properties["c~d"]["type"]) == ("integer", "float")


def test_the_output_as_published() -> None:
    _, output, problems = applied(
        entry("/output/properties/image/format", was="uri"),
        entry("/output/properties/audio", now={"type": "string"}),
    )
    assert not problems
    assert output["output"]["properties"]["image"] == {"type": "string"}
    assert output["output"]["properties"]["audio"] == {"type": "string"}


def test_one_entry_can_build_on_another() -> None:
    properties, _, problems = applied(
        entry("/properties/new", now={"type": "string"}),
        entry("/properties/new/maxLength", now=5),
    )
    assert not problems
    assert properties["new"] == {"type": "string", "maxLength": 5}


@pytest.mark.parametrize(
    ("correction", "severity", "words"),
    [
        (entry("/properties/image/maxItems", was=5, now=3), "warning", "the vendor made this correction"),
        (entry("/properties/image/minItems", was=5), "warning", "the vendor made this correction"),
        (entry("/properties/image/maxItems", was=5, now=6), "error", "published value is now 3, no longer 5"),
        (entry("/properties/image/maxItems", now=6), "error", "published value is now 3, no longer absent"),
        (entry("/properties/image/minItems", was=1, now=6), "error", "published value is now absent, no longer 1"),
        (entry("/properties/image/maxItems", was=True, now=6), "error", "published value is now 3"),
        (entry("/properties/image/enum", was=["a", True], now=[]), "error", 'published value is now ["a", "b"]'),
    ],
)  # fmt: skip
def test_expired(correction: Any, severity: str, words: str) -> None:
    properties, _, (problem,) = applied(correction)
    assert properties == PROPERTIES
    assert (problem.rule, problem.severity, problem.pointer) == ("overlay-expired", severity, "/0")
    assert words in problem.message
    assert problem.hint
    assert problem.file == "schemas/acme/demo/overlay.json"
    assert problem.line


@pytest.mark.parametrize(
    "at",
    ["/properties/gone/type", "/properties/image/enum/3", "/properties/image/enum/01", "/properties/image/enum/-",
     "/properties/image/enum/٣", "/properties/image/type/0", "/no/way/at/all"],
)  # fmt: skip
def test_a_target_that_is_not_there(at: str) -> None:
    _, _, (problem,) = applied(entry(at, now=1))
    assert (problem.rule, problem.severity) == ("overlay-target", "error")
    assert at in problem.message


@pytest.mark.parametrize(
    "correction",
    [
        "text",
        None,
        [],
        {"at": "/properties/image/maxItems", "now": 1},
        {"reason": REASON, "now": 1},
        entry("/properties/image/maxItems", was=3, now=4, because="x"),
        entry("properties/image", now=1),
        entry("", now=1),
        entry("/properties/~2", now=1),
        entry("/properties/image/maxItems", was=3, now=3),
        entry("/properties/image/maxItems"),
        {"at": 3, "now": 1, "reason": REASON},
        {"at": "/x", "now": 1, "reason": " "},
        {"at": "/x", "now": 1, "reason": 1},
    ],
)
def test_what_is_no_entry(correction: Any) -> None:
    properties, _, (problem,) = applied(correction)
    assert properties == PROPERTIES
    assert (problem.rule, problem.severity, problem.pointer) == ("overlay-shape", "error", "/0")
    assert '"was"' in problem.hint


@pytest.mark.parametrize("overlay", [{}, "x", 3, {"at": "/x"}])
def test_what_is_no_list(overlay: Any) -> None:
    _, _, (problem,) = applied(overlay=overlay)
    assert (problem.rule, problem.pointer) == ("overlay-shape", "")


@pytest.mark.parametrize(
    "correction",
    [
        entry("/properties", was=PROPERTIES, now=5),
        entry("/type", was="object", now="array"),
        entry("/properties/image", was=PROPERTIES["image"], now="array"),
        entry("/required", was=[], now="image"),
        entry("/output/properties", now=[], was={}),
    ],
)
def test_a_correction_that_leaves_no_schema_is_refused(correction: Any) -> None:
    properties, _, problems = applied(correction)
    assert properties == PROPERTIES
    assert {problem.severity for problem in problems} == {"error"}


def test_all_problems_at_once() -> None:
    _, _, problems = applied(
        "x", entry("/gone/x", now=1), entry("/properties/image/maxItems", was=9, now=1)
    )
    assert [problem.pointer for problem in problems] == ["/0", "/1", "/2"]


MAX = "/properties/image/maxItems"
IMAGE = PROPERTIES["image"]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (entry(MAX, was=3, now=4), entry(MAX, was=3, now=5), f"entry 0 corrects {MAX} too"),
        (entry(MAX, was=3, now=4), entry(MAX, was=4, now=5), f"entry 0 corrects {MAX} too"),
        (entry(MAX, was=3, now=4), entry("/properties/image", was=IMAGE), f"after entry 0, which corrects {MAX}, "),
        (entry("/properties/image", was=IMAGE), entry(MAX, was=3, now=4), f"{MAX} is not there any more"),
        (entry("/properties/image", was=IMAGE, now={"type": "array"}), entry(MAX, was=3, now=4), f"{MAX} is absent, not 3"),
        (
            entry("/properties/image/enum/0", was="a"),
            entry("/properties/image/enum/0", was="a", now="c"),
            "entry 0 corrects /properties/image/enum/0 too",
        ),
        (entry("/properties/image/enum/0", was="a"), entry("/properties/image/enum/1", was="b", now="c"), "is absent, not"),
    ],
)  # fmt: skip
def test_entries_that_conflict(first: Any, second: Any, words: str) -> None:
    """The first is made; the second is not blamed on the vendor."""
    properties, _, (problem,) = applied(first, second)
    assert properties == applied(first)[0]
    assert (problem.rule, problem.severity, problem.pointer) == ("overlay-conflict", "error", "/1")
    assert words in problem.message
    assert problem.hint


def test_an_entry_for_a_neighbour_is_no_conflict() -> None:
    _, _, problems = applied(
        entry(MAX, was=3, now=4), entry("/properties/image/minItems", now=1), entry("/properties/im", now={"type": "string"})
    )  # fmt: skip
    assert not problems
    # A list that has lost a member before this one: `at` is where it is now.
    properties, _, problems = applied(
        entry("/properties/image/enum/0", was="a"),
        entry("/properties/image/enum/0/x", now=1),
    )
    assert [problem.rule for problem in problems] == ["overlay-conflict"]
    assert properties["image"]["enum"] == ["b"]


def test_the_conflict_of_an_expired_entry_is_none() -> None:
    _, _, problems = applied(entry(MAX, was=9, now=3), entry(MAX, was=3, now=5))
    assert [(problem.rule, problem.severity) for problem in problems] == [
        ("overlay-expired", "warning")
    ]


def test_unwrapped_output_is_corrected_at_the_same_place() -> None:
    plain = {"type": "object", "properties": {"image": {"type": "string"}}}
    fix = entry("/output/properties/image/type", was="string", now="array")
    corrected, problems = apply_overlay(source(output=plain, overlay=[fix]))
    assert not problems
    assert corrected.output.value == {"type": "object", "properties": {"image": {"type": "array"}}}
    assert plain["properties"] == {"image": {"type": "string"}}
    for now in ({}, {"now": 3}):
        corrected, problems = apply_overlay(
            source(output=plain, overlay=[entry("/output", was=plain, **now)])
        )
        assert {problem.severity for problem in problems} == {"error"}
        assert corrected.output.value == plain


def test_all_that_is_wrong_with_an_entry() -> None:
    _, _, problems = applied({"at": "x", "because": "y", "now": 1})
    assert [problem.message for problem in problems] == [
        "unknown key 'because'; expected one of at, was, now, reason",
        "`at` must be a JSON pointer (RFC 6901) to an object member",
        "`reason` must say why",
    ]


def test_a_problem_is_shown_at_its_entry() -> None:
    published = source(
        properties=PROPERTIES, overlay=[entry(MAX, was=3, now=4), entry("/no/x", now=1)]
    )
    assert published.overlay
    _, (problem,) = apply_overlay(published)
    line = published.overlay.text.splitlines()[problem.line - 1]
    assert (line[problem.column - 1 :], problem.pointer) == ("{", "/1")
    assert problem.line == 8


def test_a_long_value_is_cut() -> None:
    _, _, (problem,) = applied(entry(MAX, was="x" * 5000, now=1))
    assert len(problem.message) < 400
