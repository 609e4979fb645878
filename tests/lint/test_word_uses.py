"""The summary of the dialect: every word that is not JSON Schema, its reading, and how often."""

from __future__ import annotations

from typing import Any

from runcomfy_codegen.lint.report import examine
from runcomfy_codegen.lint.word_uses import words_of

from .._support.generator import source
from .cases import OUTPUT, ruled

FLOAT = {"type": "float"}


def summary(*sources: Any) -> list[tuple[str, str, str, int]]:
    return [(each.kind, each.word, each.reading, each.endpoints) for each in words_of(sources)]


def test_words_are_counted_by_endpoint() -> None:
    plain = {"x": {"type": ["float", "null"]}, "y": FLOAT, "z": {"type": "array", "items": FLOAT}}
    one = source("acme/one", plain, output=OUTPUT)
    other = source("acme/other", {"x": FLOAT}, output=OUTPUT)
    assert summary(one, other) == [
        ("format", "uri", "URL", 2),
        ("type", "float", "type number", 2),
    ]
    assert summary(source("acme/none", output={"type": "object"})) == []


def test_every_kind_of_word() -> None:
    properties: dict[str, Any] = {
        "a": {"type": "string", "format": "image_uri"},
        "b": {"type": "array", "format": "video_uris"},
        "c": {"type": "string", "format": "uri"},
        "d": {"type": "text", "x-hint": 3, "nullable": True},
        "e": ruled(rule="duration<"),
        "f": {"type": "string", "validations": ruled()["validations"], "pattern": "x"},
    }
    assert summary(source("acme/demo", properties, output={"output": {"type": "object"}})) == [
        ("format", "image_uri", "image: URL or local file", 1),
        ("format", "uri", "not checked", 1),
        ("format", "video_uris", "list of video: URL or local file", 1),
        ("keyword", "nullable", "null is allowed", 1),
        ("keyword", "validations", "validation rules, each by its name", 1),
        ("keyword", "x-hint", "ignored", 1),
        ("rule", "duration<", "shown, not enforced", 1),
        ("rule", "file_size_mb<", "shown, not enforced", 1),
        ("type", "text", "not read: the endpoint fails", 1),
        ("wrapper", "output", "read as the wrapper of the output schema", 1),
    ]


def test_a_word_that_an_overlay_corrects_is_not_there() -> None:
    fix = {"at": "/properties/x/type", "was": "float", "now": "number", "reason": "plain JSON"}
    corrected = examine([source("acme/demo", {"x": FLOAT}, output=OUTPUT, overlay=[fix])])
    assert not corrected.findings
    assert [each.word for each in corrected.dialect] == ["uri"]
