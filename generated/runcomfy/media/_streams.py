# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Reading an open file once: whole, from where it stands, while nobody else here reads it."""

from __future__ import annotations

import inspect
import io
import os
import threading
import weakref
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

MB = 2**20
_CHUNK = MB
AWAIT_IT = "has a read() that must be awaited, as AsyncRunComfy does; pass await file.read()"


class StreamError(ValueError):
    """A stream cannot be sent; the text follows its name in a sentence."""


def source_of(stream: Any) -> Any:
    """Return what is read for a stream: the plain file within an upload of a web framework."""
    file = getattr(stream, "file", None)
    if _is_coroutine_function(stream) and callable(getattr(file, "read", None)):
        return file
    return stream


def must_be_awaited(stream: Any) -> bool:
    """Tell whether only an event loop can read a stream."""
    return _is_coroutine_function(source_of(stream))


def read_stream(stream: Any, limit: int) -> bytes:
    """Read a stream to its end, and put it back to where it stood.

    Args:
        stream: An object with a `read` method, which need not do more.
        limit: The most bytes that are taken.

    Raises:
        StreamError: It gave nothing, gave too much, or broke.
    """
    source = source_of(stream)
    if _is_coroutine_function(source):
        raise StreamError(AWAIT_IT)
    with _guarded(source) as guard, guard.lock:
        return _at_once(_read(guard, limit))


@contextmanager
def alone(source: object) -> Generator[None, None, None]:
    """Keep other threads of this SDK from an object for a while."""
    with _guarded(source) as guard, guard.lock:
        yield


async def read_awaited(stream: Any, limit: int) -> bytes:
    """Read a stream whose methods are coroutine functions; otherwise like `read_stream`."""
    with _guarded(source_of(stream)) as guard:
        async with guard.turn():
            return await _read(guard, limit)


def _is_coroutine_function(stream: Any) -> bool:
    return inspect.iscoroutinefunction(getattr(stream, "read", None))


def _at_once(reading: Coroutine[Any, Any, bytes]) -> bytes:
    """Return the result of a coroutine that has nothing to wait for."""
    try:
        reading.send(None)
    except StopIteration as end:
        return cast("bytes", end.value)
    reading.close()
    raise StreamError(AWAIT_IT)


async def _read(guard: _Guard, limit: int) -> bytes:
    source = guard.source
    async with _reasons():
        here = await _position(source)
    if here is None and (kept := guard.kept()) is not None:
        return kept
    read = _reader(source)
    chunks: list[bytes] = []
    size = 0
    try:
        async with _reasons():
            while chunk := _as_bytes(await _settled(_readable(read))):
                chunks.append(chunk)
                size += len(chunk)
                if size > limit:
                    raise StreamError(f"holds more than {limit // MB} MB; pass a URL instead")
    finally:
        if here is not None:
            async with _reasons("cannot be put back to where it stood"):
                await _settled(source.seek(here))
    if not chunks:
        raise StreamError("stands at its end: rewind it with seek(0)" if here else "is empty")
    content = b"".join(chunks)
    # A pipe can be read once, but its request may be sent again.
    return guard.keep(content) if here is None else content


def _as_bytes(chunk: object) -> bytes:
    if isinstance(chunk, bytes):
        return chunk
    if isinstance(chunk, (bytearray, memoryview)):
        return bytes(cast(bytearray, chunk))
    if chunk is None:
        raise StreamError("had nothing to read yet; read it whole and pass the bytes")
    if isinstance(chunk, str):
        raise StreamError("is open in text mode: open it with mode 'rb'")
    raise StreamError(f"gave an object of type {type(chunk).__name__} when it was read, not bytes")


def _readable(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except io.UnsupportedOperation as error:
        raise StreamError("is not open for reading: open it with mode 'rb'") from error


def _reader(source: Any) -> Callable[[], Any]:
    """Return a function that reads the next chunk; some streams can only be read in one go."""
    try:
        inspect.signature(source.read).bind(_CHUNK)
    except TypeError:
        answers = iter((source.read, bytes))
        return lambda: next(answers)()
    except ValueError:  # written in C without a signature: these take a size
        pass
    return lambda: source.read(_CHUNK)


async def _position(source: Any) -> int | None:
    """Return where a stream stands; None where it cannot go back there."""
    seekable = getattr(source, "seekable", None)
    if callable(seekable) and not await _settled(seekable()):
        return None
    if not (callable(getattr(source, "seek", None)) and callable(getattr(source, "tell", None))):
        return None
    try:
        here = await _settled(source.tell())
    except io.UnsupportedOperation:
        return None
    return here if isinstance(here, int) else None


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


@asynccontextmanager
async def _reasons(failure: str = "cannot be read") -> AsyncGenerator[None, None]:
    """Turn whatever somebody else's stream raises into the reason why it cannot be sent."""
    try:
        yield
    except StreamError:
        raise
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise StreamError(f"{failure}: {reason}") from error


@dataclass
class _Guard:
    """The state that the readers of one stream share, for as long as there are any.

    turns: the lock of each event loop, by the identity of the loop.
    """

    source: Any
    users: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    turns: dict[int, Any] = field(default_factory=dict[int, Any])

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None, None]:
        import asyncio

        loop = id(asyncio.get_running_loop())
        async with self.turns.setdefault(loop, asyncio.Lock()):
            yield

    def kept(self) -> bytes | None:
        """Return what a stream that cannot be rewound gave when it was read."""
        alive, content = _KEPT.get(id(self.source), (None, None))
        return content if alive is not None and alive() is self.source else None

    def keep(self, content: bytes) -> bytes:
        """Remember the content for as long as the stream lives."""
        key = id(self.source)
        try:
            alive = weakref.ref(self.source, lambda _: _KEPT.pop(key, None))
        except TypeError:
            return content  # a second look finds nothing, and says so
        _KEPT[key] = alive, content
        return content


class _Registry:
    """The lock of what follows, which is only held for a moment."""

    lock = threading.Lock()


_registry = _Registry()

# By identity, as streams need be neither hashable nor unequal.
_GUARDS: dict[int, _Guard] = {}
_KEPT: dict[int, tuple[weakref.ref[Any], bytes]] = {}


@contextmanager
def _guarded(source: Any) -> Generator[_Guard, None, None]:
    key = id(source)  # stays its own while the guard holds it
    with _registry.lock:
        guard = _GUARDS.setdefault(key, _Guard(source))
        guard.users += 1
    try:
        yield guard
    finally:
        with _registry.lock:
            guard.users -= 1
            if not guard.users:
                _GUARDS.pop(key, None)


def _forget_other_threads() -> None:
    """Release in a forked child what threads of its parent held."""
    _GUARDS.clear()
    _registry.lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_other_threads)
