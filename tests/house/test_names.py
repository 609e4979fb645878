"""One name for one idea: of classes, and of files."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import runcomfy_codegen

PACKAGE = Path(runcomfy_codegen.__file__).parent
# Names that several rooms share, because they mean the same there.
SAME_CLASS = {
    "Answer": "what comes back without an error: from the API, and from a tool",
    "Call": "what is called, with its arguments: a path of the API, a model on the command line",
    "Contradiction": "two schemas that cannot be joined",
    "Endpoint": "a model: in the intermediate representation, and as the class that users call",
    "Job": "a submitted request: as the client and as the emulator see it",
    "Namespace": "a step of `client.<provider>`: as it is planned, and as the class that users see",
    "OutputFile": "a file of a result: as the client and as the emulator see it",
    "Settings": "what a user has set: for the generator, and for the tools of an agent",
    "_Commands": "the commands of a command line",
    "_Place": "the place of a schema: in the two readings, which are independent on purpose",
    "_Reader": "the two readings of a schema, which are independent on purpose",
    "_Run": "one run of a command",
}
SAME_FILE = {
    "app": "an application",
    "catalogue": "the list of models that the API serves",
    "demands": "what has to be given together",
    "endpoints": "the models that are read from a folder",
    "jobs": "submitted requests",
    "models": "what a user asks of the list of models",
    "options": "the options of a command line, or of a client",
    "settings": "what a user has set",
}


# A variable says what it holds; these say only that something is at hand.
VAGUE = {"each", "found", "given", "it", "made", "one", "said", "these", "thing", "way"}


def sources() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if not path.stem.startswith("__"):
            yield path


def homes_of_classes() -> Mapping[str, list[str]]:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(str(path.relative_to(PACKAGE)))
    return homes


def homes_of_files() -> Mapping[str, list[str]]:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in sources():
        homes[path.stem.lstrip("_")].append(str(path.relative_to(PACKAGE)))
    return homes


def test_no_two_classes_of_different_ideas_have_one_name() -> None:
    shared = {name: homes for name, homes in homes_of_classes().items() if len(homes) > 1}
    assert {name: homes for name, homes in shared.items() if name not in SAME_CLASS} == {}
    assert SAME_CLASS.keys() <= shared.keys(), "remove what is no longer shared"


def test_no_file_name_is_used_three_times() -> None:
    shared = {name: homes for name, homes in homes_of_files().items() if len(homes) > 2}
    assert {name: homes for name, homes in shared.items() if name not in SAME_FILE} == {}
    assert SAME_FILE.keys() <= shared.keys(), "remove what is no longer shared"


def variables(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the name and the line of each variable and argument."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def test_variables_say_what_they_hold() -> None:
    vague = [
        f"{path.relative_to(PACKAGE)}:{line}: {name}"
        for path in sources()
        for name, line in variables(ast.parse(path.read_text("utf-8")))
        if name in VAGUE
    ]
    assert vague == []
