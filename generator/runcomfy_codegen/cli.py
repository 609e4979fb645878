"""The command line, `runcomfy-codegen`: one function or file per command."""

from __future__ import annotations

import atexit
import errno
import gc
import io
import sys
from pathlib import Path
from typing import Any

import click

from .commands.diff import diff
from .commands.generate import generate
from .commands.lint import lint
from .commands.site import site, site_folder
from .commands.sync import sync
from .commands.watch import watch
from .console import (
    FINDINGS,
    INTERRUPTED,
    USAGE,
    folders,
    report,
    say,
    usable_workspace,
)
from .locking import sole_writer
from .problems import has_errors
from .project_settings import FILE as SETTINGS_FILE
from .project_settings import SettingsError, read_settings


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
            say("interrupted: nothing is half-written, and the next run goes on from here")
            sys.exit(INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader of a pipe has gone; click knows what to do
            place = f"{error.filename}: " if error.filename else ""
            say(f"error: {place}{error.strerror or error}")
            sys.exit(USAGE)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="runcomfy-codegen")
@click.pass_context
def main(context: click.Context) -> None:
    """Turn RunComfy Model API schemas into a typed Python SDK.

    A table [tool.runcomfy-codegen] in the pyproject.toml of the current folder may set schemas, out,
    package and only (a list of globs: the SDK has no other endpoints); options win.
    """
    # At its end, Python would look for garbage among all that was read: a tenth of a short run's time.
    atexit.register(gc.freeze)
    try:
        settings = read_settings(Path(SETTINGS_FILE))
    except SettingsError as error:
        say(f"error: {error}")
        sys.exit(USAGE)
    shared = {key: value for key, value in settings.items() if key != "only"}
    context.default_map = {
        **dict.fromkeys(main.commands, shared),
        "generate": settings,
        "watch": settings,
    }


main.add_command(sync)
main.add_command(generate)
main.add_command(lint)
main.add_command(site)
main.add_command(watch)


@main.command()
@click.argument(
    "pages",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PAGE...",
)
@folders
def add(pages: tuple[Path, ...], schemas: Path, out: Path, package: str) -> None:
    """Read saved API pages (text or HTML, any language) into the schemas folder."""
    from .capture import add_pages

    with sole_writer(say, schemas):
        outcome = add_pages(pages, schemas)
    for page in outcome.added:
        files = ", ".join(path.name for path in page.changed) or "nothing new"
        say(f"{page.page}: {page.model_id}: {files}")
    report(outcome.problems)
    unreadable = any(problem.rule in _NOT_TEXT for problem in outcome.problems)
    sys.exit(USAGE if unreadable else FINDINGS if has_errors(outcome.problems) else 0)


_NOT_TEXT = ("unreadable", "encoding")


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Loopback port; any free one if left out.",
)
@site_folder
@folders
def serve(port: int, site: Path, schemas: Path, out: Path, package: str) -> None:
    """Run the local emulator of the Model API for all schemas, and the website if it is built.

    Prints the base URL of the API.
    """
    from .emulation import serve_schemas

    workspace = usable_workspace(schemas, out, package)
    report(workspace.problems)
    serve_schemas(workspace.project.sources, port, site, click.echo, say)


@main.command()
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    default="out/demo",
    show_default=True,
    help="Folder for the results.",
)
@folders
def demo(save: Path, schemas: Path, out: Path, package: str) -> None:
    """Generate the SDK, run typed requests against the local emulator over HTTP, save the results."""
    from .demo import run_demo

    workspace = usable_workspace(schemas, out, package)
    sys.exit(run_demo(workspace, save, say))


main.add_command(diff)
