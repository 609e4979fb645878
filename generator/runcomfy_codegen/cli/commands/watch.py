"""`runcomfy-codegen watch`: run `generate` after every change."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click
from click.core import ParameterSource

from ...emit.toolchain import PACKAGE, TEMPLATES
from ...names import LOCK_FILE
from ...workspace import Workspace
from ..console import say
from ..options import sdk_options
from ..settings import FILE as SETTINGS_FILE
from ..settings import FOLDERS, SettingsError, find_settings

_PAUSE = 0.5  # seconds
_TEMPORARY = ("~", ".swp", ".swx", ".tmp", ".pyc", ".bak")  # of editors and of Python
_EXPLICIT = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
State = Mapping[str, object]


@click.command()
@sdk_options
def watch(workspace: Workspace) -> None:
    """Regenerate the SDK whenever an input changes, until interrupted.

    Watches the schemas folder, the generated files, the settings in pyproject.toml, the templates and
    the generator itself.
    """
    # Imported here, as `--help` imports all commands.
    from subprocess import run

    context = click.get_current_context()
    explicit = {key for key in context.params if context.get_parameter_source(key) in _EXPLICIT}
    options = [f"--{key}={context.params[key]}" for key in sorted(explicit - {"only"})]
    if "only" in explicit:
        options += [f"--only={glob}" for glob in workspace.only]
    # Each run is a new process, because a process reads templates, code and settings only once.
    command = [sys.executable, "-m", "runcomfy_codegen", "generate", *options]
    chosen = {"schemas": workspace.schemas, "out": workspace.out}
    before: State | None = None
    while True:
        chosen = _folders(chosen, explicit)
        now = _state(chosen["schemas"], chosen["out"])
        if now != before:
            run(command, check=False)  # noqa: S603
            say("waiting for changes; press Ctrl-C to stop")
            before = _without_own(now, chosen)
        time.sleep(_PAUSE)


def _without_own(now: State, chosen: Mapping[str, Path]) -> State:
    """Return the state with what the run itself wrote, so that only edits by others are changes."""
    after = _state(chosen["schemas"], chosen["out"])
    out, lock = f"{chosen['out']}{os.sep}", str(chosen["schemas"] / LOCK_FILE)

    def is_own(path: str) -> bool:
        return path == lock or path.startswith(out)

    theirs = {path: state for path, state in now.items() if not is_own(path)}
    return theirs | {path: state for path, state in after.items() if is_own(path)}


def _folders(chosen: Mapping[str, Path], explicit: Iterable[str]) -> dict[str, Path]:
    """Return the folders to watch. Edited settings may name other folders."""
    try:
        settings = find_settings(Path.cwd())
    except (SettingsError, OSError):
        return dict(chosen)  # `generate` reports the error
    defaults: Mapping[str, str] = settings.defaults() if settings else FOLDERS
    return {key: chosen[key] if key in explicit else Path(defaults[key]) for key in chosen}


def _state(*folders: Path) -> State:
    """Return times and sizes of all files that `generate` reads."""
    state: dict[str, object] = {}
    here = Path.cwd()
    settings = [str(folder / SETTINGS_FILE) for folder in (here, *here.parents)]
    for path in (*settings, *_files(*folders, TEMPLATES, PACKAGE)):
        try:
            status = os.stat(path)  # noqa: PTH116 (a Path for each of thousands takes longer)
        except OSError:
            continue  # missing now; the next look will find it if it appears
        # The inode too: an editor may replace a file by one of the same time and size.
        state[path] = status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
    return state


def _files(*folders: Path) -> Iterator[str]:
    for folder in folders:
        for place, below, names in os.walk(folder):
            below[:] = [name for name in below if _is_visible(name)]
            yield from (f"{place}{os.sep}{name}" for name in names if _is_visible(name))


def _is_visible(name: str) -> bool:
    return not name.startswith(".") and name != "__pycache__" and not name.endswith(_TEMPORARY)
