# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What a completed job gives."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from ._effects import Reply
from ._json import as_array, finite, is_array, is_object
from ._text import shorten
from .errors import FieldProblem, InvalidRequestError

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK

_READ_TIMEOUT = 60.0  # seconds without a byte of a download
_URL_SCHEMES = ("https://", "http://", "data:")


@dataclass(frozen=True)
class Result(Generic[O]):
    """The result of a job; the same for both clients, and it needs neither of them.

    cost: US dollars, None while the server does not say (API.md section 1.3);
    created_at, finished_at: timestamps as the server wrote them; raw, response: its whole reply.
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
    _loopback_origin: str | None = field(default=None, repr=False, compare=False)

    @property
    def urls(self) -> tuple[str, ...]:
        """All http(s) and data URLs of the output, each once, in its order."""
        return tuple(dict.fromkeys(_urls(self.raw.get("output"))))

    def download(
        self, folder: str | os.PathLike[str], *, urls: Sequence[str] | None = None
    ) -> list[Path]:
        """Saves the outputs into a folder, which is made if needed; the paths, in order of `urls`.

        urls: some of `self.urls`, all if left out. Nothing is overwritten. Raises DownloadError after
        trying every file, InvalidRequestError for a URL that is none of them.
        """
        from ._own_loop import run_in_own_loop

        # Several at a time need an event loop; a caller without one, or within one, gets its own.
        return run_in_own_loop(lambda: self.download_async(folder, urls=urls))

    async def download_async(
        self, folder: str | os.PathLike[str], *, urls: Sequence[str] | None = None
    ) -> list[Path]:
        """Like `download`, for asyncio."""
        from ._downloads import DownloadPolicy, download
        from ._drivers import AsyncDriver

        flow = download(
            self.urls if urls is None else self._checked(urls),
            Path(folder),
            DownloadPolicy(loopback_origin=self._loopback_origin),
            model_id=self.model_id,
            request_id=self.request_id,
        )
        driver = AsyncDriver(_READ_TIMEOUT, trust_env=self._loopback_origin is None)
        try:
            return await driver.run(flow)
        finally:
            await driver.aclose()

    def _checked(self, urls: Sequence[str]) -> tuple[str, ...]:
        given, own = [urls] if isinstance(urls, str) else list(urls), set(self.urls)
        problems = [
            FieldProblem(f"urls[{at}]", f"{shorten(str(url), 120)} is no URL of this result")
            for at, url in enumerate(given)
            if url not in own
        ]
        if problems:
            raise InvalidRequestError.from_problems(problems, self.model_id)
        return tuple(dict.fromkeys(given))


def cost_of(body: Mapping[str, Any]) -> float | None:
    """The cost in a result reply; None unless it is a finite number of at least 0."""
    dollars = finite(body.get("cost"))
    return dollars if dollars is not None and dollars >= 0 else None


def is_empty(value: Any) -> bool:
    """Whether an output holds nothing at all: null, "", [], {} or only such values."""
    if is_object(value) or is_array(value):
        return all(is_empty(item) for item in _items(value))
    return value is None or value == ""


def _urls(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.lower().startswith(_URL_SCHEMES):
        yield value
    for item in _items(value):
        yield from _urls(item)


def _items(value: Any) -> list[Any]:
    return list(value.values()) if is_object(value) else as_array(value)
