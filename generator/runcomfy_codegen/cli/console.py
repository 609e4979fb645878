"""What every command shares: its options, what it says and how it ends.

Messages go to stderr, data to stdout. Exit codes: 0 fine; 1 findings (drift, errors in schemas, a
failed endpoint); 2 wrong usage or unreadable input.
"""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from click.core import ParameterSource

from ..build.incremental import counts_in
from ..text.problems import Problem, Severity, has_errors, in_words
from ..text.untrusted import printable
from ..text.versions import EXPECTED, FIRST, is_version
from ..workspace import Workspace
from .settings import FILE as SETTINGS_FILE
from .settings import FOLDERS, is_requirement

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
        in_table = source is ParameterSource.DEFAULT_MAP
        where = f" (in {settings_file(context)})" if in_table else ""
        raise click.BadParameter(wrong + where)
    return value


def _folder_option(name: str, help_text: str) -> Callable[[CommandT], CommandT]:
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option(
        f"--{name}", type=folder, default=FOLDERS[name], show_default=True, help=help_text
    )


# A command lists the options that it uses, and has no others.
schemas_option = _folder_option("schemas", "Folder of the captured schemas.")
out_option = _folder_option("out", "Folder of the generated SDK.")
site_option = _folder_option("site", "Folder of the website.")
save_option = _folder_option("save", "Folder for the results.")
package_option = click.option(
    "--package",
    default="runcomfy",
    show_default=True,
    callback=_package_name,
    help="Import name of the SDK.",
)
only_option = click.option(
    "--only",
    multiple=True,
    metavar="GLOB",
    help="Only endpoints whose model id matches GLOB. Repeatable.",
)


def _requirement(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not is_requirement(value):
        raise click.BadParameter(
            f"must be a distribution's name, a path or a URL, without extras; got {value!r}"
        )
    return value


install_option = click.option(
    "--install",
    default="",
    callback=_requirement,
    hidden=True,  # a project says it once, in its settings
)


def _version(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not is_version(value):
        raise click.BadParameter(f"must be {EXPECTED}; got {value!r}")
    return value


version_option = click.option(
    "--sdk-version",
    "version",
    default=FIRST,
    callback=_version,
    hidden=True,  # a project says it once, in its settings
)


def report_unmatched(workspace: Workspace) -> None:
    """Warn about each glob of `only` that matches no endpoint."""
    for problem in unmatched_globs(workspace.unmatched, "warning"):
        say(str(problem))


def unmatched_globs(globs: Iterable[str], severity: Severity) -> list[Problem]:
    """Return a finding for each glob, placed where the glob was given."""
    context = click.get_current_context()
    in_table = context.get_parameter_source("only") is ParameterSource.DEFAULT_MAP
    where = settings_file(context) if in_table else "--only"
    hint = "correct the glob, or add the endpoint with sync or add"
    return [
        Problem(where, 0, 0, "only-unmatched", severity, _unmatched(glob, in_table), "", hint)
        for glob in globs
    ]


def _unmatched(glob: str, in_table: bool) -> str:
    key = "only: " if in_table else ""
    return f"{key}must match a model id; got {glob!r}, which matches none"


def settings_file(context: click.Context) -> str:
    """Return the path of the settings file in use."""
    return str(context.find_root().obj or SETTINGS_FILE)


def require_apart(schemas: Path, out: Path) -> None:
    """End the run if the SDK would be generated among the schemas."""
    if out.resolve().is_relative_to(schemas.resolve()):
        raise click.UsageError(f"--out must not be inside --schemas: {out}")


def require_usable(workspace: Workspace) -> None:
    """End the run if nothing can be generated."""
    if not workspace.usable:
        _end_unusable(workspace, workspace.problems)


def require_readable(workspace: Workspace) -> None:
    """End the run if the schemas folder has nothing to work on. The output folder is not read."""
    if not workspace.readable:
        _end_unusable(workspace, workspace.schema_problems)


def _end_unusable(workspace: Workspace, problems: Iterable[Problem]) -> NoReturn:
    report(problems)
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
