"""The layout of the code, measured from its imports: rooms, their order, and no circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest
import runcomfy_codegen

PACKAGE = Path(runcomfy_codegen.__file__).parent
NAME = PACKAGE.name
NOT_ROOMS = {"__init__", "__main__", "__pycache__", "py.typed"}

# From the front door to the ground floor: an import leads to a room further down, or stays inside.
GENERATOR = (
    *("__main__", "__init__", "cli", "workspace", "site", "export", "diff", "publish", "build"),
    *("reference", "emit", "lint", "capture", "dialect", "schemas", "names", "ir"),
    *("text", "disk", "runtime"),
)
RUNTIME = (
    *("__main__", "__init__", "_plugins", "cli", "tools", "testing", "batches"),
    *("_client", "jobs", "_session", "_endpoint", "_api", "_files"),
    *("_validation", "media", "_schemas", "_transport", "errors", "_base"),
)
OPTIONAL = {"batches", "cli", "testing", "tools"}


class Import(NamedTuple):
    """One import of a module of the package. is_for_types: it is not executed."""

    source: str
    target: str
    is_for_types: bool
    line: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line} imports {self.target}"


def modules() -> Mapping[str, Path]:
    """Return all modules of the package by their dotted names; `runtime` is a part of it."""
    return {dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imports(source: str, path: Path, known: Mapping[str, Path]) -> Iterator[Import]:
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {id(node) for branch in type_checking(tree) for node in ast.walk(branch)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for target in targets(node, path, known):
                if target != source:
                    yield Import(source, target, id(node) in for_types, node.lineno)


def type_checking(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from node.body


def targets(node: ast.ImportFrom, path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """Return the modules of ours that a statement imports, or imports names from."""
    if node.level:
        folder = path.parents[node.level - 1].relative_to(PACKAGE)
        base = ".".join([*folder.parts, *(node.module or "").split(".")]).strip(".")
    elif (node.module or "").partition(".")[0] == NAME:
        base = (node.module or "").removeprefix(NAME).strip(".")
    else:
        return
    for alias in node.names:
        inner = f"{base}.{alias.name}".strip(".")
        if inner in known:
            yield inner
        elif base in known:
            yield base


@pytest.fixture(scope="module")
def all_imports() -> list[Import]:
    known = modules()
    return [each for name, path in known.items() for each in imports(name, path, known)]


def room(module: str) -> str:
    return module.partition(".")[0]


def test_imports_are_found(all_imports: list[Import]) -> None:
    """The other tests would pass if nothing was."""
    pairs = {(each.source, each.target) for each in all_imports}
    assert len(pairs) > 800
    assert ("build.generation", "build.endpoint") in pairs
    assert ("runtime._client.verbs", "runtime._session") in pairs


def test_no_modules_import_each_other(all_imports: list[Import]) -> None:
    graph: dict[str, set[str]] = {}
    for each in all_imports:
        graph.setdefault(each.source, set()).add(each.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


def test_no_import_goes_up(all_imports: list[Import]) -> None:
    up = [
        str(each)
        for each in all_imports
        if GENERATOR.index(room(each.target)) < GENERATOR.index(room(each.source))
    ]
    assert up == []


def test_no_import_of_the_runtime_goes_up(all_imports: list[Import]) -> None:
    inside = [each for each in all_imports if room(each.source) == "runtime"]
    names = [(each, of_runtime(each.source), of_runtime(each.target)) for each in inside]
    up = [
        str(each)
        for each, source, target in names
        if RUNTIME.index(target) < RUNTIME.index(source) and not is_optional(each, target)
    ]
    assert up == []


def of_runtime(module: str) -> str:
    return room(module.removeprefix("runtime").strip(".")) or "__init__"


def is_optional(each: Import, target: str) -> bool:
    """`client.batch` and the command line have the types of parts that they load when asked to."""
    return each.is_for_types and target in OPTIONAL


def test_optional_parts_are_imported_by_no_other_part(all_imports: list[Import]) -> None:
    """`python -m` and the pytest plugin are what these parts exist for."""
    may = OPTIONAL | {"__main__", "_plugins"}
    inside = [each for each in all_imports if room(each.source) == "runtime"]
    wrong = [
        str(each)
        for each in inside
        if of_runtime(each.target) in OPTIONAL and of_runtime(each.source) not in may
    ]
    assert [each for each in wrong if each not in type_only(inside)] == []


def type_only(found: list[Import]) -> set[str]:
    return {str(each) for each in found if each.is_for_types}


@pytest.mark.parametrize(
    ("folder", "rooms", "most"), [(PACKAGE, GENERATOR, 20), (PACKAGE / "runtime", RUNTIME, 18)]
)
def test_the_top_is_small_and_every_room_has_a_floor(
    folder: Path, rooms: tuple[str, ...], most: int
) -> None:
    names = {path.name.removesuffix(".py") for path in folder.iterdir()} - NOT_ROOMS
    assert len(names) <= most
    assert names <= set(rooms)


def test_httpx_is_named_in_the_transport_only() -> None:
    for path in (PACKAGE / "runtime").rglob("*.py"):
        if path.parent.name != "_transport":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                assert "httpx" not in imported(node), path
                assert "httpcore" not in imported(node), path


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {(node.module or "").partition(".")[0]}
    return set()
