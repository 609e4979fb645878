"""Wait for a job: progress, and Ctrl-C that leaves or cancels the job."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ..errors import DownloadError, WaitTimeout
from ..jobs import CancelOutcome, Job, JobStatus, Result
from ._console import console, is_live, message, say
from ._errors import report_interrupt
from ._jobs import CANCEL_WORDS, pick_up, show_result, status_words


def finish(
    job: Job[Any], *, timeout: float | None, folder: str | None, base_url: str | None
) -> None:
    """Wait for a job, save its outputs if there is a folder, and show the result.

    Args:
        job: The job.
        timeout: The seconds to wait, None for the default.
        folder: The folder of the outputs, None to save none.
        base_url: The base URL that was given on the command line.

    Raises:
        RunComfyError: As raised by `Job.wait` and `Result.download`.
        typer.Exit: Ctrl-C was pressed.
    """
    again = pick_up(job.request_id, folder, base_url)
    try:
        with _progress(job.request_id) as on_update:
            result = job.wait(timeout, on_update=on_update)
    except KeyboardInterrupt:
        _interrupted(job, again)
    except WaitTimeout as error:
        error.advice = f"Pick it up again:\n{again}"
        raise
    show_result(result, None if folder is None else _save(result, folder, again))


def _save(result: Result[Any], folder: str, again: str) -> list[Path]:
    screen = console(stderr=True)
    spinner = screen.status(message(f"saving in {folder}")) if is_live(screen) else nullcontext()
    try:
        with spinner:
            return result.download(folder)
    except DownloadError as error:
        error.advice = again
        raise
    except KeyboardInterrupt:
        text = f"{result.request_id} is done and paid for; download the rest:\n{again}"
        raise typer.Exit(report_interrupt(text, result.model_id, result.request_id)) from None


@contextmanager
def _progress(request_id: str) -> Generator[Callable[[JobStatus], None], None, None]:
    """Show a spinner on a terminal; elsewhere print a line for each change."""
    screen = console(stderr=True)
    if not is_live(screen):
        yield lambda status: say(f"{request_id}: {status_words(status)} ({status.elapsed:.1f} s)")
        return
    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("submitted", total=None)
        yield lambda status: progress.update(task, description=status_words(status))


def _interrupted(job: Job[Any], again: str) -> NoReturn:
    """Offer to cancel the job on a terminal. Otherwise, or after a second Ctrl-C, leave it."""
    text = f"{job.request_id} is left as it is; pick it up again:\n{again}"
    if sys.stdin.isatty() and sys.stderr.isatty() and _wants_cancel():
        outcome = _cancel(job)
        outcome_text = f"{job.request_id}: {CANCEL_WORDS[outcome]}"
        text = outcome_text if outcome == "cancelled" else f"{outcome_text}\n{text}"
    raise typer.Exit(report_interrupt(text, job.model_id, job.request_id))


def _cancel(job: Job[Any]) -> CancelOutcome:
    try:
        return job.cancel()
    except KeyboardInterrupt:
        return "unconfirmed"


def _wants_cancel() -> bool:
    question = "\nInterrupted. Cancel the job (c), or leave it (Enter)? "
    try:
        return console(stderr=True).input(question).strip().lower() in ("c", "cancel")
    except (KeyboardInterrupt, EOFError):
        say("")
        return False
