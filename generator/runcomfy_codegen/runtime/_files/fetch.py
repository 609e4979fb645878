"""One output, fetched to its end: repeated like every read, and gone on with where it broke."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

from .._transport.effects import Call, Fetch, Flow, Offload, Reply, Sleep
from .._transport.hosts import HostRules
from .._transport.public_urls import RefusedURLError
from .._transport.retry import Deadline, RetryPolicy
from .._transport.retry_after import retry_after
from ..errors import ConfigurationError, RunComfyError, TransportError
from ..media._data_uri import is_data_uri, parse_data_uri
from ..media._mime import UnusableMediaError
from .content import HEAD_BYTES, ending_of, refusal
from .encodings import Decoder, EncodingError, Plain, decoder_for
from .progress import OnBytes
from .urls import url_name

_MISSING_PATIENCE = 5.0  # seconds: storage may show a new file later than the job says it is there
_MOST_ATTEMPTS = 50  # for one file, however much each of them brought
_RETRIED = frozenset({408, 425, 429, *range(500, 600)} - {501, 505})
_RANGE = re.compile(r"bytes (?:(?P<start>\d{1,19})-\d{1,19}|\*)/(?P<total>\d{1,19}|\*)")

T = TypeVar("T")

logger = logging.getLogger("runcomfy")


class FileRefusedError(Exception):
    """A file cannot be saved, and another attempt would not help."""


class TransferFailedError(Exception):
    """A file could not be saved after several attempts."""


class _AttemptFailedError(Exception):
    """An attempt failed. The next one may succeed."""

    def __init__(self, reason: str, wish: float | None = None, *, is_missing: bool = False) -> None:
        super().__init__(reason)
        self.wish = wish
        self.is_missing = is_missing


REFUSALS = (
    *(FileRefusedError, TransferFailedError, RefusedURLError, UnusableMediaError),
    *(EncodingError, OSError),
)
"""What `fetch` raises for one file."""


class Sink(Protocol):
    """The place that content goes to, such as a `PartFile`."""

    size: int
    validator: str | None

    def head(self) -> bytes: ...
    def write(self, chunk: bytes) -> None: ...
    def restart(self) -> None: ...
    def allow_resuming(self, validator: str | None) -> None: ...


class Patience:
    """The pauses that all files of one download may take together, in seconds."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def allows(self, pause: float) -> bool:
        """Return whether there is time for another pause, and count it."""
        self._left -= pause
        return self._left > 0


@dataclass(frozen=True)
class FetchOptions:
    """The options that all files of a download share.

    Attributes:
        hosts: Where they may come from.
        max_bytes: How large one may be.
        user_agent: Who asks.
        retry_policy: The pauses before repetitions.
        check: Called often; what it raises ends the download.
    """

    hosts: HostRules = field(default=HostRules())
    max_bytes: int = 2 * 2**30
    user_agent: str = "runcomfy-python"
    retry_policy: RetryPolicy = field(default=RetryPolicy())
    check: Callable[[], None] = lambda: None
    patience: Patience = field(default_factory=lambda: Patience(300.0))


def fetch(
    url: str, sink: Sink, options: FetchOptions, on_bytes: OnBytes | None = None
) -> Flow[str]:
    """Write what a URL gives into a sink.

    Returns:
        The ending for the file's name.

    Raises:
        Exception: One of `REFUSALS`.
    """
    if is_data_uri(url):
        ending: str = yield Offload(lambda: _write_data_uri(url, sink, options))
        return ending
    transfer = _Transfer(url, sink, options, on_bytes)
    return (yield from transfer.run())


def _write_data_uri(url: str, sink: Sink, options: FetchOptions) -> str:
    uri = parse_data_uri(url)
    _check_size(uri.size, options)
    content = uri.decode()
    sink.restart()
    sink.write(content)
    if reason := refusal(content[:HEAD_BYTES], uri.media_type, ""):
        raise FileRefusedError(reason)
    return ending_of(content[:HEAD_BYTES], uri.media_type, "")


