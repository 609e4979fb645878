"""The command line `runcomfy-codegen`. Each command is a module of `commands/`."""

from __future__ import annotations

import gc

# Loading modules makes no garbage, and looking for it takes 5 % of a short run.
gc.disable()

import atexit
import errno
import io
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .console import INTERRUPTED, USAGE, say
from .settings import SettingsError, find_settings

gc.enable()
_COMMANDS = (
    "add",
    "demo",
    "diff",
    "export",
    "generate",
    "impact",
    "init",
    "lint",
    "release",
    "rename",
    "serve",
    "site",
    "sync",
    "watch",
)


class _Commands(click.Group):
    """The commands, loaded when they are used. Errors of the disk or network become messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command now, as a short run must not load the others."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(
            import_module(f".commands.{cmd_name}", __package__), cmd_name
        )
        return command

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # Vendors' texts are not ASCII, and not every terminal takes UTF-8.
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say("interrupted; no file is half-written, and the next run continues from here")
            sys.exit(INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader of a pipe has ended: click exits quietly
            place = f"{error.filename}: " if error.filename else ""
            say(f"error: {place}{error.strerror or error}")
            sys.exit(USAGE)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="runcomfy-codegen")
@click.pass_context
def main(context: click.Context) -> None:
    """Generate a typed Python SDK from the schemas of the RunComfy Model API.

    Defaults for schemas, out, package, version, install, http and only (a list of globs) can be set in
    the table [tool.runcomfy-codegen] of pyproject.toml, in this folder or the nearest one above. Paths
    are relative to that file. Options take precedence.
    """
    # At exit Python would collect garbage among everything that was read: 10 % of a short run.
    atexit.register(gc.freeze)
    try:
        settings = find_settings(Path.cwd())
    except SettingsError as error:
        say(f"error: {error}")
        sys.exit(USAGE)
    if settings:
        context.obj = settings.file
        # `init` begins another project.
        commands = [command for command in _COMMANDS if command != "init"]
        context.default_map = dict.fromkeys(commands, settings.defaults())
