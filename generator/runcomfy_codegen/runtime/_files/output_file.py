"""One file of a result, for whoever wants its bytes rather than a folder of all files."""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from .._transport.effects import Flow, Invoke
from .._validation.given import check_whole
from .._validation.misuse import explains_misuse
from ..errors import DownloadError
from ..media._data_uri import is_data_uri
from .access import Access
from .downloads import Download, Output, SaveTarget, download
from .fetch import REFUSALS, fetch
from .names import DEFAULT_TEMPLATE, ExactName, NameTemplate, expanded
from .notebook import file_html
from .progress import OnProgress, checked_progress
from .urls import FileKind, short_url

MAX_READ = 256 * 2**20  # bytes in memory, unless the caller allows more


@dataclass(frozen=True)
class Source:
    """The result that a file belongs to, and the way to it."""

    model_id: str
    request_id: str
    access: Access


@dataclass(frozen=True)
class OutputFile:
    """A file that a job made. Nothing is fetched before it is read, saved or opened.

    Attributes:
        url: Where it is; a signed URL expires.
        kind: "image", "video", "audio", or "file" where neither the URL nor the output tells.
    """

    url: str
    kind: FileKind
    _n: int = field(repr=False)
    _source: Source = field(repr=False, compare=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.kind} {short_url(self.url)}>"

    def _repr_html_(self) -> str:
        return file_html(self.url, self.kind, self._source.access.hosts)

    @explains_misuse
    def read(self, *, max_bytes: int = MAX_READ, http_client: Any = None) -> bytes:
        """Return the content.

        Args:
            max_bytes: The largest size that is read.
            http_client: An httpx.Client or httpx2.Client to fetch it with, instead of the client's own.

        Raises:
            DownloadError: If it cannot be fetched, or is larger.
        """
        most = check_whole("max_bytes", max_bytes)
        return self._source.access.run(http_client, lambda common: self._read(common, most))

    @explains_misuse
    async def read_async(self, *, max_bytes: int = MAX_READ, http_client: Any = None) -> bytes:
        """Return the content as `read` does, for asyncio. Takes an async http_client."""
        most = check_whole("max_bytes", max_bytes)
        return await self._source.access.run_async(
            http_client, lambda common: self._read(common, most)
        )

    @explains_misuse
    def open(self, *, http_client: Any = None) -> IO[bytes]:
        """Return the content as a binary file at its start: a temporary one, for the caller to close.

        Args:
            http_client: As for `read`.

        Raises:
            DownloadError: If it cannot be fetched.
        """
        return self._source.access.run(http_client, self._open)

    @explains_misuse
    async def open_async(self, *, http_client: Any = None) -> IO[bytes]:
        """Open the file as `open` does, for asyncio. The file itself is an ordinary one."""
        return await self._source.access.run_async(http_client, self._open)

    @explains_misuse
    def save(
        self,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        progress: OnProgress | None = None,
        http_client: Any = None,
    ) -> Path:
        """Save the file. It appears when it is whole.

        Args:
            path: A folder that exists or ends in a slash, or else the file's own path. `~` is the
                home folder.
            overwrite: Whether a file of that name is replaced. If not, `-1` is added to the name.
            progress: Called with a `DownloadProgress` now and then.
            http_client: As for `read`.

        Returns:
            Where it is.

        Raises:
            DownloadError: If it cannot be saved.
        """
        target = _target(path, overwrite=overwrite)
        return self._source.access.run(
            http_client, lambda common: self._save(common, target, progress)
        )

    @explains_misuse
    async def save_async(
        self,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        progress: OnProgress | None = None,
        http_client: Any = None,
    ) -> Path:
        """Save the file as `save` does, for asyncio; progress may be a coroutine function."""
        target = _target(path, overwrite=overwrite)
        return await self._source.access.run_async(
            http_client, lambda common: self._save(common, target, progress)
        )

    def as_output(self) -> Output:
        """Return what a download of several files needs of it."""
        return Output(self.url, self.kind, self._n)

    def _save(
        self, common: Download, target: SaveTarget, progress: OnProgress | None
    ) -> Flow[Path]:
        common = replace(
            common,
            model_id=self._source.model_id,
            request_id=self._source.request_id,
            on_progress=checked_progress(progress, may_await=common.may_await),
        )
        paths = yield from download([self.as_output()], target, common)
        return paths[0]

    def _read(self, common: Download, max_bytes: int) -> Flow[bytes]:
        options = replace(common.options, max_bytes=max_bytes)
        with io.BytesIO() as file:
            yield from self._fill(file, replace(common, options=options))
            return file.getvalue()

    def _open(self, common: Download) -> Flow[IO[bytes]]:
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            yield from self._fill(file, common)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def _fill(self, file: IO[bytes], common: Download) -> Flow[None]:
        try:
            if not is_data_uri(self.url):
                common.options.hosts.check(self.url)
            yield Invoke(common.enter, None)
            try:
                yield from fetch(self.url, _FileSink(file), common.options)
            finally:
                common.leave()
        except REFUSALS as error:
            raise self._error(str(error) or type(error).__name__) from error

    def _error(self, reason: str) -> DownloadError:
        return DownloadError(
            f"{short_url(self.url)}: {reason}\n"
            "The job is done and paid for: fetch the file again, do not run the job again.",
            failed=[(self.url, reason)],
            model_id=self._source.model_id or None,
            request_id=self._source.request_id or None,
            retry_safe=True,
        )


def _target(path: object, *, overwrite: bool) -> SaveTarget:
    chosen = expanded(path, "path")
    is_folder = os.path.isdir(chosen)  # noqa: PTH112 - Path's raises for a long name
    is_folder = is_folder or os.fsdecode(path).endswith(("/", os.sep))  # type: ignore[arg-type]
    if is_folder:
        return SaveTarget(chosen, NameTemplate(DEFAULT_TEMPLATE), overwrite)
    return SaveTarget(chosen.parent, ExactName(chosen.name), overwrite)


class _FileSink:
    """An open binary file as a sink."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = 0
        self.validator: str | None = None

    def head(self) -> bytes:
        return b""

    def write(self, chunk: bytes) -> None:
        self.file.write(chunk)
        self.size += len(chunk)

    def restart(self) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.size, self.validator = 0, None

    def allow_resuming(self, validator: str | None) -> None:
        self.validator = validator
