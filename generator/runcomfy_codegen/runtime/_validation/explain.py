"""Turn the errors of pydantic into problems in the words of the caller."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from pydantic import BaseModel, ValidationError

from .._base.json_values import is_array, is_object
from .._base.text import counted, shorten
from ..errors import FieldProblem
from .branches import Path, locate, meant
from .demands import Demand
from .fields import classes_at, is_secret_at, wire_names
from .wording import Finding, Hidden, finding_for, joined, show

MOST_PROBLEMS = 100  # listed in one error
_MOST_DETAILS = 5_000  # of pydantic, looked at
_MOST_PATHS = 1_000  # each costs a comparison with all names that are known
_MOST_FINDINGS = 20  # of one path, one for each branch of a union
_LONGEST_NAME = 100  # characters of a name that is compared and shown


@dataclass
class _Findings:
    """The findings in a request, by the path of the value.

    Attributes:
        by_path: Several findings of one path are about the branches of a union.
        values: The wrong value at each path.
        left_out: How many errors nobody looked at.
    """

    by_path: dict[Path, list[Finding]] = field(default_factory=dict[Path, list[Finding]])
    values: dict[Path, Any] = field(default_factory=dict[Path, Any])
    left_out: int = 0


def explain(
    cls: type[BaseModel], error: ValidationError, fields: Mapping[str, Any]
) -> list[FieldProblem]:
    """Return one problem for each wrong value, in the order of the fields.

    Branches of a union are reported together, and only the branches that got furthest. If there are
    very many problems, only the first are listed.

    Args:
        cls: The request class.
        error: What pydantic found.
        fields: The arguments, by Python or wire name.
    """
    findings = _gather(cls, error, fields)
    names = {wire: name for name, wire in wire_names(cls).items()}
    order = {name: position for position, name in enumerate(cls.model_fields)}
    problems: list[tuple[int, FieldProblem]] = []
    for path, specific in _furthest(findings):
        parameter = names.get(str(path[0]), str(path[0])) if path else ""
        text = joined(specific, _hidden_if_secret(cls, path, findings.values[path]))
        problem = FieldProblem(_place(path, names), text)
        problems.append((order.get(parameter, len(order)), problem))
    problems.sort(key=lambda pair: (pair[0], pair[1].field))
    return _first([problem for _, problem in problems], findings.left_out)


def _gather(cls: type[BaseModel], error: ValidationError, fields: Mapping[str, Any]) -> _Findings:
    findings = _Findings()
    details = iter(_details(cls, error, fields))
    looked_at = [locate(problem, fields) for problem in islice(details, _MOST_DETAILS)]
    findings.left_out = sum(1 for _ in details)
    for located in meant(looked_at):
        details, path = located.details, located.path
        is_new = path not in findings.by_path
        if is_new and len(findings.by_path) >= _MOST_PATHS:
            findings.left_out += 1
            continue
        findings.values[path] = details["input"]
        at_path = findings.by_path.setdefault(path, [])
        if len(at_path) < _MOST_FINDINGS:
            finding = _finding(cls, details, path, fields)
            if finding not in at_path:
                at_path.append(finding)
    return findings


def _furthest(findings: _Findings) -> Iterator[tuple[Path, list[Finding]]]:
    """Yield the findings to report: a value is not of the wrong type if something inside it is wrong."""
    outer: set[Path] = set()
    for path in findings.by_path:
        outer.update(path[:length] for length in range(len(path)))
    for path, at_path in findings.by_path.items():
        specific = [finding for finding in at_path if not finding.expected]
        if path not in outer:
            yield path, specific or at_path
        elif specific and is_array(findings.values[path]):
            yield path, specific  # the length of a list, beside its wrong items


def _first(problems: list[FieldProblem], left_out: int) -> list[FieldProblem]:
    """Return the problems that are listed, and how many are not."""
    left_out += max(len(problems) - MOST_PROBLEMS, 0)
    if not left_out:
        return problems
    more = FieldProblem("", f"{counted(left_out, 'more problem')}, not listed")
    return [*problems[:MOST_PROBLEMS], more]


def _details(
    cls: type[BaseModel], error: ValidationError, fields: Mapping[str, Any]
) -> Iterator[Any]:
    """Yield the errors of pydantic, and those of the items of lists that are too long.

    Pydantic stops reading a list that is too long. It is cut and read again, so that one error lists
    the problems of its items too.
    """
    cut: Any = fields
    for details in error.errors(include_url=False):
        if details["type"] == "too_long":
            length = details.get("ctx", {})["max_length"]
            cut = _cut(cut, locate(details, fields).path, length)
        yield details
    if cut is not fields:
        try:
            cls.model_validate(cut)
        except ValidationError as further:
            yield from further.errors(include_url=False)


def _cut(value: Any, path: Path, length: int) -> Any:
    """Return a copy in which the list at a path is cut to a length."""
    if not path:
        return list(value)[:length]
    copy: Any = dict(value) if is_object(value) else list(value)
    copy[path[0]] = _cut(copy[path[0]], path[1:], length)
    return copy


def _place(path: Path, names: Mapping[str, str]) -> str:
    """Return a path as Python writes it: `loras[0].scale`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        name = shorten(part, _LONGEST_NAME)
        text += f".{name}" if text else names.get(part, name)
    return text


