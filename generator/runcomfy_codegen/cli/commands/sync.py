"""`runcomfy-codegen sync`: update the schemas folder from the catalogue."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...disk.locking import sole_writer
from ...names.model_ids import unmatched
from ...text.problems import Problem, counted, has_errors
from ...text.untrusted import on_one_line
from ...workspace import Workspace, open_workspace
from ..console import FINDINGS, USAGE, say, unmatched_globs
from ..options import only_option, schemas_option, version_option

if TYPE_CHECKING:
    from ...capture.catalogue.entries import CatalogueEntries
    from ...capture.sync import Kind, SyncChange, SyncPlan
    from ...runtime._api.auth import ApiToken


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
@version_option
def sync(
    origin: str | None,
    only: tuple[str, ...],
    dry_run: bool,
    prune: bool,
    schemas: Path,
    version: str,
) -> None:
    """Update the schemas folder from the catalogue of the Model API.

    The Model API requires an API token, in RUNCOMFY_API_TOKEN or the token file of the RunComfy CLI.
    A saved reply (--from FILE) requires none.

    Prints one line for each endpoint that is new, changed, back or gone. Endpoints that are gone are
    marked and kept until --prune; then the SDK says what replaces them. Endpoints that only `add` captured are always kept. The catalogue's
    input schema replaces a page's, but keeps the page's titles and descriptions where it has none.
    Examples, output schemas of pages and overlays are kept.
    """
    # Imported here, as it brings the SDK's transport, which no other command needs.
    from ...capture.sync import plan_sync

    output = _output(origin)
    catalogue, problems = _read_catalogue(origin, only, output)
    output.tell_problems(problems)
    if catalogue is None:
        output.tell(f"the catalogue cannot be read; {schemas} was not changed")
        sys.exit(USAGE)
    _require_matches(catalogue, open_workspace(schemas, only=only, version=version), output)
    with nullcontext() if dry_run else sole_writer(output.tell, schemas):
        plan = plan_sync(catalogue, schemas, only, prune=prune)
        if dry_run:
            failures = list(plan.problems)
            for change in plan.changes:
                output.print_change(change)
        else:
            failures = [*plan.problems, *_apply(plan, schemas, version, output)]
    output.print_renamed(plan)
    output.tell_problems(failures)
    output.tell_counts(plan, "dry run: " if dry_run else "")
    sys.exit(FINDINGS if has_errors([*problems, *failures]) else 0)


def _apply(plan: SyncPlan, schemas: Path, version: str, output: _Output) -> list[Problem]:
    """Make the changes. Return the problems, among them that names cannot be remembered."""
    from ...capture.pruned import PrunedNames
    from ...capture.sync import apply_sync

    pruned = [change.model_id for change in plan.changes if change.kind == "pruned"]
    names = PrunedNames(schemas, pruned, version)
    if has_errors(names.problems):
        output.tell(f"{schemas} was not changed, as names of deleted endpoints would be lost")
        return names.problems
    names.remember()
    problems = apply_sync(plan, schemas, output.print_change)
    names.remember()
    return problems


class _Output:
    """The output of the command. The API token is redacted in all of it, as servers may repeat it."""

    def __init__(self, token: ApiToken | None) -> None:
        from ...capture.catalogue.token_echo import TokenEcho

        self.token = token
        self._redact = TokenEcho(token).redact
        self._counts: Counter[Kind] = Counter()

    def tell(self, message: str) -> None:
        """Print on stderr."""
        say(self._redact(message))

    def tell_problems(self, problems: Iterable[Problem]) -> None:
        """Print findings on stderr."""
        for problem in problems:
            self.tell(str(problem))

    def print_change(self, change: SyncChange) -> None:
        """Print a change on stdout, and count it."""
        self._counts[change.kind] += 1
        self._print(str(change))

    def print_renamed(self, plan: SyncPlan) -> None:
        """Print on stdout which ids look like new names of others, and how to keep their Python names."""
        for old, new in plan.renamed:
            advice = f"runcomfy-codegen rename {old} {new} keeps its names"
            self._print(f"renamed? {old} -> {new}: {advice}")

    def tell_counts(self, plan: SyncPlan, prefix: str) -> None:
        """Print a summary on stderr."""
        counts = self._counts
        parts = [f"{counts[kind]} {kind}" for kind in _KINDS if counts[kind]]
        self.tell(f"{prefix}{', '.join([*parts, f'{plan.unchanged} unchanged'])}")
        if gone := plan.gone + counts["gone"]:
            self.tell(f"{counted(gone, 'endpoint')} gone from the catalogue; --prune deletes them")

    def _print(self, line: str) -> None:
        click.echo(self._redact(on_one_line(line)))


def _output(origin: str | None) -> _Output:
    """Find the API token if the origin requires one, and warn if there is none."""
    from ...capture.catalogue.source import is_service, service_token
    from ...runtime._api.auth import VARIABLES
    from ...runtime.errors import ConfigurationError

    if not is_service(origin):
        return _Output(None)
    try:
        token = service_token()
    except ConfigurationError as error:
        raise click.UsageError(error.message) from None
    if token is None:
        say(f"the Model API requires an API token, and none was found: export {VARIABLES[0]}=...")
    return _Output(token)


def _read_catalogue(
    origin: str | None, only: tuple[str, ...], output: _Output
) -> tuple[CatalogueEntries | None, list[Problem]]:
    """Load the catalogue; None, with the reasons, if it cannot be read."""
    from ...capture.catalogue.entries import read_catalogue
    from ...capture.catalogue.source import load_catalogue
    from ...runtime._transport.retry import RetryPolicy
    from ...runtime.errors import ConfigurationError

    try:
        pages, problems = load_catalogue(origin, output.token, output.tell, RetryPolicy())
    except ConfigurationError as error:
        raise click.UsageError(error.message) from None
    return read_catalogue(pages, only) if pages else (None, problems)


def _require_matches(catalogue: CatalogueEntries, workspace: Workspace, output: _Output) -> None:
    """Warn about globs that match nothing. End the run if no glob matches."""
    from ...schemas.folder import known_ids

    only, schemas = workspace.only, workspace.schemas
    if not only:
        return
    without = unmatched(only, {*catalogue.listed, *known_ids(schemas)})
    if len(without) == len(set(only)):
        output.tell(f"no endpoint matches {' '.join(only)}; {schemas} was not changed")
        sys.exit(USAGE)
    output.tell_problems(unmatched_globs(without, "warning", workspace))


_KINDS: tuple[Kind, ...] = ("new", "changed", "back", "gone", "pruned")
