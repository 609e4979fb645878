"""`batch INPUTS`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ...batches import Entry, Journal, Outcome, Report, contact_sheet
from ...batches._twins import refuse_second_journal
from ...errors import FieldProblem, InvalidRequestError
from .._batch_input import checked_batch, journal_of
from .._console import command_line, console, in_columns, is_live, mode, say, write_json
from .._dry_run import DryRun, show_batch
from .._errors import in_shell_words
from .._exit_codes import OTHER, exit_code
from .._open import open_client
from .._options import AsJson, BaseUrl, Folder, Timeout

Inputs = Annotated[
    str,
    typer.Argument(
        metavar="INPUTS",
        help='JSONL file of requests, {"model_id": ..., "input": {...}} in each line. '
        'Write a local file as {"$file": "a.png"}.',
    ),
]
JournalFile = Annotated[
    str | None,
    typer.Option(
        "--journal",
        metavar="FILE",
        help="Journal file, which records what was submitted. Defaults to INPUTS.sqlite. Rerun with the "
        "same journal to resume; with another one, every request is paid for again.",
    ),
]
Concurrency = Annotated[
    int, typer.Option("--concurrency", metavar="N", help="Maximum number of requests in progress.")
]
MaxCost = Annotated[
    float | None,
    typer.Option(
        "--max-cost",
        metavar="USD",
        help="Cost limit in US dollars for all requests of the journal, over all runs.",
    ),
]
Attach = Annotated[
    list[str] | None,
    typer.Option(
        "--attach",
        metavar="KEY=REQUEST_ID",
        help="Attach an unknown request to a job found under Generations on runcomfy.com. Repeatable.",
    ),
]
Retry = Annotated[
    list[str] | None,
    typer.Option(
        "--retry",
        metavar="KEY",
        help="Resubmit a request that failed or was never accepted. Repeatable.",
    ),
]
Untyped = Annotated[
    bool,
    typer.Option(
        "--untyped",
        help="Send requests to models that this package does not have. Only the service checks them.",
    ),
]

_DECISIONS = ("--attach", "--retry")


def batch(
    inputs: Inputs,
    output: Folder = "out",
    journal: JournalFile = None,
    concurrency: Concurrency = 16,
    max_cost: MaxCost = None,
    attach: Attach = None,
    retry: Retry = None,
    timeout: Timeout = None,
    untyped: Untyped = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
) -> None:
    """Run many requests from a file. Each is submitted once, even if the command is interrupted."""
    path = journal_of(inputs, journal)
    attached = [_pair(text) for text in attach or []]
    with open_client(base_url) as client:
        prepared = checked_batch(
            client,
            inputs,
            untyped=untyped,
            journal=path,
            folder=output,
            concurrency=concurrency,
            max_cost_usd=max_cost,
            timeout=timeout,
        )
        refuse_second_journal(prepared)
        if dry_run:
            show_batch(client, prepared)
            return
        _decide(path, attached, retry or [])
        try:
            with _progress(len(prepared)) as on_outcome:
                report = prepared.run(on_outcome)
        except KeyboardInterrupt:
            say(
                f"Interrupted. The journal is {path}. Submitted jobs keep running; rerun this command "
                f"to resume:\n{_again()}"
            )
            raise typer.Exit(OTHER) from None
    sheet = contact_sheet(path, Path(output) / "index.html")
    _show(report, sheet, path)
    if not report.is_complete:
        raise typer.Exit(_code(report))


def _pair(text: str) -> tuple[str, str]:
    key, separator, request_id = text.rpartition("=")
    if key and separator:
        return key, request_id
    problem = FieldProblem("--attach", f"must be KEY=REQUEST_ID; got {text!r:.80}")
    raise InvalidRequestError.from_problems([problem], "batch")


def _decide(path: Path, attached: list[tuple[str, str]], retried: list[str]) -> None:
    if not (attached or retried):
        return
    with Journal(path) as journal:
        entries = [journal.entry(key) for key in retried]
        problems = [_submitted(entry) for entry in entries if entry.state == "submitted"]
        if problems:
            raise InvalidRequestError.from_problems(problems, "batch")
        for key, request_id in attached:
            if journal.entry(key).request_id != request_id:
                journal.attach(key, request_id)
        for key in retried:
            journal.retry(key)


def _submitted(entry: Entry) -> FieldProblem:
    return FieldProblem(
        "--retry",
        f"{entry.key} is already submitted as {entry.request_id}; omit it to wait for that job, or "
        "give it another key to pay for a second one",
    )


@contextmanager
def _progress(count: int) -> Generator[Callable[[Outcome[Any]], object], None, None]:
    """Show a bar on a terminal; elsewhere print a line for each request."""
    screen = console(stderr=True)
    if not is_live(screen):
        yield lambda outcome: say(f"{outcome.key}: {outcome.state}")
        return
    columns = TextColumn("requests"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("", total=count)
        yield lambda _: progress.advance(task)


def _show(report: Report[Any], sheet: Path, journal: Path) -> None:
    if mode.json:
        outcomes = [_as_json(outcome) for outcome in report.outcomes]
        facts = {"cost": report.cost, "sheet": str(sheet), "journal": str(journal)}
        write_json({"outcomes": outcomes, **facts})
    else:
        in_columns(
            [
                [outcome.key, outcome.state, outcome.request_id or "", *map(str, outcome.files)]
                for outcome in report.outcomes
            ]
        )
    for outcome in report.failures:
        why = in_shell_words(outcome.error) if outcome.error else outcome.state
        say(f"{outcome.key}: {why}", "red")
    if report.in_doubt:
        say(
            f"{len(report.in_doubt)} unknown: the connection dropped during the submit, which may have "
            "been accepted.\nLook under Generations on runcomfy.com. Then rerun with the journal "
            f"{journal} and --attach KEY=REQUEST_ID for jobs that are there, --retry KEY for the others."
        )
    summary = f"{report}; {sheet} shows it; the journal is {journal}"
    say(summary, "green" if report.is_complete else "yellow")


def _as_json(outcome: Outcome[Any]) -> dict[str, Any]:
    return {
        "key": outcome.key,
        "model_id": outcome.model_id,
        "state": outcome.state,
        "request_id": outcome.request_id,
        "cost": outcome.cost,
        "files": list(map(str, outcome.files)),
        "urls": list(outcome.result.urls) if outcome.result else [],
        "error": outcome.error.message if outcome.error else None,
    }


def _code(report: Report[Any]) -> int:
    """Return the exit code that all errors have, or OTHER."""
    codes = {exit_code(outcome.error) for outcome in report.failures if outcome.error}
    return codes.pop() if len(codes) == 1 else OTHER


def _again() -> str:
    """Return this command line without its `--attach` and `--retry`."""
    kept: list[str] = []
    arguments = iter(sys.argv[1:])
    for argument in arguments:
        if argument in _DECISIONS:
            next(arguments, None)
        elif argument.partition("=")[0] not in _DECISIONS:
            kept.append(argument)
    return command_line(*kept)
