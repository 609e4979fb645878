"""`runcomfy-codegen sync`: the catalogue into schemas/."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..console import FINDINGS, USAGE, only_option, say, schemas_option, unmatched_globs
from ..locking import sole_writer
from ..model_ids import unmatched
from ..problems import counted, has_errors
from ..untrusted import on_one_line

if TYPE_CHECKING:
    from ..sync import Change, Kind


@click.command()
@click.option(
    "--from",
    "origin",
    metavar="URL|FILE",
    help="The Model API at another address, a saved reply of it, or - for standard input.",
)
@only_option
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be done.")
@click.option(
    "--prune", is_flag=True, help="Delete endpoints that are gone, their overlays included."
)
@schemas_option
def sync(
    origin: str | None,
    only: tuple[str, ...],
    dry_run: bool,
    prune: bool,
    schemas: Path,
) -> None:
    """Bring the schemas folder in line with the Model API's catalogue.

    Says on a line each which endpoints are new, changed, back or gone. Gone ones are marked, and stay
    until --prune; endpoints that only `add` ever saw stay in any case. The catalogue's input schema
    takes the place of a page's; examples and output schemas of pages stay, and so do overlays.
    """
    # They bring the SDK's transport with them, which no other command needs.
    from ..catalogue import read_catalogue
    from ..catalogue_source import load_catalogue
    from ..runtime._pace import Pace
    from ..runtime.errors import ConfigurationError
    from ..schemas_folder import known_ids
    from ..sync import apply_sync, plan_sync

    try:
        pages, problems = load_catalogue(origin, say, Pace())
    except ConfigurationError as error:
        raise click.UsageError(error.message) from None
    catalogue = None
    if pages:
        catalogue, problems = read_catalogue(pages, only)
    for problem in problems:
        say(str(problem))
    if catalogue is None:
        say(f"the catalogue cannot be read: {schemas} was not touched")
        sys.exit(USAGE)
    candidates = {*catalogue.listed, *known_ids(schemas)} if only else ()
    without = unmatched(only, candidates)
    if only and len(without) == len(set(only)):
        say(f"no endpoint matches {' '.join(only)}: {schemas} was not touched")
        sys.exit(USAGE)
    for problem in unmatched_globs(without, "warning"):
        say(str(problem))
    made: list[Change] = []

    def done(change: Change) -> None:
        made.append(change)
        click.echo(on_one_line(str(change)))

    with nullcontext() if dry_run else sole_writer(say, schemas):
        plan = plan_sync(catalogue, schemas, only, prune=prune)
        failures = list(plan.problems)
        if dry_run:
            for change in plan.changes:
                done(change)
        else:
            failures += apply_sync(plan, schemas, done)
    for problem in failures:
        say(str(problem))
    counts = Counter(change.kind for change in made)
    parts = [f"{counts[kind]} {kind}" for kind in _KINDS if counts[kind]]
    say(f"{'dry run: ' if dry_run else ''}{', '.join([*parts, f'{plan.unchanged} unchanged'])}")
    if gone := plan.gone + counts["gone"]:
        say(f"{counted(gone, 'endpoint')} gone from the catalogue: --prune deletes what is marked")
    sys.exit(FINDINGS if has_errors([*problems, *failures]) else 0)


_KINDS: tuple[Kind, ...] = ("new", "changed", "back", "gone", "pruned")
