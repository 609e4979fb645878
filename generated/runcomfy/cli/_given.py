# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What a command line says: the texts of the endpoint's fields, and the options of the command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..errors import FieldProblem
from ._fields import InputField

_NUMBER = re.compile(r"-[.\d]")
_BOOLEANS = ("true", "false")


@dataclass
class Given:
    """texts: by Python name, in the order in which they were given; rest: what is no field's."""

    texts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    problems: list[FieldProblem] = field(default_factory=list[FieldProblem])
    rest: list[str] = field(default_factory=list[str])


class Splitter:
    """Reads command lines for one endpoint. own: the command's options, and whether each has a value.

    click takes one value for an option and stops at the first mistake; here a list may follow its
    option, `_` is as good as `-`, and all that is wrong is told at once.
    """

    def __init__(self, fields: Iterable[InputField], own: Mapping[str, bool]) -> None:
        fields = tuple(fields)
        self._fields = {option: each for each in fields for option in (each.option, *each.aliases)}
        for each in fields:  # by its name in Python too, where that is nobody else's
            self._fields.setdefault(f"--{each.name.replace('_', '-')}", each)
        self._own = own

    def split(self, arguments: Iterable[str]) -> Given:
        """Never raises: what is wrong is in `problems`."""
        given, left = Given(), list(arguments)
        while left:
            word = left.pop(0)
            option, equals, text = word.partition("=")
            if not word.startswith("-") or word == "-":
                given.problems.append(FieldProblem("", self._stray(word)))
            elif word[:2] != "--" or option in self._own:
                given.rest.append(word)
                if self._own.get(word) and left:
                    given.rest.append(left.pop(0))
            elif found := self._field(option):
                self._take(found, [text] if equals else None, left, given)
            elif (found := self._field(option.replace("--no", "-", 1))) and found.is_flag:
                given.texts[found.name] = ["false"]
            else:
                given.problems.append(FieldProblem(option, self._unknown(option)))
                while left and not left[0].startswith("-"):
                    left.pop(0)
        return given

    def _field(self, option: str) -> InputField | None:
        return self._fields.get(option) or self._fields.get(option.replace("_", "-"))

    def _take(
        self, found: InputField, texts: list[str] | None, left: list[str], given: Given
    ) -> None:
        if found.is_flag and texts is None:
            texts = [left.pop(0)] if left and left[0] in _BOOLEANS else ["true"]
        if texts is None:
            if not left or self._is_option(left[0]):
                why = f"needs a value; write {found.option}=... if it begins with a dash"
                given.problems.append(FieldProblem(found.option, why))
                return
            texts = [left.pop(0)]
            while found.array and left and self._is_value(left[0]):
                texts.append(left.pop(0))
        if found.array:
            given.texts.setdefault(found.name, []).extend(texts)
        else:
            given.texts[found.name] = texts  # the last one counts, as everywhere in a shell

    def _is_option(self, word: str) -> bool:
        option = word.partition("=")[0]
        return option in self._own or self._field(option) is not None

    @staticmethod
    def _is_value(word: str) -> bool:
        return not word.startswith("-") or word == "-" or _NUMBER.match(word) is not None

    def _unknown(self, option: str) -> str:
        import difflib

        known = sorted({*self._fields, *self._own})
        near = difflib.get_close_matches(option.replace("_", "-"), known, n=1)
        return f"no such option; did you mean {near[0]}?" if near else "no such option"

    def _stray(self, word: str) -> str:
        example = next(iter(self._fields), "--prompt")
        return f"{word!r:.80} has no option before it, such as {example}"
