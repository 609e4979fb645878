"""The style that ruff cannot see: dense expressions, citations, and phrases that must be read twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = [*(ROOT / "generator").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
TEXTS = [
    *(ROOT / "templates").rglob("*.jinja"),
    *(ROOT / "docs").rglob("*.md"),
    *ROOT.glob("*.md"),
    *(ROOT / "generated").rglob("*.md"),
]
LONGEST = 400  # lines of a file
# A docstring that begins with one of these hides its verb.
RELATIVE = re.compile(
    r"(What|Whether|All|Of|How|As|Which|Like|Where|Who|When|That|Those|Why|Up|Only)\b"
)
BANNED = re.compile(
    r"\b(be it|is told|what is gone|of all of it|whether it is one|in doubt is|thrice|surely|rejected"
    r"|(?<!there )(?:is|are) no (?!longer|such))\b",
    re.IGNORECASE,
)
CITED = re.compile(r"\b(API|DESIGN|HOUSE|REVIEW)\.md")


COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def dense(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and has_inside(node, ast.IfExp):
            yield node.lineno, "nested conditional expression"
        if isinstance(node, COMPREHENSIONS) and has_inside(node, ast.NamedExpr):
            yield node.lineno, "assignment inside a comprehension"


def has_inside(node: ast.AST, kind: type[ast.AST]) -> bool:
    return any(isinstance(inner, kind) for inner in ast.walk(node) if inner is not node)


@pytest.mark.parametrize("text", ["a if b else c if d else e", "[x for y in z if (x := y)]"])
def test_dense_expressions_are_found(text: str) -> None:
    assert list(dense(ast.parse(text)))


def test_no_expression_is_dense() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in CODE
        for line, what in dense(tree_of(path))
    ]
    assert found == []


def test_comprehensions_have_one_loop() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "generator").rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, COMPREHENSIONS) and len(node.generators) > 1
    ]
    assert found == []


def test_files_are_short() -> None:
    lengths = {path: path.read_text("utf-8").count("\n") for path in CODE}
    assert {path for path, length in lengths.items() if length > LONGEST} == set()


DESCRIBED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def docstrings() -> Iterator[tuple[str, str]]:
    """Yield the place and the docstring of every module, class and function."""
    for path in CODE:
        for node in ast.walk(tree_of(path)):
            text = ast.get_docstring(node) if isinstance(node, DESCRIBED) else None
            if text:
                yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}", text


def part_of(place: str) -> str:
    """Return the part of the project that a place belongs to."""
    runtime = "generator/runcomfy_codegen/runtime/"
    return "runtime" if place.startswith(runtime) else place.partition("/")[0]


@pytest.mark.parametrize("part", ["generator", "runtime", "tests"])
def test_few_docstrings_begin_with_a_relative_word(part: str) -> None:
    texts = [(place, text) for place, text in docstrings() if part_of(place) == part]
    hidden = [place for place, text in texts if RELATIVE.match(text)]
    assert len(hidden) < 0.03 * len(texts), hidden


def comments_and_messages() -> Iterator[tuple[str, str]]:
    """Yield the place and the text of every string and comment of the generator."""
    for path in (ROOT / "generator").rglob("*.py"):
        place = path.relative_to(ROOT)
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{place}:{node.lineno}", node.value
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            yield f"{place}:{number}", line.partition("# ")[2]


def prose() -> Iterator[tuple[str, str]]:
    """Yield the place and the text of everything that people read."""
    yield from docstrings()
    yield from comments_and_messages()
    for path in TEXTS:
        yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def test_no_text_has_to_be_read_twice() -> None:
    found = [f"{place}: {match[0]}" for place, text in prose() for match in BANNED.finditer(text)]
    assert found == []


def test_nothing_cites_a_document_that_is_not_here() -> None:
    found = [f"{place}: {match[0]}" for place, text in prose() for match in CITED.finditer(text)]
    assert found == []
