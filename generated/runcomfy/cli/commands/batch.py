# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`batch INPUTS`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ...batches import Batch, Entry, Journal, Outcome, Report, contact_sheet, read_jsonl
from ...errors import FieldProblem, InvalidRequestError
from .._console import command_line, console, in_columns, is_live, mode, say, write_json
from .._errors import in_shell_words
from .._exit_codes import OTHER, exit_code
from .._open import open_client
from .._options import AsJson, BaseUrl, Folder, Timeout

Inputs = Annotated[
    str,
    typer.Argument(
        metavar="INPUTS",
        help='A file of lines {"model_id": ..., "input": {...}}; a local file is {"$file": "a.png"}.',
    ),
]
JournalFile = Annotated[
    str | None,
    typer.Option(
        "--journal",
        metavar="FILE",
        help="What was submitted is kept there: INPUTS.sqlite if left out. Run again to go on.",
    ),
]
Concurrency = Annotated[
    int, typer.Option("--concurrency", metavar="N", help="Requests under way at the same time.")
]
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", metavar="USD", help="For all requests of the journal, in all runs."),
]
Attach = Annotated[
    list[str] | None,
    typer.Option(
        "--attach",
        metavar="KEY=REQUEST_ID",
        help="A request in doubt that you found among your generations.",
    ),
]
Retry = Annotated[
    list[str] | None,
    typer.Option(
        "--retry", metavar="KEY", help="One that is not there, or has failed: submit it again."
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
    as_json: AsJson = False,
    base_url: BaseUrl = None,
) -> None:
    """Run many requests from a file, each submitted once however often this is interrupted."""
    path = Path(journal) if journal else Path(inputs).with_suffix(".sqlite")
    found = [_pair(each) for each in attach or []]
    requests = read_jsonl(inputs)
    with open_client(base_url) as client:
        made = Batch[Any](
            client,
            requests,
            journal=path,
            folder=output,
            concurrency=concurrency,
            max_cost_usd=max_cost,
            timeout=timeout,
        )
        _decide(path, found, retry or [])
        try:
            with _progress(len(made)) as on_outcome:
                report = made.run(on_outcome)
        except KeyboardInterrupt:
            say(
                f"stopped; what was submitted goes on. The same command goes on with it:\n{_again()}"
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
    problem = FieldProblem("--attach", f"expected KEY=REQUEST_ID, not {text!r:.80}")
    raise InvalidRequestError.from_problems([problem], "batch")


def _decide(path: Path, found: list[tuple[str, str]], again: list[str]) -> None:
    if not (found or again):
        return
    with Journal(path) as journal:
        if told := [key for key in again if journal.entry(key).state == "submitted"]:
            raise InvalidRequestError.from_problems(
                [_told(journal.entry(key)) for key in told], "batch"
            )
        for key, request_id in found:
            if journal.entry(key).request_id != request_id:
                journal.attach(key, request_id)
        for key in again:
            journal.retry(key)


def _told(entry: Entry) -> FieldProblem:
    return FieldProblem(
        "--retry",
        f"{entry.key} is submitted as {entry.request_id} already: leave it out to wait for that; "
        "to pay for it once more, give it another key",
    )


@contextmanager
def _progress(count: int) -> Generator[Callable[[Outcome[Any]], object], None, None]:
    """A bar on a terminal; elsewhere a plain line for each request."""
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
        write_json({"outcomes": outcomes, "cost": report.cost, "sheet": str(sheet)})
    else:
        in_columns(
            [
                [each.key, each.state, each.request_id or "", *map(str, each.files)]
                for each in report.outcomes
            ]
        )
    for outcome in report.failures:
        why = in_shell_words(outcome.error) if outcome.error else outcome.state
        say(f"{outcome.key}: {why}", "red")
    if report.in_doubt:
        say(
            f"{len(report.in_doubt)} may have been accepted: look under Generations on runcomfy.com,\n"
            "then run it again with --attach KEY=REQUEST_ID for what is there, --retry KEY for what "
            "is not."
        )
    say(f"{report}; {sheet} shows it", "green" if report.is_complete else "yellow")


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
    """That of the errors, if they all have the same one."""
    codes = {exit_code(outcome.error) for outcome in report.failures if outcome.error}
    return codes.pop() if len(codes) == 1 else OTHER


def _again() -> str:
    """This command without what it has decided."""
    kept: list[str] = []
    arguments = iter(sys.argv[1:])
    for each in arguments:
        if each in _DECISIONS:
            next(arguments, None)
        elif each.partition("=")[0] not in _DECISIONS:
            kept.append(each)
    return command_line(*kept)
