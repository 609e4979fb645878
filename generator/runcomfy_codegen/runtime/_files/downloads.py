"""The outputs of a result in a folder: several at a time, each whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .._transport.effects import Flow, Invoke, Offload, Together
from .._transport.public_urls import RefusedURLError
from ..errors import DownloadError
from ..media._data_uri import is_data_uri
from ..media._mime import UnusableMediaError
from .content import ending_of, stem_of
from .encodings import EncodingError
from .fetch import REFUSALS, FetchOptions, FileRefusedError, fetch
from .names import NamePattern, NamePlan, PlannedName, split_ending
from .parts import PartFile, kept_parts, part_key
from .progress import OnProgress, Reports
from .urls import FileKind, media_type_of, short_url, url_name

PARALLEL = 4  # files of one download at a time: they come from one CDN, and go to one disk
_MAX_LINES = 50  # of an error; its `failed` holds all


@dataclass(frozen=True)
class Output:
    """A file of a result. n: its place among all of them, from 1."""

    url: str
    kind: FileKind
    n: int


@dataclass(frozen=True)
class SaveTarget:
    """The folder of saved files, and the pattern of their names."""

    folder: Path
    names: NamePattern
    overwrite: bool = False


@dataclass(frozen=True)
class Download:
    """The settings that all files of one download share.

    Attributes:
        options: How they are fetched.
        model_id: Of the job; empty where it is not known.
        request_id: Of the job.
        on_progress: Told how it goes. Its errors cost no file.
        enter: Waits for one of the places that a client has for downloads; may return an awaitable.
        leave: Gives the place back.
        may_await: Whether `on_progress` may return an awaitable.
    """

    options: FetchOptions
    model_id: str = ""
    request_id: str = ""
    on_progress: OnProgress | None = None
    enter: Callable[[Any], Any] = lambda _: None
    leave: Callable[[], None] = lambda: None
    may_await: bool = False


def download(outputs: Sequence[Output], target: SaveTarget, common: Download) -> Flow[list[Path]]:
    """Save outputs in a folder, which is made if it is missing.

    One that fails does not stop the others.

    Returns:
        The paths, in the order of the outputs.

    Raises:
        DownloadError: If some could not be saved.
    """
    # There may be any number of them: looking at all takes a while.
    saving: _Saving = yield Offload(lambda: _Saving(outputs, target, common))
    try:
        yield Together(saving.flows(), saving.parallel)
    finally:
        saving.close()
    return saving.paths()


@dataclass
class _File:
    """One output and what became of it."""

    output: Output
    number: int
    plan: PlannedName = field(default=PlannedName(0))
    path: Path | None = None
    reason: str = ""


class _Saving:
    """One download."""

    def __init__(self, outputs: Sequence[Output], target: SaveTarget, common: Download) -> None:
        self._target = target
        self._common = common
        self._options = replace(common.options, check=self._check)
        self._files = [_File(output, number) for number, output in enumerate(outputs, 1)]
        self._allowed = [file for file in self._files if self._may_fetch(file)]
        plan = NamePlan(target.folder, overwrite=target.overwrite)
        for file in self._allowed:
            file.plan = plan.plan(self._name(file.output, _usual_ending(file.output.url)))
        self._kept: dict[str, list[Path]] = {}
        self._open: set[PartFile] = set()
        self._lock = threading.Lock()
        self._is_closed = False
        self._reports = Reports(common.on_progress, len(outputs), may_await=common.may_await)
        if self._allowed:
            self._make_folder()

    def _may_fetch(self, file: _File) -> bool:
        """Check the host before anything is made: a reply may name any number of URLs."""
        try:
            if not is_data_uri(file.output.url):
                self._options.hosts.check(file.output.url)
        except RefusedURLError as error:
            file.reason = str(error)
        return not file.reason

    def _make_folder(self) -> None:
        """Make the folder. Where that fails, each file will say why."""
        with suppress(OSError):
            self._target.folder.mkdir(parents=True, exist_ok=True)
            self._kept = kept_parts(self._target.folder)

    @property
    def parallel(self) -> int:
        """How many files are fetched at a time."""
        return max(min(PARALLEL, len(self._allowed)), 1)

    def flows(self) -> Iterator[Flow[None]]:
        """Yield a flow for each file, made when its turn comes."""
        return map(self._save, self._allowed)

    def close(self) -> None:
        """Add nothing to parts that are still open in other threads, and remove most of them."""
        with self._lock:
            self._is_closed = True
            left, self._open = self._open, set()
        for part in left:
            part.abandon()

    def paths(self) -> list[Path]:
        """Return where the files are. Raises DownloadError."""
        saved = [file.path for file in self._files if file.path is not None]
        failed = [(file.output.url, file.reason) for file in self._files if file.path is None]
        if failed:
            raise _error(self._target.folder, saved, failed, self._common)
        return saved

    def _save(self, file: _File) -> Flow[None]:
        try:
            yield Invoke(self._common.enter, None)
            try:
                file.path = yield from self._fetch(file)
            finally:
                self._common.leave()
        except REFUSALS as error:
            file.reason = str(error) or type(error).__name__
            return
        yield Invoke(self._report_saved, file)

    def _report_saved(self, file: _File) -> Awaitable[None] | None:
        assert file.path is not None
        return self._reports.send_saved(file.output.url, file.number, file.path)

    def _fetch(self, file: _File) -> Flow[Path]:
        url = file.output.url
        self._check()
        part: PartFile = yield Offload(lambda: self._new_part(url))
        try:
            ending = yield from fetch(
                url, part, self._options, self._reports.watch(url, file.number)
            )
            name = self._name(file.output, ending)
            path: Path = yield Offload(lambda: self._publish(part, file.plan.names(name)))
            return path
        except (FileRefusedError, EncodingError, UnusableMediaError, OSError):
            part.discard()
            raise
        except BaseException:
            part.keep()
            raise
        finally:
            with self._lock:
                self._open.discard(part)

    def _new_part(self, url: str) -> PartFile:
        self._target.folder.mkdir(parents=True, exist_ok=True)
        shared = "" if is_data_uri(url) else url  # no other process goes on with what is all here
        part = PartFile(self._target.folder, shared, self._kept.get(part_key(shared), ()))
        with self._lock:
            self._open.add(part)
        return part

    def _publish(self, part: PartFile, names: Iterator[str]) -> Path:
        part.complete()
        self._check()
        return part.publish(names, overwrite=self._target.overwrite)

    def _check(self) -> None:
        if self._is_closed:
            raise FileRefusedError("the download was interrupted")
        self._common.options.check()

    def _name(self, output: Output, ending: str) -> str:
        values = {
            "model": self._common.model_id.replace("/", "-") or "output",
            "request_id": self._common.request_id,
            "name": stem_of(url_name(output.url), ending),
            "kind": output.kind,
            "n": output.n,
        }
        return self._target.names.render(values, ending)


def _usual_ending(url: str) -> str:
    if is_data_uri(url):
        return ending_of(b"", media_type_of(url), "")
    return split_ending(url_name(url))[1]


def _error(
    folder: Path, saved: Sequence[Path], failed: Sequence[tuple[str, str]], common: Download
) -> DownloadError:
    lines = "".join(f"\n  {short_url(url)}: {reason}" for url, reason in failed[:_MAX_LINES])
    if len(failed) > _MAX_LINES:
        lines += f"\n  and {len(failed) - _MAX_LINES:,} more"
    return DownloadError(
        f"{len(failed)} of {len(failed) + len(saved)} outputs could not be saved in {folder}{lines}"
        "\nThe job is done and paid for: download again, do not run it again.",
        saved=saved,
        failed=failed,
        model_id=common.model_id or None,
        request_id=common.request_id or None,
        retry_safe=True,
    )
