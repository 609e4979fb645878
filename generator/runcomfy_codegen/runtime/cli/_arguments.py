"""Split a command line into the texts of an endpoint's fields and the options of the command.

click takes one value for an option, and stops at the first mistake. Here a list may follow its
option, `_` is as good as `-`, and all problems are reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..errors import FieldProblem
from ._fields import InputField

_NUMBER = re.compile(r"-[.\d]")
_BOOLEANS = ("true", "false")


@dataclass
class Arguments:
    """The arguments of a command line.

    Attributes:
        texts: The values of fields by Python name, in the order in which they were given.
        problems: What is wrong with the options.
        rest: The words that belong to the command's own options, for click.
    """

    texts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    problems: list[FieldProblem] = field(default_factory=list[FieldProblem])
    rest: list[str] = field(default_factory=list[str])


class Splitter:
    """A reader of command lines for one endpoint."""

    def __init__(self, fields: Iterable[InputField], own: Mapping[str, bool]) -> None:
        """Prepare the table of options.

        Args:
            fields: The fields of the endpoint.
            own: The options of the command itself, and whether each takes a value.
        """
        self._fields: dict[str, InputField] = {}
        fields = tuple(fields)
        for input_field in fields:
            for option in (input_field.option, *input_field.aliases):
                self._fields[option] = input_field
        for input_field in fields:  # the Python name works too, unless it is another field's option
            self._fields.setdefault(f"--{input_field.name.replace('_', '-')}", input_field)
        self._own = own

    def split(self, words: Iterable[str]) -> Arguments:
        """Split a command line. Never raises: mistakes are in `problems`."""
        arguments, left = Arguments(), list(words)
        while left:
            self._take_word(arguments, left)
        return arguments

    def _take_word(self, arguments: Arguments, left: list[str]) -> None:
        word = left.pop(0)
        option, equals, text = word.partition("=")
        if not word.startswith("-") or word == "-":
            arguments.problems.append(FieldProblem("", self._stray(word)))
        elif word[:2] != "--" or option in self._own:
            arguments.rest.append(word)
            if self._own.get(word) and left:
                arguments.rest.append(left.pop(0))
        elif input_field := self._field(option):
            self._take_values(input_field, [text] if equals else None, left, arguments)
        elif flag := self._negated_flag(option):
            arguments.texts[flag.name] = ["false"]
        else:
            arguments.problems.append(FieldProblem(option, self._unknown(option)))
            while left and not left[0].startswith("-"):
                left.pop(0)

    def _field(self, option: str) -> InputField | None:
        return self._fields.get(option) or self._fields.get(option.replace("_", "-"))

    def _negated_flag(self, option: str) -> InputField | None:
        """Return the flag that `--no-flag` turns off."""
        input_field = self._field(option.replace("--no", "-", 1))
        return input_field if input_field and input_field.is_flag else None

    def _take_values(
        self,
        input_field: InputField,
        texts: list[str] | None,
        left: list[str],
        arguments: Arguments,
    ) -> None:
        if input_field.is_flag and texts is None:
            texts = [left.pop(0)] if left and left[0] in _BOOLEANS else ["true"]
        if texts is None:
            if not left or self._is_option(left[0]):
                option = input_field.option
                why = f"needs a value; write {option}=... if it begins with a dash"
                arguments.problems.append(FieldProblem(option, why))
                return
            texts = [left.pop(0)]
            while input_field.array and left and self._is_value(left[0]):
                texts.append(left.pop(0))
        if input_field.array:
            arguments.texts.setdefault(input_field.name, []).extend(texts)
        else:
            arguments.texts[input_field.name] = texts  # the last one counts, as usual in a shell

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
