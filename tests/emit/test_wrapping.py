"""Docstrings are wrapped as textwrap would, which takes ten times as long."""

from __future__ import annotations

import random
import textwrap

from runcomfy_codegen.text.untrusted import docstring

ROUNDS = 3000
ALPHABETS = ("ab", "abé-", "ab漢-\u3000")


def test_docstrings_are_wrapped_like_textwrap() -> None:
    chance = random.Random(14)
    for _ in range(ROUNDS):
        line = _line(chance)
        indent = chance.choice([0, 4, 8])
        # The first line leaves three columns to the quotes that come before it.
        expected = textwrap.wrap(
            line,
            100 - indent,
            initial_indent="   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        shown = docstring(f"{line}\n\nEnd.", indent).split(f"\n{' ' * indent}")
        assert [each.strip() for each in shown[: len(expected)]] == [
            each.strip() for each in (f'"""{expected[0].strip()}', *expected[1:])
        ]


def _line(chance: random.Random) -> str:
    alphabet = chance.choice(ALPHABETS)
    longest = chance.choice([8, 30, 120])
    words = [
        "x" + "".join(chance.choices(alphabet, k=chance.randint(0, longest)))
        for _ in range(chance.randint(1, 40))
    ]
    return chance.choice([" ", " ", "  "]).join(words)
