# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What an object asks of its properties together: at least one of some, exactly one, not all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal, NamedTuple

How = Literal["any_of", "one_of", "not_all", "together"]


class Demand(NamedTuple):
    """A rule about which properties are given, whatever their values.

    how: how many of the forms must fit the names that are given: at least one (`any_of`), exactly one
    (`one_of`), or none (`not_all`, of a single form). In `together`, whoever gives the names of the first
    form must give those of the second.
    forms: wire names that must all be there; only: the names that a form allows, where it allows no others.
    """

    how: How
    forms: tuple[tuple[str, ...], ...]
    only: tuple[tuple[str, ...], ...] = ()

    def is_met(self, given: Collection[str]) -> bool:
        """Return whether the wire names that are given satisfy the demand."""
        present = [all(name in given for name in form) for form in self.forms]
        if self.how == "together":
            return not present[0] or present[1]
        if self.how == "not_all":
            return not any(present)
        for index, names in enumerate(self.only):
            present[index] &= all(name in names for name in given)
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
            return f"give {forms[0]} not together" if is_pair else f"leave out {forms[0]}"
        count = "exactly one" if self.how == "one_of" else "at least one"
        separator = "; " if any(" and " in form for form in forms) else ", "
        shown = separator.join(form or "none of the others" for form in forms)
        closed = ", and no names of another" if self.only else ""
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
        return {"anyOf" if self.how == "any_of" else "oneOf": branches}


def _listed(names: list[str], last: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
