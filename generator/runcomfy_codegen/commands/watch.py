"""`runcomfy-codegen watch`: `generate`, again after every change."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click

from ..console import only_option, out_option, package_option, say, schemas_option
from ..names import LOCK_FILE
from ..toolchain import HERE, TEMPLATES

_PAUSE = 0.5  # seconds between two looks


@click.command()
@only_option
@schemas_option
@out_option
@package_option
def watch(only: tuple[str, ...], schemas: Path, out: Path, package: str) -> None:
    """Generate whenever a schema, a template or the generator changes, until interrupted."""
    # Imported here: other commands must not pay for it.
    from subprocess import run

    options = ["--schemas", str(schemas), "--out", str(out), "--package", package]
    options += [text for glob in only for text in ("--only", glob)]
    # A process of its own: templates and code are loaded once in each.
    command = [sys.executable, "-m", "runcomfy_codegen", "generate", *options]
    before: Mapping[Path, object] | None = None
    while True:
        now = _state(schemas, TEMPLATES, HERE)
        if now != before:
            run(command, check=False)  # noqa: S603
            say("waiting for changes; Ctrl-C ends it")
            # Names given just now are no change; what was edited meanwhile is one.
            lock = schemas / LOCK_FILE
            given = {path: state for path, state in _state(schemas).items() if path == lock}
            before = {path: state for path, state in now.items() if path != lock} | given
        time.sleep(_PAUSE)


def _state(*roots: Path) -> dict[Path, object]:
    """Sizes and times; a file that vanishes while it is looked at is seen the next time."""
    found: dict[Path, object] = {}
    for root in roots:
        for path in root.rglob("*"):
            if path.suffix in (".json", ".jinja", ".py") and path.is_file():
                status = path.stat()
                found[path] = status.st_mtime_ns, status.st_size
    return found
