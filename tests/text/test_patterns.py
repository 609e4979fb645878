"""Patterns that are compiled when they are used answer as those of `re` do."""

from __future__ import annotations

import re

import pytest
from runcomfy_codegen.text.patterns import Pattern

WORD = r"\b(?P<word>[a-z]+)\b"
TEXT = "a bc, def"


def test_a_pattern_is_not_compiled_before_it_is_used() -> None:
    pattern = Pattern("(")
    with pytest.raises(re.error):
        pattern.search("")


def test_a_pattern_answers_as_that_of_re() -> None:
    ours, theirs = Pattern(WORD), re.compile(WORD)
    assert [match["word"] for match in ours.finditer(TEXT)] == ["a", "bc", "def"]
    assert ours.findall(TEXT) == theirs.findall(TEXT)
    assert ours.sub("x", TEXT, 2) == theirs.sub("x", TEXT, 2)
    assert ours.split(TEXT) == theirs.split(TEXT)
    for ask in (Pattern.search, Pattern.match):
        found = ask(ours, TEXT, 2)
        assert found is not None
        assert found["word"] == "bc"
    assert ours.fullmatch("abc")
    assert not ours.fullmatch(TEXT)


def test_a_pattern_takes_flags() -> None:
    assert Pattern("a", re.IGNORECASE).fullmatch("A")
