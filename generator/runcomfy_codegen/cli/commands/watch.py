"""`runcomfy-codegen watch`: `generate`, again after every change."""

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
from ..console import install_option, only_option, out_option, package_option, say, schemas_option
from ..settings import FILE as SETTINGS_FILE
from ..settings import FOLDERS, SettingsError, find_settings

_PAUSE = 0.5  # seconds between two looks
_TEMPORARY = ("~", ".swp", ".swx", ".tmp", ".pyc", ".bak")  # of editors and of Python
_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
State = Mapping[str, object]


@click.command()
@only_option
@schemas_option
@out_option
@package_option
@install_option
@click.pass_context
def watch(
    context: click.Context,
    only: tuple[str, ...],
    schemas: Path,
    out: Path,
    package: str,
    install: str,
) -> None:
    """Run generate again whenever a file that it reads changes, until interrupted.

    Watches the schemas with overlays, names and changelog, the generated files, the settings in
    pyproject.toml, the templates and the generator itself.
    """
    # Imported here: other commands must not pay for it.
    from subprocess import run

    given = {key for key in context.params if context.get_parameter_source(key) in _GIVEN}
    options = [f"--{key}={context.params[key]}" for key in sorted(given - {"only"})]
    options += [f"--only={glob}" for glob in only if "only" in given]
    # A process of its own: templates, code and settings are read once in each.
    command = [sys.executable, "-m", "runcomfy_codegen", "generate", *options]
    chosen = {"schemas": schemas, "out": out}
    before: State | None = None
    while True:
        chosen = _folders(chosen, given)
        now = _state(chosen["schemas"], chosen["out"])
        if now != before:
            run(command, check=False)  # noqa: S603
            say("waiting for changes; Ctrl-C ends it")
            before = _without_own(now, chosen)
        time.sleep(_PAUSE)


def _without_own(now: State, chosen: Mapping[str, Path]) -> State:
    """Take what the run has just written as known; what was edited meanwhile is a change."""
    after = _state(chosen["schemas"], chosen["out"])
    out, lock = f"{chosen['out']}{os.sep}", str(chosen["schemas"] / LOCK_FILE)

    def is_own(path: str) -> bool:
        return path == lock or path.startswith(out)

    theirs = {path: state for path, state in now.items() if not is_own(path)}
    return theirs | {path: state for path, state in after.items() if is_own(path)}


def _folders(chosen: Mapping[str, Path], given: Iterable[str]) -> dict[str, Path]:
    """Return the folders to watch; settings that were edited may name others."""
    try:
        settings = find_settings(Path.cwd())
    except (SettingsError, OSError):
        return dict(chosen)  # `generate` says what is wrong
    defaults: Mapping[str, str] = settings.defaults() if settings else FOLDERS
    return {key: chosen[key] if key in given else Path(defaults[key]) for key in chosen}


def _state(*folders: Path) -> State:
    """Return times and sizes of all files that `generate` reads."""
    found: dict[str, object] = {}
    here = Path.cwd()
    settings = [str(folder / SETTINGS_FILE) for folder in (here, *here.parents)]
    for path in (*settings, *_files(*folders, TEMPLATES, PACKAGE)):
        try:
            status = os.stat(path)  # noqa: PTH116 (a Path for each of thousands takes longer)
        except OSError:
            continue  # gone again, or not there: the next look sees what has come of it
        # An editor may put another file in its place that has the old one's time and size.
        found[path] = status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
    return found


def _files(*folders: Path) -> Iterator[str]:
    for folder in folders:
        for place, below, names in os.walk(folder):
            below[:] = [name for name in below if _is_visible(name)]
            yield from (f"{place}{os.sep}{name}" for name in names if _is_visible(name))


def _is_visible(name: str) -> bool:
    return not name.startswith(".") and name != "__pycache__" and not name.endswith(_TEMPORARY)
