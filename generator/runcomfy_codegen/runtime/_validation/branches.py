"""Find the branches of a union that a value was meant for, by what pydantic found wrong in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
Branch = tuple[Path, tuple[str, ...]]
"""The path of a union's value, and the names that pydantic gives to the branch."""


@dataclass(frozen=True)
class Located:
    """An error of pydantic, with its path in what was given and the branches of unions on the way."""

    details: Any
    path: Path
    branches: tuple[Branch, ...]


def locate(details: Any, value: Any) -> Located:
    """Find what was given at the location of an error; pydantic adds names for the branches of unions."""
    keeps_last = details["type"] in ("missing", "extra_forbidden")
    loc: tuple[str | int, ...] = details["loc"]
    path: list[str | int] = []
    names: defaultdict[Path, list[str]] = defaultdict(list)
    for index, part in enumerate(loc, start=1):
        inside = _member(value, part)
        if inside is not _NOWHERE:
            path.append(part)
            value = inside
        elif keeps_last and index == len(loc):
            path.append(part)
        else:
            names[tuple(path)].append(str(part))
    branches = tuple((at, tuple(listed)) for at, listed in names.items())
    return Located(details, tuple(path), branches)


def meant(errors: Iterable[Located]) -> list[Located]:
    """Leave out the errors of branches of which another one fits better.

    The choices of a branch tell it from the others, such as `kind: "cat"`; then the names that it knows.
    Where no branch has the choice that was given, the rest of them says nothing.
    """
    listed = [*errors]
    misfits: defaultdict[Path, dict[Branch, tuple[int, int]]] = defaultdict(dict)
    for branch, errors_of_branch in _by_branch(listed):
        misfits[branch[0]][branch] = _misfit(branch[0], errors_of_branch)
    return [
        error
        for error in listed
        if all(_is_told(error, at, misfits[at[0]]) for at in error.branches)
    ]


def _is_told(error: Located, branch: Branch, misfits: dict[Branch, tuple[int, int]]) -> bool:
    """Return whether an error in a branch is one to report."""
    if branch not in misfits:
        return True
    least = min(misfits.values())
    is_among_several = list(misfits.values()).count(least) > 1
    if least[0] and is_among_several and not _is_wrong_choice(branch[0], error):
        return False
    return misfits[branch] == least


def _by_branch(errors: Iterable[Located]) -> Iterator[tuple[Branch, list[Located]]]:
    """Yield the branches that are objects, each with the errors of its members."""
    by_branch: defaultdict[Branch, list[Located]] = defaultdict(list)
    for error in errors:
        for branch in error.branches:
            if len(error.path) > len(branch[0]):
                by_branch[branch].append(error)
    yield from by_branch.items()


def _misfit(at: Path, errors: list[Located]) -> tuple[int, int]:
    """Count the members with a wrong choice, and those that are not known."""
    members = [error for error in errors if len(error.path) == len(at) + 1]
    unknown = [error for error in members if error.details["type"] == "extra_forbidden"]
    return sum(_is_wrong_choice(at, error) for error in members), len(unknown)


def _is_wrong_choice(at: Path, error: Located) -> bool:
    return error.details["type"] == "literal_error" and len(error.path) == len(at) + 1


_NOWHERE = object()


def _member(container: Any, part: int | str) -> Any:
    if isinstance(container, (str, bytes)):
        return _NOWHERE
    try:
        return container[part]
    except (LookupError, TypeError, AttributeError):
        return _NOWHERE
