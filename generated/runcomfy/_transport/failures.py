# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The errors of the HTTP libraries, sorted by whether the server may have acted."""

from __future__ import annotations

import httpcore
import httpx

from .._base.text import shorten
from ..errors import ConfigurationError, RunComfyError, TransportError
from .bounds import target_of
from .decoding import DecodingError
from .effects import Call, NeverSent, NoReply, NoReplyInTime
from .tracebacks import drop_library_frames

_TOO_EARLY = (  # before there was a connection
    *(httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout),
    *(httpcore.ProxyError, httpcore.UnsupportedProtocol),
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout),
    *(httpx.ProxyError, httpx.UnsupportedProtocol),
)
_TOO_LATE = (httpcore.TimeoutException, httpx.TimeoutException)
_REFUSED = (httpcore.LocalProtocolError, httpx.LocalProtocolError)
_BROKEN = (
    *(httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, DecodingError),
    # A host name that DNS cannot hold, which may also be that of a reply's Location.
    *(httpx.InvalidURL, httpx.StreamError, UnicodeError),
)
_OF_LIBRARIES = (*_TOO_EARLY, *_TOO_LATE, *_REFUSED, *_BROKEN)


def failed(call: Call, error: BaseException) -> BaseException:
    """Return the error to raise for one that ended an exchange, with that as its cause."""
    drop_library_frames(error)
    if isinstance(error, RunComfyError) or not isinstance(error, Exception):
        return error
    text = shorten(call.redact(str(error))) or type(error).__name__  # it may repeat the reply
    failure = _translated(call, error, f"{target_of(call)}: {text}")
    failure.__cause__ = _cause(call, error)
    return failure


def _translated(call: Call, error: Exception, text: str) -> RunComfyError:
    if isinstance(error, _REFUSED) and call.progress.sent is False:
        return ConfigurationError(f"{text}: the HTTP library does not send this", retry_safe=True)
    if not isinstance(error, _OF_LIBRARIES):
        # In our own machinery, or in a function of the user's such as a hook of an injected client.
        retry_safe = call.content is None or call.progress.sent is False
        return RunComfyError(f"{text} ({type(error).__name__})", retry_safe=retry_safe)
    kind: type[TransportError] = NoReply
    is_unsent = call.content is not None and call.progress.sent is False
    # A proxy may break in any way before it lets the request through.
    if is_unsent or (isinstance(error, _TOO_EARLY) and not call.progress.sent):
        kind = NeverSent  # unless an injected client has repeated it by itself
    elif isinstance(error, _TOO_LATE):
        kind = NoReplyInTime
    return kind(text, retry_safe=kind is NeverSent)


def _cause(call: Call, error: Exception) -> Exception | None:
    """Keep the error, unless a traceback would show the token in it."""
    if isinstance(error, httpx.RequestError):
        # Its headers hold the token, and some pickle the causes of errors, too (tblib, for Dask).
        error.request = httpx.Request(call.method, call.url)
    return error if call.redact(str(error)) == str(error) else None
