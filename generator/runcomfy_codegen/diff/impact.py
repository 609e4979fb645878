"""The lines of users' code that a change of schemas breaks, each with the change that breaks it."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from ..names.former import EndpointName
from .changes import Difference, SchemaChange
from .checkers import TypeProblem

_WORD = re.compile(r"\w+")
_HARMLESS = ("additive", "price", "docs-only")
_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__"})


class BrokenLine(NamedTuple):
    """A line that breaks.

    Attributes:
        problem: What the type checker says.
        changes: What breaks it; empty if no change of a schema explains it.
    """

    problem: TypeProblem
    changes: tuple[SchemaChange, ...]


class ChangedModel(NamedTuple):
    """A model that changed, and how code names it: its attribute path and the prefix of its classes."""

    attribute_path: str
    class_prefix: str
    changes: tuple[SchemaChange, ...]


def python_files(code: Path, without: Iterable[Path]) -> list[str]:
    """Return the Python files of a folder, relative to it and sorted.

    Hidden folders and environments are left out.

    Args:
        code: The folder.
        without: Folders to leave out, such as that of the SDK.
    """
    left_out = {folder.resolve() for folder in without}
    paths: list[Path] = []
    for root, folders, files in os.walk(code):
        # What is taken out of `folders` is not walked.
        folders[:] = [name for name in folders if _is_code_folder(Path(root, name), left_out)]
        paths += (Path(root, name) for name in files if name.endswith(".py"))
    return sorted(os.path.relpath(path, code) for path in paths)


def _is_code_folder(folder: Path, left_out: AbstractSet[Path]) -> bool:
    if folder.name.startswith(".") or folder.name in _SKIPPED:
        return False
    is_environment = (folder / "pyvenv.cfg").exists()
    return not is_environment and folder.resolve() not in left_out


def new_problems(before: Iterable[TypeProblem], after: Iterable[TypeProblem]) -> list[TypeProblem]:
    """Return the problems that only the later side has.

    An error of the same rule in the same line is not new, even if its message lists other values.
    """
    known = {(problem.file, problem.line, problem.rule) for problem in before}
    new = {
        (problem.file, problem.line): problem
        for problem in sorted(after, reverse=True)
        if (problem.file, problem.line, problem.rule) not in known
    }
    return [new[place] for place in sorted(new)]


def changed_models(difference: Difference, names: Mapping[str, EndpointName]) -> list[ChangedModel]:
    """Return the models whose changes can break code, with the names that code has for them.

    Args:
        difference: All changes.
        names: The names on the earlier side, by model id.
    """
    changes: dict[str, list[SchemaChange]] = {}
    for change in difference.changes:
        if change.model_id in names and change.severity not in _HARMLESS:
            changes.setdefault(change.model_id, []).append(change)
    return [
        ChangedModel(names[model_id].attribute_path, names[model_id].class_prefix, tuple(of_model))
        for model_id, of_model in sorted(changes.items())
    ]


def broken_lines(
    code: Path, problems: Sequence[TypeProblem], models: Sequence[ChangedModel]
) -> Iterator[BrokenLine]:
    """Yield each line that breaks, with its causes.

    Args:
        code: The folder of the code.
        problems: What a type checker finds since the change.
        models: The models that changed.
    """
    sources: dict[str, _Source] = {}
    for problem in problems:
        if problem.file not in sources:
            sources[problem.file] = _Source((code / problem.file).read_text("utf-8", "replace"))
        yield BrokenLine(problem, _causes(problem, sources[problem.file], models))


class _Source:
    """A file of the user's code."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = text.splitlines()
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            tree = ast.Module([], [])
        self._statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]

    def statement(self, line: int) -> str:
        """Return the text of the smallest statement that has a line."""
        spans = [
            (node.lineno, node.end_lineno or node.lineno)
            for node in self._statements
            if node.lineno <= line <= (node.end_lineno or node.lineno)
        ]
        first, last = min(spans, key=lambda span: span[1] - span[0], default=(line, line))
        return "\n".join(self._lines[first - 1 : last])


def _causes(
    problem: TypeProblem, source: _Source, models: Sequence[ChangedModel]
) -> tuple[SchemaChange, ...]:
    """Return the changes, of the model that the statement uses, that explain a problem best."""
    statement = source.statement(problem.line)
    nearness = [_nearness(model, problem, statement, source.text) for model in models]
    nearest = max(nearness, default=0)
    if not nearest:
        return ()
    changes: list[SchemaChange] = []
    for model, score in zip(models, nearness, strict=True):
        if score == nearest:
            changes += model.changes
    words = set(_WORD.findall(f"{problem.message} {statement}"))
    in_message = set(_WORD.findall(problem.message))
    scores = [(_likeness(change, in_message, words), change) for change in changes]
    best = max(score for score, _ in scores)
    return tuple(change for score, change in scores if score == best)


def _nearness(model: ChangedModel, problem: TypeProblem, statement: str, text: str) -> int:
    """Return how near a statement is to a model: 0 if nothing in its file names it."""
    names = (
        rf"\b{re.escape(model.attribute_path)}\b",
        rf"\b{model.class_prefix}(Request|Output)?\b",
    )
    for score, place in ((3, problem.message), (2, statement), (1, text)):
        if any(re.search(name, place) for name in names):
            return score
    # A part of the path, where the rest is in a variable: `models = client.acme`.
    last = model.attribute_path.rpartition(".")[2]
    return 1 if re.search(rf"\.{re.escape(last)}\b", text) else 0


def _likeness(change: SchemaChange, in_message: set[str], words: set[str]) -> int:
    """Score how many words of a change are in the message and in the code."""
    place = set(_WORD.findall(change.place.replace("-", "_")))
    values = set(_WORD.findall(f"{change.old!r} {change.message}")) - place
    score = 4 * len(place & in_message) + 2 * len(place & words)
    if values & words:
        score += 1
    if not change.place:  # the change of the whole model
        score += 1
    return score
