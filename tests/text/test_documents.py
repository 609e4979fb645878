"""Strict JSON documents: what is refused and where, positions, the one layout."""

from __future__ import annotations

import json

import pytest
from runcomfy_codegen.text.documents import MAX_DEPTH, Document, dumps, parse, pointer_to


def rules(text: str | bytes) -> list[tuple[str, int, int, str]]:
    document, problems = parse(text, "a.json")
    assert document is None
    assert all(problem.file == "a.json" for problem in problems)
    return [(found.rule, found.line, found.column, found.pointer) for found in problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("json-syntax", 1, 1, "")),
        ('{"a": 1', ("json-syntax", 1, 8, "")),
        ('{\n  "a" 1}', ("json-syntax", 2, 7, "/a")),
        ('{"a": [1,]}', ("json-syntax", 1, 10, "/a/1")),
        ('{"a": 1,}', ("json-syntax", 1, 9, "")),
        ("{'a': 1}", ("json-syntax", 1, 2, "")),
        ('{"a": tru}', ("json-syntax", 1, 7, "/a")),
        ('{"a": 01}', ("json-syntax", 1, 8, "")),
        ('{"a": "x\ny"}', ("json-syntax", 1, 9, "/a")),
        ('{"a": "\\x"}', ("json-syntax", 1, 8, "/a")),
        ("{} {}", ("json-syntax", 1, 4, "")),
        ("[1] // why", ("json-syntax", 1, 5, "")),
        ('{"a": NaN}', ("json-number", 1, 7, "/a")),
        ("[-Infinity]", ("json-number", 1, 2, "/0")),
        ("[1, 1e999]", ("json-number", 1, 5, "/1")),
        ("[" + "1" * 5000 + "]", ("json-number", 1, 2, "/0")),
        ('["\\ud800"]', ("json-surrogate", 1, 2, "/0")),
        ('{"\\udfff": 1}', ("json-surrogate", 1, 2, "")),
        (b'{\n"a": "\xff"}', ("encoding", 2, 7, "")),
        ('{"a": 1,\n "a": 2}', ("json-duplicate-key", 2, 2, "/a")),
        ('{"a": {"b/c": 1, "b/c": 2}}', ("json-duplicate-key", 1, 18, "/a/b~1c")),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), ("json-depth", 1, MAX_DEPTH + 1, "/0" * 8)),
        ("[" * 200_000, ("json-depth", 1, MAX_DEPTH + 1, "/0" * 8)),
    ],
)
def test_what_is_refused_and_where(text: str | bytes, expected: tuple[str, int, int, str]) -> None:
    assert rules(text) == [expected]


def test_all_problems_at_once() -> None:
    text = '{"a": 1,\n "a": NaN,\n "b": ["\\ud800", 1e999, {"c": 1, "c": 2}],\n oops}'
    assert rules(text) == [
        ("json-duplicate-key", 2, 2, "/a"),
        ("json-number", 2, 7, "/a"),
        ("json-surrogate", 3, 8, "/b/0"),
        ("json-number", 3, 18, "/b/1"),
        ("json-duplicate-key", 3, 34, "/b/2/c"),
        ("json-syntax", 4, 2, ""),
    ]


def test_a_merge_conflict_is_named() -> None:
    _, problems = parse('{"a": 1\n<<<<<<< HEAD\n,"b": 2\n=======\n}\n>>>>>>> A\n', "a.json")
    assert [(found.message, found.line, found.column) for found in problems] == [
        ("a merge conflict that nobody has resolved", 2, 1)
    ]


def test_a_report_can_always_be_encoded() -> None:
    _, problems = parse('{"\\ud800": 1, "\\ud800": 2}', "a.json")
    assert len(problems) == 3
    assert all(str(problem).encode() for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        " [1, -2.5e-3, true, null]\r\n",
        '"\\ud83d\\ude00 \\\\ud800"',
        '{"a": {"a": {"a": 1}}}',
        "[" * MAX_DEPTH + "]" * MAX_DEPTH,
    ],
)
def test_good_documents_are_what_json_says(text: str) -> None:
    for variant in (text, text.encode(), "\ufeff" + text):
        document, problems = parse(variant, "a.json")
        assert problems == []
        assert document is not None
        assert document.value == json.loads(text)


def test_positions_are_those_of_keys_and_elements() -> None:
    document, _ = parse('{\n  "a/b": {"~": [1,\n   2]},\n  "é": 3}', "a.json")
    assert document is not None
    assert document.locate("") == (1, 1)
    assert document.locate(pointer_to("a/b")) == (2, 3)
    assert document.locate(pointer_to("a/b", "~")) == (2, 11)
    assert document.locate(pointer_to("a/b", "~", 1)) == (3, 4)
    assert document.locate(pointer_to("é")) == (4, 3)
    assert document.locate(pointer_to("a/b", "not there", 7)) == (2, 3)
    problem = document.problem("rule", "warning", "odd", pointer_to("é"), "hint")
    assert str(problem) == "a.json:4:3: warning: odd (at /é) [rule]\n    hint"


def test_a_document_made_in_memory_has_no_positions() -> None:
    assert Document("made", {"a": 1}).locate("/a") == (0, 0)


def test_one_layout() -> None:
    value = {"z": [1, 1.0, 1e-07], "a": "你\u2028", "big": 2**70, "none": {}}
    text = dumps(value)
    assert text == (
        '{\n  "z": [\n    1,\n    1.0,\n    1e-07\n  ],\n  "a": "你\u2028",\n'
        '  "big": 1180591620717411303424,\n  "none": {}\n}\n'
    )
    document, _ = parse(text, "a.json")
    assert document is not None
    assert dumps(document.value) == text
    with pytest.raises(ValueError, match="JSON compliant"):
        dumps(float("nan"))
