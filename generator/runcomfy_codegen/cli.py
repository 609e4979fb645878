"""The command line, `runcomfy-codegen`. Messages go to stderr, data to stdout.

Exit codes: 0 fine; 1 findings (drift, errors in schemas, a failed endpoint); 2 wrong usage or unreadable input.
"""

from __future__ import annotations

import dataclasses
import errno
import io
import json
import keyword
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from .problems import Problem, count_by_severity, counted, has_errors
from .workspace import Workspace, open_workspace

FINDINGS, USAGE = 1, 2
INTERRUPTED = 130  # what shells report for SIGINT
# What the SDK, its extras and their dependencies import.
_TAKEN = frozenset(
    [
        "annotated_types",
        "anyio",
        "certifi",
        "h11",
        "httpcore",
        "httpx",
        "idna",
        "jsonschema",
        "pil",
        "pydantic",
        "pydantic_core",
        "pytest",
        "runcomfy_codegen",
        "sniffio",
        "starlette",
        "typing_extensions",
        "typing_inspection",
        "uvicorn",
    ]
)
CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def _package_name(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not value.isidentifier() or not value.isascii() or keyword.iskeyword(value):
        raise click.BadParameter(f"{value!r} cannot be the name of a Python package")
    # Lower case: on some disks the two are one folder.
    if value.lower() in sys.stdlib_module_names | _TAKEN:
        raise click.BadParameter(f"{value!r} is a package that the SDK needs itself")
    return value


def _folders(command: CommandT) -> CommandT:
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


class _Commands(click.Group):
    """What the disk or the network refuses is a message, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # Vendor text is not ASCII, and not every terminal is UTF-8.
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say("interrupted: nothing is half-written, and the next run goes on from here")
            sys.exit(INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader of a pipe has gone; click knows what to do
            place = f"{error.filename}: " if error.filename else ""
            _say(f"error: {place}{error.strerror or error}")
            sys.exit(USAGE)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="runcomfy-codegen")
def main() -> None:
    """Turn RunComfy Model API schemas into a typed Python SDK."""


@main.command()
@click.argument(
    "pages",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PAGE...",
)
@_folders
def add(pages: tuple[Path, ...], schemas: Path, out: Path, package: str) -> None:
    """Read saved API pages (text or HTML, any language) into the schemas folder."""
    from .capture import add_pages

    report = add_pages(pages, schemas)
    for page in report.added:
        files = ", ".join(path.name for path in page.changed) or "nothing new"
        _say(f"{page.page}: {page.model_id}: {files}")
    _report(report.problems)
    unreadable = any(problem.rule in _NOT_TEXT for problem in report.problems)
    sys.exit(USAGE if unreadable else FINDINGS if has_errors(report.problems) else 0)


_NOT_TEXT = ("unreadable", "encoding")


@main.command()
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Layout of the findings.",
)
@_folders
def lint(layout: str, schemas: Path, out: Path, package: str) -> None:
    """List every contradiction and oddity in the captured schemas."""
    workspace = open_workspace(schemas, out, package)
    problems = sorted({*workspace.problems, *workspace.generate().problems})
    _LAYOUTS[layout](problems)
    count = len(workspace.project.sources)
    _say(f"{counted(count, 'endpoint')}: {count_by_severity(problems) or 'nothing to report'}")
    sys.exit(USAGE if not workspace.usable else FINDINGS if has_errors(problems) else 0)


@main.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; print what is stale as a diff, and exit 1."
)
@click.option(
    "--only", multiple=True, metavar="GLOB", help="Only model ids that match; may be repeated."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    help="Processes that share the work of many endpoints; all cores if left out.",
)
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand.")
@_folders
def generate(
    check: bool,
    only: tuple[str, ...],
    jobs: int,
    force: bool,
    schemas: Path,
    out: Path,
    package: str,
) -> None:
    """Write the SDK."""
    workspace = _usable_workspace(schemas, out, package, only)
    generation = workspace.generate(jobs)
    problems = [*workspace.problems, *generation.problems]
    if not generation:
        _report(problems)
        _say(f"no endpoint is left: {out} was not touched")
        sys.exit(FINDINGS)
    if check:
        changes = workspace.compare(generation)
        for change in changes:
            _say(f"{out / change.path}: {_STALE[change.why]}")
            click.echo(change.unified_diff(), nl=False)
        if stale := workspace.names_are_stale(generation.names):
            _say(f"{schemas}/names.lock.json: names were given that it does not hold")
        _report(problems)
        ok = not changes and not stale and not has_errors(problems)
        _say(f"{out} is {'up to date' if ok else 'stale'}")
        if stale or any(change.why != "edited" for change in changes):
            _say("runcomfy-codegen generate writes what it can")
        sys.exit(0 if ok else FINDINGS)
    written, edited = workspace.publish(generation, force=force)
    count = len(set(generation.endpoint_files.values()))
    _say(
        f"{counted(count, 'endpoint')}, {counted(len(generation), 'file')}, {len(written)} written to {out}"
    )
    _finish([*problems, *edited])


_STALE = {
    "new": "missing",
    "changed": "the generator writes something else now",
    "removed": "no longer generated",
    "edited": "edited by hand, or not written by the generator",
}


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Loopback port; any free one if left out.",
)
@_folders
def serve(port: int, schemas: Path, out: Path, package: str) -> None:
    """Run the local emulator of the Model API for all schemas; prints its base URL."""
    from .emulation import serve_schemas

    workspace = _usable_workspace(schemas, out, package)
    _report(workspace.problems)
    serve_schemas(workspace.project.sources, port, click.echo, _say)


@main.command()
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    default="out/demo",
    show_default=True,
    help="Folder for the results.",
)
@_folders
def demo(save: Path, schemas: Path, out: Path, package: str) -> None:
    """Generate the SDK, run typed requests against the local emulator over HTTP, save the results."""
    from .demo import run_demo

    workspace = _usable_workspace(schemas, out, package)
    sys.exit(run_demo(workspace, save, _say))


def _usable_workspace(
    schemas: Path, out: Path, package: str, only: tuple[str, ...] = ()
) -> Workspace:
    """The project, or the end of the run where nothing can be done with it."""
    workspace = open_workspace(schemas, out, package, only)
    if workspace.usable:
        return workspace
    _report(workspace.problems)
    chosen = f" that matches --only {' '.join(only)}" if only else ""
    _say(f"no usable endpoint{chosen} in {workspace.schemas}: nothing was written")
    sys.exit(USAGE)


def _say(message: str) -> None:
    click.echo(message, err=True)


def _report(problems: Iterable[Problem]) -> None:
    """Errors in full; of what is only odd, how much there is."""
    found = sorted(set(problems))
    for problem in found:
        if problem.severity == "error":
            _say(str(problem))
    if odd := count_by_severity(problem for problem in found if problem.severity != "error"):
        _say(f"{odd}: runcomfy-codegen lint lists them")


def _finish(problems: Iterable[Problem]) -> None:
    found = list(problems)
    _report(found)
    sys.exit(FINDINGS if has_errors(found) else 0)


def _print_text(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))


def _print_json(problems: list[Problem]) -> None:
    click.echo(
        json.dumps(
            [dataclasses.asdict(problem) for problem in problems], indent=2, ensure_ascii=False
        )
    )


def _print_github(problems: list[Problem]) -> None:
    """Workflow commands, shown by GitHub at the line in question."""
    levels = {"error": "error", "warning": "warning", "note": "notice"}
    for problem in problems:
        # A property ends at a comma, a command at the end of the line.
        file, title = (
            _percent(text, "%\r\n:,") for text in (problem.file, f"runcomfy-codegen {problem.rule}")
        )
        place = (
            f"file={file},line={max(problem.line, 1)},col={max(problem.column, 1)},title={title}"
        )
        hint = f"; {problem.hint}" if problem.hint else ""
        text = _percent(problem.message + hint, "%\r\n")
        click.echo(f"::{levels[problem.severity]} {place}::{text}")


def _percent(text: str, special: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in special else char for char in text)


_LAYOUTS: dict[str, Callable[[list[Problem]], None]] = {
    "text": _print_text,
    "json": _print_json,
    "github": _print_github,
}