def _check_size(size: int, options: FetchOptions) -> None:
    if size > options.max_bytes:
        raise FileRefusedError(f"the file is larger than {options.max_bytes:,} bytes")


class _Transfer:
    """One URL and what has come of it."""

    def __init__(
        self, url: str, sink: Sink, options: FetchOptions, on_bytes: OnBytes | None
    ) -> None:
        self._url = url
        self._name = url_name(url)
        self._sink = sink
        self._options = options
        self._on_bytes = on_bytes
        self._head = sink.head()
        self._media_type = ""
        self._decoder: Decoder = Plain()
        self._received = 0  # in this attempt, as it came over the wire
        self._announced: int | None = None  # the length of this attempt's reply
        self._whole: int | None = None  # the length of the file
        self._is_done = False
        self._own_error: Exception | None = None

    def run(self) -> Flow[str]:
        self._options.hosts.check(self._url)
        policy, most = self._options.retry_policy, self._sink.size
        patience, missing = Deadline(policy.read_budget), Deadline(_MISSING_PATIENCE)
        attempts = 0
        for total in itertools.count(1):
            failure: Exception
            wish, left = None, patience.left()
            try:
                yield from self._attempt()
            except TransportError as error:
                failure = error
            except _AttemptFailedError as error:
                failure, wish = error, error.wish
                left = missing.left() if error.is_missing else left
            else:
                return ending_of(self._head, self._media_type, self._name)
            attempts += 1
            if self._sink.size > most:  # it goes on, if only in pieces
                most, attempts, patience = self._sink.size, 1, Deadline(policy.read_budget)
                left = patience.left()
            pause = policy.retry_pause(attempts, wish)
            if total >= _MOST_ATTEMPTS or pause >= left or not self._options.patience.allows(pause):
                raise TransferFailedError(str(failure)) from failure
            logger.debug("%s; again in %.1f s", failure, pause, extra={"pause": pause})
            yield Sleep(pause)
            self._options.check()
        raise AssertionError  # pragma: no cover

    def _attempt(self) -> Flow[None]:
        headers = {
            "accept": "*/*",
            # Compressed on the way, no part of it could be gone on with.
            "accept-encoding": "identity",
            "user-agent": self._options.user_agent,
        }
        if self._sink.size and self._sink.validator:
            headers["range"] = f"bytes={self._sink.size}-"
            headers["if-range"] = self._sink.validator
        call = Call("GET", self._url, headers=headers)
        has_range = "range" in headers
        try:
            yield Fetch(
                call,
                lambda reply: self._kept(lambda: self._begin(reply, has_range)),
                lambda chunk: self._kept(lambda: self._receive(chunk)),
            )
        except RunComfyError as error:
            own, self._own_error = self._own_error, None
            if own is not None:
                raise own from None
            if isinstance(error, (TransportError, ConfigurationError)):
                raise
            raise FileRefusedError(str(error)) from error  # of a transport of the user's, perhaps
        self._end()

    def _kept(self, step: Callable[[], T]) -> T:
        """Keep an error of ours, which the driver would take for one of the exchange."""
        try:
            return step()
        except Exception as error:
            self._own_error = error
            raise TransportError(str(error)) from error

    def _begin(self, reply: Reply, has_range: bool) -> None:
        """Look at the head of a reply, before any of its content is taken."""
        self._received, self._is_done = 0, False
        self._announced = reply.content_length
        if reply.status == 206 and has_range:
            self._go_on(reply)
        elif reply.status == 416 and has_range:
            self._beyond(reply)
        elif reply.status in (200, 203):  # a proxy on the way may have looked into it
            self._start(reply)
        else:
            self._refuse(reply)

    def _start(self, reply: Reply) -> None:
        self._head = b""
        self._media_type = _media_type(reply)
        self._decoder = decoder_for(reply.headers.get("content-encoding", ""))
        self._sink.restart()
        is_plain = isinstance(self._decoder, Plain)
        self._whole = self._announced if is_plain else None
        _check_size(self._whole or 0, self._options)
        self._sink.allow_resuming(_validator(reply) if is_plain else None)

    def _go_on(self, reply: Reply) -> None:
        match = _RANGE.fullmatch(reply.headers.get("content-range", "").strip())
        start = match["start"] if match else None
        etag, own = _strong_etag(reply), self._sink.validator or ""
        is_other = etag is not None and own.startswith('"') and etag != own
        if match is None or start is None or int(start) != self._sink.size or is_other:
            self._sink.restart()
            raise _AttemptFailedError("the server sent a part of the file that was not asked for")
        self._media_type = self._media_type or _media_type(reply)
        self._decoder = Plain()
        self._whole = None if match["total"] == "*" else int(match["total"])
        _check_size(self._whole or 0, self._options)

    def _beyond(self, reply: Reply) -> None:
        """Nothing follows what is there already: it is complete, or not a part of this file."""
        match = _RANGE.fullmatch(reply.headers.get("content-range", "").strip())
        if match is None or match["total"] != str(self._sink.size):
            self._sink.restart()
            raise _AttemptFailedError("the server has no such part of the file")
        self._is_done = True

    def _refuse(self, reply: Reply) -> None:
        says = f"the server answered {reply.status}"
        if reply.status in _RETRIED:
            raise _AttemptFailedError(says, retry_after(reply))
        if reply.status == 404:
            raise _AttemptFailedError(says, is_missing=True)
        if 300 <= reply.status < 400:
            raise FileRefusedError(f"the server redirects ({reply.status}), which is not followed")
        raise FileRefusedError(says)

    def _receive(self, chunk: bytes) -> Awaitable[None] | None:
        self._options.check()
        if self._is_done:  # the body of an error
            return None
        self._received += len(chunk)
        for piece in self._decoder.decode(chunk):
            if len(self._head) < HEAD_BYTES:
                self._head += piece[: HEAD_BYTES - len(self._head)]
                if len(self._head) == HEAD_BYTES:
                    self._check_content()
            self._sink.write(piece)
            _check_size(self._sink.size, self._options)
        if self._on_bytes is None:
            return None
        return self._on_bytes(self._sink.size, self._whole)

    def _end(self) -> None:
        if self._is_done:
            return
        if self._announced is not None and self._received != self._announced:
            raise _AttemptFailedError(
                f"the transfer broke off after {self._received:,} of {self._announced:,} bytes"
            )
        if self._whole is not None and self._sink.size != self._whole:
            raise _AttemptFailedError(
                f"the server sent {self._sink.size:,} of {self._whole:,} bytes"
            )
        if not self._decoder.is_complete():
            raise _AttemptFailedError("the transfer broke off within the compressed content")
        if self._sink.size == 0:
            raise FileRefusedError("the file is empty")
        self._check_content()

    def _check_content(self) -> None:
        if reason := refusal(self._head, self._media_type, self._name):
            raise FileRefusedError(reason)


def _media_type(reply: Reply) -> str:
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower()


def _strong_etag(reply: Reply) -> str | None:
    etag = reply.headers.get("etag", "").strip()
    return etag if re.fullmatch(r'"[\x21\x23-\x7e]*"', etag) else None


def _validator(reply: Reply) -> str | None:
    """Return what identifies these very bytes (RFC 9110 section 8.8): a strong ETag or a date."""
    modified, date = reply.headers.get("last-modified", "").strip(), reply.headers.get("date")
    try:
        changed = parsedate_to_datetime(modified)
        # Within one second, the file could have changed again.
        is_certain = date is None or changed < parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError, IndexError):
        is_certain = False
    return _strong_etag(reply) or (modified if is_certain else None)
