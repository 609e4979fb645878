"""What every command shares: its options, what it says and how it ends.

Messages go to stderr, data to stdout. Exit codes: 0 fine; 1 findings (drift, errors in schemas, a
failed endpoint); 2 wrong usage or unreadable input.
"""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from .build_lock import counts_in
from .problems import Problem, has_errors, in_words
from .project_settings import FILE as SETTINGS_FILE
from .untrusted import printable
from .workspace import Workspace, open_workspace

FINDINGS, USAGE = 1, 2
INTERRUPTED = 130  # what shells report for SIGINT
# What the SDK, its extras and their dependencies import.
_TAKEN = frozenset(
    [
        "annotated_doc",
        "annotated_types",
        "anyio",
        "certifi",
        "click",
        "h11",
        "httpcore",
        "httpx",
        "idna",
        "jsonschema",
        "markdown_it",
        "mdurl",
        "pil",
        "pydantic",
        "pydantic_core",
        "pygments",
        "pytest",
        "rich",
        "runcomfy_codegen",
        "shellingham",
        "sniffio",
        "starlette",
        "typer",
        "typing_extensions",
        "typing_inspection",
        "uvicorn",
    ]
)
CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def _package_name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    wrong = ""
    if not value.isidentifier() or not value.isascii() or keyword.iskeyword(value):
        wrong = f"{value!r} cannot be the name of a Python package"
    elif value.strip("_") != value:
        wrong = f"{value!r} begins or ends with _, which the name of the distribution cannot"
    # Lower case: on some disks the two are one folder.
    elif value.lower() in sys.stdlib_module_names | _TAKEN:
        wrong = f"{value!r} is a package that the SDK needs itself"
    if wrong:
        source = context.get_parameter_source(parameter.name or "")
        where = f" (in {SETTINGS_FILE})" if source is ParameterSource.DEFAULT_MAP else ""
        raise click.BadParameter(wrong + where)
    return value


def selection(command: CommandT) -> CommandT:
    """The option of what is about the endpoints of one SDK."""
    help_text = "An SDK of the endpoints whose ids match, and of no others; may be repeated."
    return click.option("--only", multiple=True, metavar="GLOB", help=help_text)(command)


def folders(command: CommandT) -> CommandT:
    """The options that every command has."""
    folder = click.Path(file_okay=False, path_type=Path)
    for option in (
        click.option(
            "--package",
            default="runcomfy",
            show_default=True,
            callback=_package_name,
            help="Import name of the SDK.",
        ),
        click.option(
            "--out",
            type=folder,
            default="generated",
            show_default=True,
            help="Folder of the generated SDK.",
        ),
        click.option(
            "--schemas",
            type=folder,
            default="schemas",
            show_default=True,
            help="Folder of the captured schemas.",
        ),
    ):
        command = option(command)
    return command


def usable_workspace(schemas: Path, out: Path, package: str) -> Workspace:
    """The project, or the end of the run where nothing can be done with it."""
    workspace = open_workspace(schemas, out, package)
    require_usable(workspace)
    return workspace


def require_apart(schemas: Path, out: Path) -> None:
    """Ends the run where what is generated would lie among the schemas."""
    if out.resolve().is_relative_to(schemas.resolve()):
        raise click.UsageError(f"the SDK cannot be in the folder of the schemas: {out}")


def require_usable(workspace: Workspace) -> None:
    """Ends the run where nothing can be done."""
    if workspace.usable:
        return
    report(workspace.problems)
    chosen = f" that matches {' '.join(workspace.only)}" if workspace.only else ""
    why = "" if workspace.has_endpoints else f"no usable endpoint{chosen} in {workspace.schemas}: "
    say(f"{why}nothing was written")
    sys.exit(USAGE)


def say(message: str) -> None:
    """On stderr, with nothing in it that a terminal obeys."""
    click.echo(printable(message), err=True)


def report(problems: Iterable[Problem], unread: Iterable[str] = ()) -> None:
    """Errors in full; of what is only odd, how much there is, with what earlier runs noted."""
    found = sorted(set(problems))
    for problem in found:
        if problem.severity == "error":
            say(str(problem))
    odd = counts_in(unread)
    odd.update(problem.severity for problem in found if problem.severity != "error")
    if said := in_words(odd):
        say(f"{said}: runcomfy-codegen lint lists them")


def finish(problems: Iterable[Problem], unread: Iterable[str] = ()) -> None:
    found = list(problems)
    report(found, unread)
    sys.exit(FINDINGS if has_errors(found) else 0)
