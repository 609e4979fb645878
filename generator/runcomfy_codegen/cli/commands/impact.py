"""`runcomfy-codegen impact`: report the lines of users' code that a change of schemas breaks."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

import click

from ...text.problems import counted
from ...workspace import Workspace
from ..console import FINDINGS, USAGE, report, say
from ..options import sdk_options

if TYPE_CHECKING:
    from ...diff import Tree
    from ...diff.checkers import TypeProblem
    from ...diff.impact import BrokenLine
    from ...names.former import EndpointName


@click.command()
@click.argument("old", required=False, default="HEAD")
@click.argument("new", required=False)
@click.option(
    "--code",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default="this folder",
    help="Folder of the code that uses the SDK.",
)
@click.option(
    "--checker",
    type=click.Choice(["ty", "pyrefly", "pyright", "mypy"]),
    help="Type checker. Defaults to the first of these that is installed.",
)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@sdk_options
def impact(
    workspace: Workspace, old: str, new: str | None, code: Path, checker: str | None, layout: str
) -> None:
    """Report the lines of your code that a change of schemas breaks.

    Generates the SDK of OLD and of NEW, runs a type checker over the code with each, and prints the
    lines that have an error only with NEW, each with the change that causes it and a request that was
    valid before. OLD and NEW are folders of schemas or git revisions, as for `diff`. OLD defaults to
    HEAD, and NEW to the schemas folder. Limits that no type shows, such as a maximum length, are found
    by `diff` only. Exits with 1 if any line breaks.
    """
    from ...diff import open_folder, open_tree
    from ...diff.checkers import CheckerError, find_checker
    from ...disk.git import GitError

    try:
        name, program = find_checker(checker or "")
        schemas = workspace.schemas
        trees = open_tree(old, schemas), open_tree(new, schemas) if new else open_folder(schemas)
        lines = _broken_lines(workspace, trees, code, (name, program))
    except (GitError, CheckerError) as error:
        _refuse(f"error: {error}")
    if layout == "json":
        click.echo(json.dumps(list(map(_as_json, lines)), indent=2))
    else:
        for line in lines:
            _print(line, code)
    say(f"broken: {counted(len(lines), 'line')} of {code}, according to {name}")
    sys.exit(FINDINGS if lines else 0)


def _broken_lines(
    workspace: Workspace, trees: tuple[Tree, Tree], code: Path, checker: tuple[str, str]
) -> Sequence[BrokenLine]:
    """Check the code against both sides, and find the cause of each new error."""
    from ...diff.checkers import Check, python_of, type_problems
    from ...diff.compare import compare
    from ...diff.impact import broken_lines, changed_models, new_problems, python_files

    difference = compare(*trees, workspace.only)
    if difference.problems:
        report(difference.problems)
    files = python_files(code, (workspace.out, workspace.schemas))
    if not files:
        _refuse(f"--code: must hold Python files; got none in {code}")
    name, program = checker
    names: dict[str, EndpointName] = {}
    problems_of_sides: list[frozenset[TypeProblem]] = []
    with ExitStack() as stack:
        for tree in trees:
            sdk = Path(stack.enter_context(TemporaryDirectory(prefix="runcomfy-codegen-")))
            # The names of the earlier side are those that the code has.
            names = {**_write_sdk(workspace, tree, sdk), **names}
            problems_of_sides.append(
                type_problems(name, Check(program, code, files, sdk, python_of(code)))
            )
    problems = new_problems(*problems_of_sides)
    return list(broken_lines(code, problems, changed_models(difference, names)))


def _write_sdk(workspace: Workspace, tree: Tree, folder: Path) -> dict[str, EndpointName]:
    """Write the SDK of one side, and return the names of its models."""
    with tree.copied(tree.hashes) as schemas:
        generation = replace(workspace, schemas=schemas, out=folder).generate()
    for path, text in generation.items():
        if path.startswith(f"{workspace.package}/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
    if not generation:
        _refuse(f"{tree.label}: must have an endpoint that can be generated; got none")
    return generation.names.endpoints


def _print(line: BrokenLine, code: Path) -> None:
    from ...diff.report import change_lines, one_line

    problem = line.problem
    click.echo(f"{(code / problem.file).as_posix()}:{problem.line}:{problem.column}: error")
    click.echo(f"  {one_line(problem.message)} [{problem.rule}]")
    if not line.changes:
        click.echo("  no change of a schema explains it")
    for change in line.changes:
        click.echo(f"  {change.severity}: {one_line(change.model_id)}")
        for text in change_lines(change):
            click.echo(f"  {text}")


def _as_json(line: BrokenLine) -> dict[str, object]:
    return {
        **line.problem._asdict(),
        "changes": [
            {
                "model_id": change.model_id,
                "rule": change.rule_id,
                "severity": change.severity,
                "place": change.place,
                "message": change.message,
                "counterexample": change.counterexample
                and (change.counterexample.call or change.counterexample.words),
            }
            for change in line.changes
        ],
    }


def _refuse(message: str) -> NoReturn:
    for line in message.splitlines():
        say(line)
    sys.exit(USAGE)
