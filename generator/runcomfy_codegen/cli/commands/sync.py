"""`runcomfy-codegen sync`: the catalogue into schemas/."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...disk.locking import sole_writer
from ...names.model_ids import unmatched
from ...text.problems import counted, has_errors
from ...text.untrusted import on_one_line
from ..console import FINDINGS, USAGE, only_option, say, schemas_option, unmatched_globs

if TYPE_CHECKING:
    from ...capture.catalogue.token_echo import TokenEcho
    from ...capture.sync import Change, Kind


@click.command()
@click.option(
    "--from",
    "origin",
    metavar="URL|FILE",
    help="Another address of the Model API, a saved reply, or - for standard input.",
)
@only_option
@click.option("--dry-run", is_flag=True, help="Print what would change, and write nothing.")
@click.option("--prune", is_flag=True, help="Delete endpoints that are gone, with their overlays.")
@schemas_option
def sync(
    origin: str | None,
    only: tuple[str, ...],
    dry_run: bool,
    prune: bool,
    schemas: Path,
) -> None:
    """Update the schemas folder from the Model API's catalogue.

    The Model API needs an API token, in RUNCOMFY_API_TOKEN or the token file of the RunComfy CLI;
    a saved reply (--from FILE) needs none.

    Prints one line for each endpoint that is new, changed, back or gone. Endpoints that are gone are
    marked, and kept until --prune; endpoints that only `add` captured are always kept. The catalogue's
    input schema replaces a page's, with the page's titles and descriptions where the catalogue has
    none. Examples and output schemas of pages are kept, and so are overlays.
    """
    # They bring the SDK's transport with them, which no other command needs.
    from ...capture.catalogue.entries import read_catalogue
    from ...capture.catalogue.source import is_service, load_catalogue, service_token
    from ...capture.catalogue.token_echo import TokenEcho
    from ...capture.sync import apply_sync, plan_sync
    from ...runtime._api.auth import VARIABLES
    from ...runtime._transport.retry import RetryPolicy
    from ...runtime.errors import ConfigurationError
    from ...schemas.folder import known_ids

    try:
        token = service_token() if is_service(origin) else None
        # Whatever a server says reaches a terminal through these two.
        tell, echo = _redacting(TokenEcho(token))
        if token is None and is_service(origin):
            tell(f"no API token was found, which the Model API asks for: export {VARIABLES[0]}=...")
        pages, problems = load_catalogue(origin, token, tell, RetryPolicy())
    except ConfigurationError as error:
        raise click.UsageError(error.message) from None
    catalogue = None
    if pages:
        catalogue, problems = read_catalogue(pages, only)
    for problem in problems:
        tell(str(problem))
    if catalogue is None:
        tell(f"the catalogue cannot be read: {schemas} was not touched")
        sys.exit(USAGE)
    candidates = {*catalogue.listed, *known_ids(schemas)} if only else ()
    without = unmatched(only, candidates)
    if only and len(without) == len(set(only)):
        tell(f"no endpoint matches {' '.join(only)}: {schemas} was not touched")
        sys.exit(USAGE)
    for problem in unmatched_globs(without, "warning"):
        tell(str(problem))
    made: list[Change] = []

    def done(change: Change) -> None:
        made.append(change)
        echo(on_one_line(str(change)))

    with nullcontext() if dry_run else sole_writer(tell, schemas):
        plan = plan_sync(catalogue, schemas, only, prune=prune)
        failures = list(plan.problems)
        if dry_run:
            for change in plan.changes:
                done(change)
        else:
            failures += apply_sync(plan, schemas, done)
    for old, new in plan.renamed:
        question = f"renamed? {old} -> {new}: runcomfy-codegen rename {old} {new} keeps its names"
        echo(on_one_line(question))
    for problem in failures:
        tell(str(problem))
    counts = Counter(change.kind for change in made)
    parts = [f"{counts[kind]} {kind}" for kind in _KINDS if counts[kind]]
    tell(f"{'dry run: ' if dry_run else ''}{', '.join([*parts, f'{plan.unchanged} unchanged'])}")
    if gone := plan.gone + counts["gone"]:
        tell(f"{counted(gone, 'endpoint')} gone from the catalogue: --prune deletes what is marked")
    sys.exit(FINDINGS if has_errors([*problems, *failures]) else 0)


def _redacting(echo: TokenEcho) -> tuple[Callable[[str], None], Callable[[str], None]]:
    """Return functions that print on stderr and stdout, never the token."""

    def to_stderr(message: str) -> None:
        say(echo.redact(message))

    def to_stdout(message: str) -> None:
        click.echo(echo.redact(message))

    return to_stderr, to_stdout


_KINDS: tuple[Kind, ...] = ("new", "changed", "back", "gone", "pruned")
