"""Tracebacks without the frames that handle what is sent, whose variables hold the token."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType

_LIBRARIES = frozenset(
    {"httpx", "httpcore", "httpx2", "httpcore2", "h11", "h2", "hpack"}
    | {"anyio", "asyncio", "ssl", "socket", "truststore"}
)
_OWN = f"{__name__.rpartition('.')[0]}.network"


def drop_library_frames(error: BaseException) -> None:
    """Take them out of the traceback of an error and of the errors that led to it."""
    todo, seen = [error], set[int]()
    while todo:
        linked = todo.pop()
        if id(linked) in seen:
            continue
        seen.add(id(linked))
        linked.__traceback__ = _linked([*_kept(linked.__traceback__)])
        todo += [cause for cause in (linked.__cause__, linked.__context__) if cause is not None]


def _kept(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        name = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] not in _LIBRARIES and name != _OWN:
            yield traceback
        traceback = traceback.tb_next


def _linked(frames: list[TracebackType]) -> TracebackType | None:
    following: TracebackType | None = None
    for frame in reversed(frames):
        frame.tb_next = following
        following = frame
    return following