def _finding(cls: type[BaseModel], details: Any, path: Path, fields: Mapping[str, Any]) -> Finding:
    if details["type"] == "extra_forbidden":
        return Finding(_unknown(str(path[-1]), list(classes_at(cls, path[:-1])), fields))
    value = _hidden_if_secret(cls, path, details["input"])
    return finding_for(details["type"], details.get("ctx", {}), value, details["msg"])


def _hidden_if_secret(cls: type[BaseModel], path: Path, value: Any) -> Any:
    return Hidden(value) if is_secret_at(cls, path) else value


def unmet(
    cls: type[BaseModel], fields: Mapping[str, Any], reported: Sequence[FieldProblem] = ()
) -> list[FieldProblem]:
    """Return what is wrong with the choice of fields.

    Args:
        cls: A class with demands.
        fields: Fields by Python or wire name.
        reported: What is wrong with their values. A demand for a choice says nothing about a wrong one.
    """
    nullable: frozenset[str] = getattr(cls, "nullable", frozenset())
    demands: tuple[Demand, ...] = getattr(cls, "demands", ())
    present: dict[str, str] = {}
    wired: dict[str, Any] = {}
    for name, wire in wire_names(cls).items() if demands else ():
        values = [fields[key] for key in {name, wire} & fields.keys()]
        if any(value is not None or name in nullable for value in values):
            present[wire] = name
            wired[wire] = values[0]
    names = {wire: name for name, wire in wire_names(cls).items()}
    wrong = {problem.field for problem in reported}
    problems: list[FieldProblem] = []
    for demand in demands:
        chosen = {name for name, _ in chain.from_iterable(demand.values)}
        if demand.is_met(wired) or any(names.get(name) in wrong for name in chosen):
            continue
        shown = [
            (
                f"{name}={show(_hidden_if_secret(cls, (name,), wired[wire]))}"
                if wire in chosen
                else name
            )
            for wire, name in present.items()
        ]
        got = ", ".join(shown) or "none of them"
        problems.append(FieldProblem("", f"{demand.in_words(names)}; got {got}"))
    return problems


def positional(arguments: Sequence[Any], example: str) -> FieldProblem:
    """Return the problem with arguments that were given without their names."""
    count = counted(len(arguments), "positional argument")
    return FieldProblem("", f"arguments must be named, as in {example}; got {count}")


def _unknown(name: str, classes: list[type[BaseModel]], fields: Mapping[str, Any]) -> str:
    wires: dict[str, str] = {}
    for names in _without_branch_of(name, [wire_names(cls) for cls in classes]):
        wires.update(names)
    if name in wires and wires[name] in fields:
        return f'must be given once; it is also given as "{wires[name]}"'
    if near := _nearest(name, wires):
        return f'unknown parameter; did you mean "{near}"?'
    known = ", ".join(wires) or "none"
    return f"unknown parameter; known: {known} (extra_body sends one that is newer than this SDK)"


def _without_branch_of(name: str, classes: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the names of those classes of a union that do not know a name; it goes with another one."""
    others = [names for names in classes if name not in {*names, *names.values()}]
    return others or classes


def _nearest(name: str, wires: Mapping[str, str]) -> str | None:
    """Return the Python name that is most like a name, or whose wire name is."""
    spellings: dict[str, str] = {}
    for known, wire in wires.items():
        spellings[wire.lower()] = known
        spellings[known.lower()] = known
    near = difflib.get_close_matches(name[:_LONGEST_NAME].lower(), spellings, n=1, cutoff=0.6)
    return spellings[near[0]] if near else None
