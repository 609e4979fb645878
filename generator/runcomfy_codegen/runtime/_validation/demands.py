"""What an object asks of its properties together: at least one of some, exactly one, not all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

How = Literal["any_of", "one_of", "not_all", "together"]
Values = tuple[tuple[str, tuple[Any, ...]], ...]
"""Wire names with the choices that each has."""


class Demand(NamedTuple):
    """A rule about which properties are given, and with which choice of those that tell the forms apart.

    how: how many of the forms must fit the names that are given: at least one (`any_of`), exactly one
    (`one_of`), or none (`not_all`, of a single form). In `together`, whoever gives the names of the first
    form must give those of the second.
    forms: wire names that must all be there; only: the names that a form allows, where it allows no others;
    values: the choices that a form leaves.
    """

    how: How
    forms: tuple[tuple[str, ...], ...]
    only: tuple[tuple[str, ...], ...] = ()
    values: tuple[Values, ...] = ()

    def is_met(self, given: Mapping[str, Any]) -> bool:
        """Return whether the properties that are given, by wire name, satisfy the demand."""
        present = [all(name in given for name in form) for form in self.forms]
        if self.how == "together":
            return not present[0] or present[1]
        if self.how == "not_all":
            return not any(present)
        for index, names in enumerate(self.only):
            present[index] &= all(name in names for name in given)
        for index, choices in enumerate(self.values):
            present[index] &= all(
                _is_among(given[name], values) for name, values in choices if name in given
            )
        return any(present) if self.how == "any_of" else present.count(True) == 1

    def in_words(self, names: Mapping[str, str]) -> str:
        """Return the demand as a sentence without its full stop.

        Args:
            names: Wire name to the name that is shown.
        """
        forms = [_listed([names.get(name, name) for name in form], "and") for form in self.forms]
        if self.how == "together":
            return f"give {forms[1]} with {forms[0]}"
        if self.how == "not_all":
            is_pair = len(self.forms[0]) > 1
            return f"do not give {forms[0]} together" if is_pair else f"leave out {forms[0]}"
        for index, choices in enumerate(self.values):
            forms[index] = _with_choices(self.forms[index], dict(choices), names)
        count = "exactly one" if self.how == "one_of" else "at least one"
        separator = "; " if any(" and " in form for form in forms) else ", "
        shown = separator.join(form or "none of the others" for form in forms)
        closed = ", and no parameter of the others" if self.only else ""
        return f"give {count} of {shown}{closed}"

    @property
    def schema(self) -> dict[str, Any]:
        """The demand as JSON Schema."""
        if self.how == "together":
            return {"dependentRequired": {name: [*self.forms[1]] for name in self.forms[0]}}
        branches: list[dict[str, Any]] = [{"required": [*form]} for form in self.forms]
        if self.how == "not_all":
            return {"not": branches[0]}
        for branch, only in zip(branches, self.only, strict=False):
            branch["propertyNames"] = {"enum": [*only]}
        for branch, choices in zip(branches, self.values, strict=False):
            branch["properties"] = {name: {"enum": [*values]} for name, values in choices}
        return {"anyOf" if self.how == "any_of" else "oneOf": branches}


def _listed(names: list[str], last: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def _with_choices(
    form: tuple[str, ...], choices: Mapping[str, tuple[Any, ...]], names: Mapping[str, str]
) -> str:
    """Return a form with the values that it asks for, those first."""
    said = [
        f"{names.get(name, name)}={_listed([json.dumps(each, ensure_ascii=False) for each in values], 'or')}"
        for name, values in choices.items()
    ]
    return _listed([*said, *(names.get(name, name) for name in form if name not in choices)], "and")


def _is_among(value: Any, values: tuple[Any, ...]) -> bool:
    # In Python True == 1, in JSON they differ.
    return any(
        value == each and isinstance(value, bool) == isinstance(each, bool) for each in values
    )
