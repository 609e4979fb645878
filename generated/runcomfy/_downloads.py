# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Saving a job's outputs (API.md section 5.2): from allowed hosts only, whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ._data_uri import is_data_uri, parse_data_uri
from ._effects import Call, Fetch, Flow, Invoke, Reply, Together
from ._mime import UnusableMediaError
from ._public_urls import RefusedURLError, parse_url, port_of
from ._saving import PartFile, remove_leftovers, safe_name
from ._text import shorten
from .errors import DownloadError, TransportError

if TYPE_CHECKING:
    import httpx

PARALLEL = 4  # files at a time: one CDN, and a disk that writes in turn
_OCTETS = "application/octet-stream"
_MAX_LINES = 50  # of an error; its `failed` holds all


@dataclass(frozen=True)
class DownloadPolicy:
    """Where outputs may come from, and how large one may be.

    allowed_suffixes: domains, with their subdomains, fetched by https on port 443.
    loopback_origin: `http://127.0.0.1:8000` where the API itself is on loopback. max_bytes: per file.
    """

    allowed_suffixes: tuple[str, ...] = ("runcomfy.net", "runcomfy.com")
    loopback_origin: str | None = None
    max_bytes: int = 2 * 2**30


class _RefusedError(TransportError):
    """Why one file is not saved. A TransportError, so that it ends a fetch like a broken one."""


class _Shelf:
    """Where files wait until all before them have their names: who is first does not depend on luck."""

    def __init__(self, folder: Path, urls: Sequence[str]) -> None:
        self._folder = folder
        self._urls = urls
        self._parts = ExitStack()
        self._waiting: dict[int, tuple[PartFile, str] | str] = {}
        self._next = 0
        self.saved: list[Path] = []
        self.failed: list[tuple[str, str]] = []

    def __enter__(self) -> _Shelf:
        return self

    def __exit__(self, *exception: object) -> None:
        self._parts.close()  # parts that were not published are removed

    def new_part(self) -> PartFile:
        """Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self._folder.absolute())
        return self._parts.enter_context(PartFile(self._folder))

    def put(self, position: int, outcome: tuple[PartFile, str] | str) -> None:
        """outcome: a complete part and the name it is to have, or why there is none."""
        self._waiting[position] = outcome
        while self._next in self._waiting:
            self._place(self._urls[self._next], self._waiting.pop(self._next))
            self._next += 1

    def _place(self, url: str, outcome: tuple[PartFile, str] | str) -> None:
        try:
            if not isinstance(outcome, str):
                part, name = outcome
                with part:
                    self.saved.append(part.publish(name))
                return
            reason = outcome
        except OSError as error:
            reason = str(error)
        self.failed.append((url, reason))


def download(
    urls: Sequence[str],
    folder: Path,
    policy: DownloadPolicy,
    *,
    model_id: str | None = None,
    request_id: str | None = None,
) -> Flow[list[Path]]:
    """Saves every URL and data URI into a folder, made if missing; the paths, in order.

    Several at a time; one that fails does not stop the others. Raises DownloadError.
    """
    with _Shelf(folder, urls) as shelf:
        files = [_save(url, at, shelf, policy) for at, url in enumerate(urls)]
        yield Together(files, PARALLEL)
    if shelf.failed:
        raise _error(folder, shelf.saved, shelf.failed, model_id, request_id)
    return shelf.saved


def _save(url: str, position: int, shelf: _Shelf, policy: DownloadPolicy) -> Flow[None]:
    try:
        part = shelf.new_part()
        try:
            outcome = part, (yield from _fill(part, url, policy))
            # The disk may take seconds for a video: neither other downloads nor waiting jobs stand still.
            yield Invoke(asyncio.to_thread, part.complete)
        except BaseException:
            part.discard()
            raise
    except (TransportError, RefusedURLError, UnusableMediaError, OSError) as error:
        shelf.put(position, str(error))
    else:
        shelf.put(position, outcome)


def _fill(part: PartFile, url: str, policy: DownloadPolicy) -> Flow[str]:
    """Writes what the URL gives; its name."""
    if is_data_uri(url):
        uri = parse_data_uri(url)
        _check_type(uri.media_type)
        _check_size(uri.size, policy)
        part.write(uri.decode())
        return safe_name("", uri.media_type)
    parsed = parse_url(url)
    _check_origin(parsed, policy)
    # Compressed on the way, a small stream could become any size, and no length would be known.
    call = Call("GET", url, headers={"accept-encoding": "identity"})

    def on_chunk(chunk: bytes) -> None:
        part.write(chunk)
        _check_size(part.size, policy)

    reply: Reply = yield Fetch(call, lambda reply: _check_reply(reply, policy), on_chunk)
    announced = reply.content_length
    if announced is not None and part.size != announced:
        raise _RefusedError(f"the transfer broke off after {part.size:,} of {announced:,} bytes")
    if part.size == 0:
        raise _RefusedError("the file is empty")
    return safe_name(parsed.raw_path.partition(b"?")[0].decode(), _media_type(reply))


def _check_origin(url: httpx.URL, policy: DownloadPolicy) -> None:
    if policy.loopback_origin is not None:
        local = parse_url(policy.loopback_origin)
        if (url.scheme, url.host, port_of(url)) == (local.scheme, local.host, port_of(local)):
            return
    host = url.host
    if not any(host == suffix or host.endswith(f".{suffix}") for suffix in policy.allowed_suffixes):
        hosts = ", ".join(policy.allowed_suffixes)
        raise _RefusedError(
            f"{shorten(host, 120)} is no host of RunComfy ({hosts} and their subdomains)"
        )
    if url.scheme != "https" or port_of(url) != 443:
        raise _RefusedError("only https on port 443 is fetched")


def _check_reply(reply: Reply, policy: DownloadPolicy) -> None:
    if 300 <= reply.status < 400:
        raise _RefusedError(f"the server redirects ({reply.status}), which is not followed")
    if reply.status != 200:
        raise _RefusedError(f"the server answered {reply.status}")
    if reply.headers.get("content-encoding", "identity") != "identity":
        raise _RefusedError("the server sent the file compressed, which was not asked for")
    _check_type(_media_type(reply))
    _check_size(reply.content_length or 0, policy)


def _check_type(media_type: str) -> None:
    if not media_type.startswith(("image/", "video/", "audio/")) and media_type != _OCTETS:
        raise _RefusedError(
            f"the content is {shorten(media_type, 120) or 'of no stated type'}, not media"
        )


def _check_size(size: int, policy: DownloadPolicy) -> None:
    if size > policy.max_bytes:
        raise _RefusedError(f"the file is larger than {policy.max_bytes:,} bytes")


def _media_type(reply: Reply) -> str:
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower()


def _error(
    folder: Path,
    saved: Sequence[Path],
    failed: Sequence[tuple[str, str]],
    model_id: str | None,
    request_id: str | None,
) -> DownloadError:
    lines = "".join(f"\n  {_short(url)}: {reason}" for url, reason in failed[:_MAX_LINES])
    if len(failed) > _MAX_LINES:
        lines += f"\n  and {len(failed) - _MAX_LINES:,} more"
    return DownloadError(
        f"{len(failed)} of {len(failed) + len(saved)} outputs could not be saved in {folder}{lines}"
        "\nThe job is done and paid for: download again, do not run it again.",
        saved=saved,
        failed=failed,
        model_id=model_id,
        request_id=request_id,
        retry_safe=True,
    )


def _short(url: str) -> str:
    """A URL for people: without its query, which may be a signature, and not too long."""
    return shorten(url.partition("?")[0], 120)
