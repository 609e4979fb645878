"""Reading the local media of a request, once, before anything is checked or sent."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from .._transport.effects import Flow, Invoke, Work
from ._inputs import MediaItem
from ._local import Medium, UnreadableMedia, name_of, read_medium, read_medium_awaited
from ._mime import UnusableMediaError
from ._payload import Encoder, Payload
from ._streams import AWAIT_IT, must_be_awaited


@dataclass(frozen=True)
class Checked:
    """A payload with what its local media were when they were checked, by identity.

    Open files are held. A file on the disk is read again, and has to be the same.
    """

    payload: Payload
    known: Mapping[int, Medium]

    def to_body(self, encode: Encoder | None = None) -> dict[str, Any]:
        return self.payload.to_body(encode)

    def media_items(self) -> tuple[MediaItem, ...]:
        return self.payload.media_items()


def as_read(payload: Payload, *, to_upload: bool) -> Flow[tuple[MediaItem, ...]]:
    """Return the media of a request, with what was read instead of what was given.

    Args:
        payload: The request.
        to_upload: Whether an uploader takes the media, so that files stay where they are.
    """
    known: Mapping[int, Medium] = payload.known if isinstance(payload, Checked) else {}
    items = payload.media_items()
    media: dict[int, Medium | UnreadableMedia] = {}  # what is passed twice is read once
    for item in items:
        value = item.value
        if is_local(value) and id(value) not in media:
            media[id(value)] = yield from _as_read(value, to_upload, known.get(id(value)))
    return tuple(replace(item, value=media.get(id(item.value), item.value)) for item in items)


def as_checked_here(items: Sequence[MediaItem]) -> tuple[MediaItem, ...]:
    """Return the items as they can be checked without an event loop; files are not read whole."""
    checkable = [item for item in items if not must_be_awaited(item.value)]
    return tuple(
        replace(item, value=_read(item.value, facts_only=True)) if is_local(item.value) else item
        for item in checkable
    )


def is_local(value: object) -> bool:
    """Tell whether a value is still to be read."""
    return not isinstance(value, (str, Medium, UnreadableMedia))


def _as_read(value: Any, to_upload: bool, known: Medium | None) -> Flow[Medium | UnreadableMedia]:
    if known and known.content is not None:
        return known
    if isinstance(value, bytes):
        return _read(value)
    if not must_be_awaited(value):
        medium: Medium | UnreadableMedia = yield Work(
            partial(_read, value, to_upload=to_upload, known=known)
        )
        return medium
    reading = yield Invoke(partial(_read_awaited, to_upload=to_upload), value)
    if inspect.iscoroutine(reading):  # nobody awaits it in a blocking client
        reading.close()
        return UnreadableMedia(f"{name_of(value) or 'the file'} {AWAIT_IT}")
    return reading  # type: ignore[no-any-return]


def _read(
    value: Any, *, to_upload: bool = False, facts_only: bool = False, known: Medium | None = None
) -> Medium | UnreadableMedia:
    try:
        medium = read_medium(value, to_upload=to_upload, facts_only=facts_only)
        if known and not medium.is_same(known):
            return UnreadableMedia(f"{medium.name} was changed after it was checked", medium.name)
        return medium
    except UnusableMediaError as error:
        return UnreadableMedia(str(error), name_of(value))


async def _read_awaited(value: Any, *, to_upload: bool) -> Medium | UnreadableMedia:
    try:
        return await read_medium_awaited(value, to_upload=to_upload)
    except UnusableMediaError as error:
        return UnreadableMedia(str(error), name_of(value))
