"""Try every group of the official JSON-Schema-Test-Suite (draft 2020-12).

    python -m tests.proof.suite FOLDER

Each group's schema goes through the generator twice: as a property, and as the whole input where it
describes an object. What comes of it must be what `suite_table.py` says.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.dialect.words import REFUSED_KEYWORDS
from runcomfy_codegen.text.problems import Problem

from tests._support.sdk import SHARED, Case, imported, source, write_files

from .oracle import REFUSED, Judge, body_of, equal, shown
from .reading import DIFFERENCES
from .suite_table import REASONS, classified

FOLDER = SHARED / "corpus" / "json-schema-test-suite" / "tests" / "draft2020-12"
_PACKAGE = "sdk_of_the_suite"
_STRICTER = {difference.name for difference in DIFFERENCES if not difference.lint}
_LINT = {difference.name: difference.lint for difference in DIFFERENCES}
_OPTIONAL = "optional"
_LINT[_OPTIONAL] = _LINT["left to the server"]


class Group(NamedTuple):
    """number: in its file; as_input: whether the schema is the whole input, not a property of one."""

    file: str
    number: int
    description: str
    as_input: bool
    case: Case
    tests: Sequence[tuple[Any, bool]]

    def __str__(self) -> str:
        form = " as input" if self.as_input else ""
        return f"{self.file} {self.number}{form} ({self.description})"


@dataclass(frozen=True)
class Found:
    """The outcome of a group. wrong: what no line of the tables explains."""

    outcome: str
    wrong: Sequence[str] = ()


def groups(folder: Path) -> Iterator[Group]:
    """Return all groups, in both forms."""
    for path in sorted(folder.rglob("*.json")):
        file = path.relative_to(folder).with_suffix("").as_posix()
        for number, group in enumerate(json.loads(path.read_text("utf-8"))):
            description, schema = group["description"], group["schema"]
            tests = [(test["data"], test["valid"]) for test in group["tests"]]
            whole = {"type": "object", "properties": {"value": _moved(schema)}}
            data = [({"value": each}, valid) for each, valid in tests]
            yield Group(file, number, description, False, Case(whole), data)
            if isinstance(schema, dict) and isinstance(schema.get("properties"), dict):
                # Every published input says that it is an object.
                objects = [(each, valid) for each, valid in tests if isinstance(each, dict)]
                whole = {"type": "object", **schema}
                yield Group(file, number, description, True, Case(whole), objects)


def _moved(value: Any) -> Any:
    """Give a schema as one inside a property, with its references into itself."""
    if isinstance(value, list):
        return [_moved(each) for each in value]
    if not isinstance(value, dict):
        return value
    moved = {key: _moved(each) for key, each in value.items()}
    reference = moved.get("$ref")
    if isinstance(reference, str) and re.match("#(/|$)", reference):
        moved["$ref"] = f"#/properties/value{reference[1:]}"
    return moved


def judged(folder: Path) -> Iterator[tuple[Group, Found]]:
    """Return what comes of every group, all generated in one run."""
    numbered = {f"suite/groups/g{at}": group for at, group in enumerate(groups(folder))}
    sources = tuple(source(model_id, group.case) for model_id, group in numbered.items())
    generation = generate(Project(sources, package=_PACKAGE))
    problems: dict[str, list[Problem]] = defaultdict(list)
    for problem in generation.problems:
        problems["/".join(problem.file.split("/")[1:-1])].append(problem)
    made = set(generation.endpoint_files.values())
    with tempfile.TemporaryDirectory() as out:
        write_files(generation, Path(out))
        with imported(_PACKAGE, {}, Path(out)) as sdk:
            for model_id, group in numbered.items():
                found = problems[model_id]
                yield group, (
                    _of_generated(sdk.request(model_id), group, found)
                    if model_id in made
                    else _of_refused(found)
                )


def _of_refused(problems: Sequence[Problem]) -> Found:
    errors = [problem for problem in problems if problem.severity == "error"]
    wrong = [
        f"not a clear problem: {problem}"
        for problem in errors
        if problem.rule not in ("unreadable", "schema-shape") or not problem.pointer
    ]
    if not errors:
        wrong = ["left out without a word"]
    causes = {_cause(problem) for problem in errors}
    return Found("refused: " + " ".join(sorted(causes)), wrong)


def _cause(problem: Problem) -> str:
    last = problem.pointer.rsplit("/", 1)[-1]
    if last in REFUSED_KEYWORDS:
        return last
    if last in ("const", "enum"):
        return "structured choice"
    return "contradiction" if "contradicts" in problem.message else "boolean schema"


def _of_generated(request: Any, group: Group, problems: Sequence[Problem]) -> Found:
    judge, lines, wrong = Judge(group.case.input), Counter[str](), list[str]()
    for way, (instance, valid) in enumerate(group.tests):
        body = body_of(request, instance, way)
        accepted = body is not REFUSED
        if accepted and not equal(body, instance):
            wrong.append(f"changed to {shown(body)}: {shown(instance)}")
        if accepted == valid:
            continue
        if accepted == judge.accepts(instance):
            lines[judge.intended(instance) or _OPTIONAL] += 1
        else:
            said = "refused, but valid" if valid else "accepted, but invalid"
            wrong.append(f"{said}: {shown(instance)}")
    lenient = sorted(lines.keys() - _STRICTER)
    rules = {problem.rule for problem in problems}
    wrong += [f"lint does not say: {line}" for line in lenient if rules.isdisjoint(_LINT[line])]
    if lenient:
        # What Python's `re` makes of a pattern of JavaScript depends on its version.
        named = [_OPTIONAL] if group.file.startswith("optional/") else lenient
        return Found("ignored: " + ", ".join(named), wrong)
    # Where no test is invalid, nothing shows that the type is more than Any.
    has_teeth = not all(valid for _, valid in group.tests)
    return Found("supported" if has_teeth else "accepted", wrong)


def disagreements(results: Sequence[tuple[Group, Found]]) -> list[str]:
    """Return where reality is not what the table says."""
    found: list[str] = []
    for group, result in results:
        said = classified(group.file, group.number, group.as_input)
        if result.outcome != said:
            found.append(f"{group} is {result.outcome!r}, the table says {said!r}")
        found += [f"{group}: {each}" for each in result.wrong]
    return found


def summary(results: Sequence[tuple[Group, Found]]) -> str:
    """Return how many groups came to each outcome, and why."""
    counts = Counter(result.outcome for _, result in results)
    tests = sum(len(group.tests) for group, _ in results)
    lines = [
        f"{count:>6}  {outcome:<28} {REASONS[outcome]}" for outcome, count in sorted(counts.items())
    ]
    return "\n".join([*lines, f"{len(results):>6}  schemas with {tests:,} tests"])


def main(arguments: Sequence[str]) -> int:
    results = list(judged(Path(arguments[0]) if arguments else FOLDER))
    wrong = disagreements(results)
    print(summary(results))
    print(*(wrong or ["every group is what suite_table.py says"]), sep="\n")
    return bool(wrong or not results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
