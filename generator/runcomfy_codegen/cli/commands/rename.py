"""`runcomfy-codegen rename`: the names of an endpoint whose id changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

import click

from ...disk.locking import sole_writer
from ...text.problems import has_errors
from ..console import report, say, schemas_option


@click.command()
@click.argument("old")
@click.argument("new")
@schemas_option
def rename(old: str, new: str, schemas: Path) -> None:
    """Move the Python names of the endpoint OLD to NEW, the id that it has now.

    Code that uses the old names goes on working: the old attribute and module stay as deprecated aliases.
    OLD must be gone from the catalogue, and NEW be in the schemas folder. Corrections (overlay.json) move
    too. `rename NEW OLD` takes it back, once the ids are as they were; so does version control.
    """
    with sole_writer(say, schemas):
        _rename(old, new, schemas)


def _rename(old: str, new: str, schemas: Path) -> None:
    from ...disk.files import write_together
    from ...names import LOCK_FILE
    from ...names.lock_file import read_names
    from ...names.renaming import rename as move_names
    from ...schemas.folder import delete_endpoint, folder_for, known_ids, read_info

    lock = schemas / LOCK_FILE
    names, problems = read_names(lock.read_bytes() if lock.exists() else None, str(lock))
    if has_errors(problems):
        report(problems)
        raise click.UsageError("nothing was renamed")
    present = known_ids(schemas)
    if old == new:
        raise click.UsageError(f"OLD and NEW must be two ids; got {old} twice")
    if old not in names.endpoints:
        raise click.UsageError(
            f"OLD must have names in {lock}; got {old}{_similar(old, names.endpoints)}"
        )
    if new not in present:
        raise click.UsageError(
            f"NEW must be an endpoint in {schemas}; got {new}{_similar(new, present)}"
        )
    if old in present:
        folder = folder_for(schemas, old)
        if not read_info(folder)[0].get("gone"):
            raise click.UsageError(
                f"OLD must be gone from the catalogue; {old} is still in {schemas}."
                " `runcomfy-codegen sync` marks what is gone"
            )
        overlay, target = folder / "overlay.json", folder_for(schemas, new) / "overlay.json"
        if overlay.exists() and not target.exists():
            write_together(schemas, {f"{new}/overlay.json": overlay.read_bytes()})
        delete_endpoint(schemas, folder)
    former = names.endpoints[old]
    name = move_names(names, old, new)
    write_together(schemas, {LOCK_FILE: names.dumps().encode()})
    say(f"{new} is client.{name.attribute_path}")
    for alias in names.aliases.values():
        if alias.model_id == new:
            say(f"client.{alias.name.attribute_path} stays as a deprecated alias")
    if former == name:
        say("no name changed for users of the SDK")
    say("runcomfy-codegen generate writes it")


def _similar(model_id: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(model_id, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
