# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The errors of the HTTP libraries, sorted by whether the server may have acted."""

from __future__ import annotations

from typing import Any, cast

from .._base.text import shorten
from ..errors import ConfigurationError, RunComfyError, TransportError
from .bounds import target_of
from .decoding import DecodingError
from .effects import Call, NeverSent, NoReply, NoReplyInTime
from .libraries import is_error, library_of
from .tracebacks import drop_library_frames

# Names, as a user's client may be of another library than our connections.
# Before there was a connection:
_TOO_EARLY = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol")
_TOO_LATE = ("TimeoutException",)
_REFUSED = ("LocalProtocolError",)
_BROKEN = ("NetworkError", "ProtocolError", "HTTPError", "InvalidURL", "StreamError")
_OF_LIBRARIES = (*_TOO_EARLY, *_TOO_LATE, *_REFUSED, *_BROKEN)
# UnicodeError: a host name that DNS cannot hold, which may also be that of a reply's Location.
_OF_REPLIES = (DecodingError, UnicodeError)


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
    if is_error(error, _REFUSED) and call.progress.sent is False:
        return ConfigurationError(f"{text}: the HTTP library does not send this", retry_safe=True)
    if not (is_error(error, _OF_LIBRARIES) or isinstance(error, _OF_REPLIES)):
        # In our own machinery, or in a function of the user's such as a hook of an injected client.
        retry_safe = call.content is None or call.progress.sent is False
        return RunComfyError(f"{text} ({type(error).__name__})", retry_safe=retry_safe)
    kind: type[TransportError] = NoReply
    is_unsent = call.content is not None and call.progress.sent is False
    # A proxy may break in any way before it lets the request through.
    if is_unsent or (is_error(error, _TOO_EARLY) and not call.progress.sent):
        kind = NeverSent  # unless an injected client has repeated it by itself
    elif is_error(error, _TOO_LATE):
        kind = NoReplyInTime
    return kind(text, retry_safe=kind is NeverSent)


def _cause(call: Call, error: Exception) -> Exception | None:
    """Keep the error, unless a traceback would show the token in it."""
    if is_error(error, ("RequestError",)):
        # Its headers hold the token, and some pickle the causes of errors, too (tblib, for Dask).
        cast("Any", error).request = library_of(error).Request(call.method, call.url)
    return error if call.redact(str(error)) == str(error) else None
