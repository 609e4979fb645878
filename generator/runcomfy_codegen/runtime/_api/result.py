"""The result of a completed job."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from .._base.json_values import finite, is_array, is_object
from .._base.lazy import LazyModule
from .._base.money import price_text
from .._base.opaque import Opaque
from .._files.access import Access
from .._files.names import DEFAULT_TEMPLATE
from .._files.output_file import OutputFile
from .._files.progress import OnProgress
from .._files.urls import output_urls
from .._transport.effects import Flow, Reply
from .._validation.misuse import explains_misuse

if TYPE_CHECKING:
    from .._files.downloads import Download
    from .._files.request import FolderRequest
    from .._transport import http
else:
    http = LazyModule(".._transport.http", __package__)

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK


@dataclass(frozen=True)
class Result(Generic[O]):
    """The result of a job. It can be pickled, and read without its client.

    Attributes:
        output: The output, as an instance of the endpoint's output class.
        request_id: The id of the job.
        model_id: The id of the model; empty where only the request id was known.
        status: The final state, in lower case.
        cost: The cost in US dollars; None if the server has not reported it yet.
        created_at: The time the job was accepted, as the server wrote it.
        finished_at: The time the job ended, as the server wrote it.
        raw: The server's whole reply, as JSON.
        response: The same reply as an HTTP response.
    """

    output: O
    request_id: str
    model_id: str
    status: str
    cost: float | None
    created_at: str | None
    finished_at: str | None
    raw: Mapping[str, Any] = field(repr=False)
    response: Reply | None = field(default=None, repr=False, compare=False)
    _access: Access = field(default=Access(), repr=False, compare=False)

    @property
    def files(self) -> tuple[OutputFile, ...]:
        """The files that the output names under any key, each once, in order."""
        from .._files.output_file import OutputFile, Source

        source = Source(self._model, self.request_id, self._access)
        urls = output_urls(self.raw.get("output")).items()
        return tuple(OutputFile(url, kind, n, source) for n, (url, kind) in enumerate(urls, 1))

    @property
    def urls(self) -> tuple[str, ...]:
        """The http(s) and data URLs of the output, each once, in order."""
        return tuple(output_urls(self.raw.get("output")))

    @property
    def _model(self) -> str:
        return self.model_id or str(self.raw.get("model_id") or "")

    @explains_misuse
    def download(
        self,
        folder: str | os.PathLike[str],
        *,
        urls: Sequence[str] | None = None,
        name: str = DEFAULT_TEMPLATE,
        overwrite: bool = False,
        progress: OnProgress | None = None,
        http_client: Annotated[http.HttpClient, Opaque] | None = None,
    ) -> list[Path]:
        """Save the outputs in a folder, several at a time. A file appears once it is complete.

        Downloads use the client's `http_client` if it has one, but never send the token.

        Args:
            folder: The folder, created if it is missing; `~` is the home folder.
            urls: The URLs to fetch, out of `self.urls`; all by default.
            name: A pattern for the file names, of {model}, {request_id}, {name} (from the URL),
                {kind}, {n} (from 1, in the order of `self.urls`) and {ext} (with its dot).
            overwrite: Whether to replace files of the same name. If not, `-1` is added to the name.
            progress: Called with a `DownloadProgress` now and then, one call at a time.
            http_client: An httpx.Client or httpx2.Client that fetches the files in place of the
                client's own.

        Returns:
            The paths of the files, in the order of the URLs.

        Raises:
            InvalidRequestError: If a URL or the pattern is wrong; nothing was fetched.
            DownloadError: If some outputs could not be saved; all were tried.
        """
        from .._files.request import FolderRequest

        request = FolderRequest(folder, urls, name, overwrite, progress)
        return self._save(request, http_client)

    @explains_misuse
    async def download_async(
        self,
        folder: str | os.PathLike[str],
        *,
        urls: Sequence[str] | None = None,
        name: str = DEFAULT_TEMPLATE,
        overwrite: bool = False,
        progress: OnProgress | None = None,
        http_client: Annotated[http.AsyncHttpClient, Opaque] | None = None,
    ) -> list[Path]:
        """Save the outputs as `download` does; `progress` may be a coroutine function."""
        from .._files.request import FolderRequest

        request = FolderRequest(folder, urls, name, overwrite, progress)
        return await self._save_async(request, http_client)

    def _save(self, request: FolderRequest, http_client: Any = None) -> list[Path]:
        return self._access.run(http_client, self._download_of(request))

    async def _save_async(self, request: FolderRequest, http_client: Any = None) -> list[Path]:
        return await self._access.run_async(http_client, self._download_of(request))

    def _download_of(self, request: FolderRequest) -> Callable[[Download], Flow[list[Path]]]:
        outputs = [file.as_output() for file in self.files]
        return request.download_of(outputs, model_id=self._model, request_id=self.request_id)

    def _repr_html_(self) -> str:
        from .._files.notebook import result_html

        cost = price_text(self.cost, "")
        facts = [self._model, self.request_id, self.status, cost]
        files = list(output_urls(self.raw.get("output")).items())
        return result_html(facts, files, self._access.hosts)


def cost_of(body: Mapping[str, Any]) -> float | None:
    """Return the cost in a result reply; None unless it is a finite number of at least 0."""
    dollars = finite(body.get("cost"))
    return dollars if dollars is not None and dollars >= 0 else None


def is_empty(value: Any) -> bool:
    """Return whether an output holds nothing at all: null, "", [], {} or only such values."""
    left = [value]
    while left:
        value = left.pop()
        if is_object(value):
            left += value.values()
        elif is_array(value):
            left += value
        elif value is not None and value != "":
            return False
    return True
