# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The bytes of a submit: the JSON, with local media as data URIs or as the URLs of an uploader."""

from __future__ import annotations

import io
import json
import re
import secrets
import time
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from .._base.json_faults import MAX_DEPTH, json_fault, python_number
from .._base.json_values import is_array, is_object
from .._transport.effects import Flow, Invoke, Work
from ..errors import ConfigurationError, FieldProblem, InvalidRequestError
from ..media import MediaInput, MediaItem, MediaKind, data_uri_parts, to_data_uri
from ..media._contents import is_local
from ..media._local import MAX_BODY_BYTES, Medium, UnreadableMedia
from ..media._mime import UnusableMediaError
from .settings import Uploader

# Long texts are encoded in slices: one call for all would keep every other thread waiting.
_LONG = 2**16  # characters
_SLICE = 3 * 2**16  # bytes; whole groups of base64
_REST = 2e-4  # seconds after each slice, in which an event loop gets its turn


class Inlined(str):
    """A placeholder in the body for a data URI that is not written yet."""

    head: str
    content: bytes

    @classmethod
    def of(cls, medium: Medium, kind: MediaKind) -> Inlined:
        """Raise UnusableMediaError where the medium is larger than what is sent."""
        inlined = cls()
        inlined.head, inlined.content = data_uri_parts(medium, kind)
        return inlined


class SentMedia:
    """The texts that stand in the body for the media of a request."""

    def __init__(self, items: Sequence[MediaItem], read: Sequence[MediaItem]) -> None:
        self._read = {
            id(item.value): medium.value for item, medium in zip(items, read, strict=True)
        }
        self._items = items
        self._urls: dict[int, str] = {}

    def encode(self, value: MediaInput, kind: MediaKind) -> str:
        """Return the text that stands in the body for a value. Raises InvalidRequestError."""
        if isinstance(value, str):
            return value
        medium = self._read.get(id(value))
        if isinstance(medium, UnreadableMedia):
            raise InvalidRequestError(medium.reason)
        if not isinstance(medium, Medium):
            return to_data_uri(value, kind)
        try:
            return self._urls.get(id(value)) or Inlined.of(medium, kind)
        except UnusableMediaError as error:
            raise InvalidRequestError(str(error)) from error

    def upload(self, uploader: Uploader, model_id: str) -> Flow[None]:
        """Hand each local medium to an uploader, once. Raises ConfigurationError."""
        for item in self._items:
            medium = self._read[id(item.value)]
            if id(item.value) in self._urls or not isinstance(medium, Medium):
                continue
            url = yield Invoke(uploader, _for_uploader(item.value, medium))
            if not (isinstance(url, str) and url.startswith(("https://", "http://", "data:"))):
                raise ConfigurationError(
                    f"uploader: must return the URL of {item.field} as a str; got {type(url).__name__}"
                )
            try:
                medium.check_unchanged()
            except UnusableMediaError as error:
                problem = FieldProblem(item.field, str(error))
                raise InvalidRequestError.from_problems([problem], model_id) from error
            self._urls[id(item.value)] = url


class _NamedBytes(io.BytesIO):
    """The content of an open file, under its name."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


def _for_uploader(value: Any, medium: Medium) -> Any:
    if medium.path is not None or isinstance(value, bytes) or not is_local(value):
        return value
    return _NamedBytes(medium.content or b"", medium.name)


def encoded(body: Mapping[str, Any], model_id: str) -> Flow[bytes]:
    """Return the body as it is sent. Raises InvalidRequestError for what is not JSON, or too long."""
    long: list[str] = []
    tag = secrets.token_hex(16)
    try:
        marked = {name: _marked(value, tag, long, 1) for name, value in body.items()}
        skeleton = _json(marked)
    except (TypeError, ValueError, RecursionError) as error:
        place, fault = json_fault(dict(body)) or ("", str(error))
        problem = FieldProblem(place, f"is not JSON (RFC 8259): {fault}")
        raise InvalidRequestError.from_problems([problem], model_id) from error
    _check_size(len(skeleton) + sum(map(_length, long)), body, model_id)
    if not long:
        return skeleton
    content: bytes = yield Work(lambda: b"".join(_pieces(skeleton, tag, long)))
    _check_size(len(content), body, model_id)
    return content


def _marked(value: Any, tag: str, long: list[str], depth: int) -> Any:
    """Return the value with a mark for each long text, which is added to the list of them."""
    if isinstance(value, str):
        if len(value) <= _LONG and not isinstance(value, Inlined):
            return value
        long.append(value)
        return f"{tag}{len(long) - 1}"
    if depth > MAX_DEPTH:
        raise ValueError("too deep")
    if is_object(value):
        # Python would write 1 and "1" as the same name.
        if not all(isinstance(name, str) for name in cast("Iterable[object]", value)):
            raise TypeError("not a name")
        return {name: _marked(item, tag, long, depth + 1) for name, item in value.items()}
    if is_array(value) or isinstance(value, tuple):
        items = cast("Sequence[Any]", value)
        return [_marked(item, tag, long, depth + 1) for item in items]
    return value


def _pieces(skeleton: bytes, tag: str, long: Sequence[str]) -> Iterator[bytes]:
    for number, part in enumerate(re.split(rb'"' + tag.encode() + rb'(\d+)"', skeleton)):
        if number % 2 == 0:
            yield part
            continue
        text = long[int(part)]
        yield b'"'
        yield from _base64(text) if isinstance(text, Inlined) else _escaped(text)
        yield b'"'


def _base64(text: Inlined) -> Iterator[bytes]:
    yield text.head.encode()
    view = memoryview(text.content)
    for start in range(0, len(view), _SLICE):
        yield b2a_base64(view[start : start + _SLICE], newline=False)
        time.sleep(_REST)


def _escaped(text: str) -> Iterator[bytes]:
    for start in range(0, len(text), _SLICE):
        yield _json(text[start : start + _SLICE])[1:-1]
        time.sleep(_REST)


def _length(value: Any) -> int:
    """Estimate the bytes of a value in the body: never more than it takes."""
    if isinstance(value, Inlined):
        return len(value.head) + (len(value.content) + 2) // 3 * 4
    if isinstance(value, str):
        return len(value)
    if is_object(value):
        return sum(map(_length, value.values()))
    return sum(map(_length, value)) if is_array(value) else 1


def _check_size(size: int, body: Mapping[str, Any], model_id: str) -> None:
    if size <= MAX_BODY_BYTES:
        return
    biggest = max(body, key=lambda name: _length(body[name]))
    text = f"the request has {size} bytes; at most {MAX_BODY_BYTES} can be sent"
    problem = FieldProblem(biggest, f"{text}. This is its largest part: pass a URL instead")
    raise InvalidRequestError.from_problems([problem], model_id)


def _json(value: Any) -> bytes:
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    )
    return text.encode()


def _plain(value: Any) -> Any:
    plain = python_number(value)
    if plain is value:
        raise TypeError(f"{type(value).__name__} has no JSON form")
    return plain
