"""`runcomfy-codegen rename`: keep the Python names of an endpoint whose model id changed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...disk.locking import sole_writer
from ...text.problems import has_errors
from ..console import report, say
from ..options import schemas_option, version_option

if TYPE_CHECKING:
    from ...names.lock import Names


@click.command()
@click.argument("old")
@click.argument("new")
@schemas_option
@version_option
def rename(old: str, new: str, schemas: Path, version: str) -> None:
    """Move the Python names of endpoint OLD to NEW, its new model id.

    OLD must be gone from the catalogue, and NEW must be in the schemas folder. Existing code keeps
    working: the old attribute and module become deprecated aliases, which last through the next minor
    version. The overlay (overlay.json) moves too. To undo a rename, run `rename NEW OLD` once the ids
    are as before, or use version control.
    """
    from ...schemas.folder import known_ids

    with sole_writer(say, schemas):
        names = _read_names(schemas)
        present = known_ids(schemas)
        _require_renamable(old, new, names.endpoints, present, schemas)
        if old in present:
            _replace_captured(old, new, schemas)
        _move_names(names, old, new, schemas, version)


def _read_names(schemas: Path) -> Names:
    from ...names import LOCK_FILE
    from ...names.lock_file import read_names

    lock = schemas / LOCK_FILE
    names, problems = read_names(lock.read_bytes() if lock.exists() else None, str(lock))
    if has_errors(problems):
        report(problems)
        raise click.UsageError("nothing was renamed")
    return names


def _require_renamable(
    old: str, new: str, named: Iterable[str], present: Collection[str], schemas: Path
) -> None:
    """End the run unless OLD has names and NEW is captured."""
    from ...names import LOCK_FILE

    if old == new:
        raise click.UsageError(f"OLD and NEW must be two ids; got {old} twice")
    if old not in named:
        lock = schemas / LOCK_FILE
        raise click.UsageError(f"OLD must have names in {lock}; got {old}{_similar(old, named)}")
    if new not in present:
        near = _similar(new, present)
        raise click.UsageError(f"NEW must be an endpoint in {schemas}; got {new}{near}")


def _replace_captured(old: str, new: str, schemas: Path) -> None:
    """Delete the captured files of OLD, which must be gone, and move its overlay to NEW."""
    from ...disk.files import write_together
    from ...schemas.folder import delete_endpoint, folder_for, read_info

    folder = folder_for(schemas, old)
    info, _ = read_info(folder)
    if not info.get("gone"):
        raise click.UsageError(
            f"OLD must be gone from the catalogue; {old} is still in {schemas}."
            " `runcomfy-codegen sync` marks endpoints that are gone"
        )
    overlay, target = folder / "overlay.json", folder_for(schemas, new) / "overlay.json"
    if overlay.exists() and not target.exists():
        write_together(schemas, {f"{new}/overlay.json": overlay.read_bytes()})
    delete_endpoint(schemas, folder)


def _move_names(names: Names, old: str, new: str, schemas: Path, version: str) -> None:
    from ...disk.files import write_together
    from ...names import LOCK_FILE
    from ...names.renaming import rename as move_names

    former = names.endpoints[old]
    name = move_names(names, old, new, version)
    write_together(schemas, {LOCK_FILE: names.dumps().encode()})
    say(f"{new} is client.{name.attribute_path}")
    for alias in names.aliases.values():
        if alias.model_id == new:
            say(f"client.{alias.name.attribute_path} stays as a deprecated alias")
    if former == name:
        say("no name changed for users of the SDK")
    say("run `runcomfy-codegen generate` to update the SDK")


def _similar(model_id: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(model_id, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
