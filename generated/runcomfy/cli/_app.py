# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The command line: all commands in one program."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer

from ..errors import RunComfyError
from ._console import INSTALLED, PACKAGE, flushed, mode, program, say, tolerant_streams
from ._endpoint_command import Action, endpoints
from ._errors import report, report_os_error, report_usage
from ._exit_codes import OK, OTHER, USAGE
from ._log import log
from ._plain_help import PlainCommand, PlainGroup
from .commands.batch import batch
from .commands.cancel import cancel
from .commands.doctor import doctor
from .commands.download import download
from .commands.mcp import mcp
from .commands.models import models
from .commands.result import result
from .commands.run import run as run_command
from .commands.show import show
from .commands.status import status
from .commands.submit import submit

_CLICK_USAGE = 2
_CLICK_INTERRUPTED = 130
_COMPLETION = ("--install-completion", "--show-completion")

# In the order of the help.
_COMMANDS: tuple[Action, ...] = (
    models,
    show,
    run_command,
    submit,
    status,
    result,
    download,
    cancel,
    batch,
    doctor,
    mcp,
)
_OF_A_MODEL = (run_command, submit)  # these have the options of an endpoint as well


class _Commands(PlainGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return [command.__name__ for command in _COMMANDS]


app = typer.Typer(
    cls=_Commands,
    name=PACKAGE,
    rich_markup_mode="rich",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Run models of the RunComfy Model API (unofficial)."
    "\n\nSet the API token in RUNCOMFY_API_TOKEN. Input is validated locally before a job is "
    "submitted and billed.",
)


def _add_group(action: Action) -> None:
    """Add a group with a command for each model."""
    group = typer.Typer(cls=endpoints(action), no_args_is_help=True, rich_markup_mode="rich")
    app.add_typer(
        group,
        name=action.__name__,
        help=f"{action.__doc__ or ''}\n\nUse `{action.__name__} MODEL --help` for the options of a model.",
        subcommand_metavar="MODEL [OPTIONS]",
    )


for _command in _COMMANDS:
    if _command in _OF_A_MODEL:
        _add_group(_command)
    else:
        app.command(cls=PlainCommand)(_command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    tolerant_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    mode.json = "--json" in words  # an error may come before the option is read
    with log:
        return flushed(_run(words))


def _run(words: list[str]) -> int:
    # The shell completes the installed command, even if `python -m` prints the script.
    name = INSTALLED if words and words[0].startswith(_COMPLETION) else program()
    try:
        typer.main.get_command(app).main(args=words, prog_name=name)
    except SystemExit as end:
        return _exit_code(end)
    except RunComfyError as error:
        return report(error)
    except OSError as error:
        return report_os_error(error)
    except RecursionError:
        say("error: the JSON is nested too deeply", "red")
        return OTHER
    return OK


def _exit_code(end: SystemExit) -> int:
    # Duck typing: which module has click's error class depends on the version of typer.
    format_message = getattr(end.__context__, "format_message", None)
    if end.code == _CLICK_USAGE and format_message:
        return report_usage(format_message())
    codes = {_CLICK_USAGE: USAGE, _CLICK_INTERRUPTED: OTHER, None: OK}
    code = end.code if isinstance(end.code, int) or end.code is None else OTHER
    return codes.get(code, code or OK)
