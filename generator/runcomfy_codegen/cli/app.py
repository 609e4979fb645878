"""The command line, `runcomfy-codegen`: one file of `commands/` per command."""

from __future__ import annotations

import gc

# While modules load there is no garbage, and looking for it takes a twentieth of a short run's time.
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
    "generate",
    "lint",
    "release",
    "rename",
    "serve",
    "site",
    "sync",
    "watch",
)


class _Commands(click.Group):
    """What the disk or the network refuses is a message, not a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imported when it is used: a run with nothing to do must not pay for the others."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(
            import_module(f".commands.{cmd_name}", __package__), cmd_name
        )
        return command

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

    The table [tool.runcomfy-codegen] in the nearest pyproject.toml that has it, in this folder or
    above, may set schemas, out, package, version, install and only (a list of globs). Paths in it are
    relative to that file. Options take precedence.
    """
    # At its end, Python would look for garbage among all that was read: a tenth of a short run's time.
    atexit.register(gc.freeze)
    try:
        settings = find_settings(Path.cwd())
    except SettingsError as error:
        say(f"error: {error}")
        sys.exit(USAGE)
    if settings:
        context.obj = settings.file
        context.default_map = dict.fromkeys(_COMMANDS, settings.defaults())
