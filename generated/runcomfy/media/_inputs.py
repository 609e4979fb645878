# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Media as parameters: which values are accepted, and how local files are sent."""

from __future__ import annotations

import base64
import dataclasses
import io
import os
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from .._base.json_faults import json_fault
from .._base.opaque import Opaque
from .._schemas.media_kinds import KINDS, MediaKind
from .._schemas.media_rules import COMPARISONS, parse_rule
from ..errors import InvalidRequestError
from ._local import MAX_BODY_BYTES, Medium, UnreadableMedia, is_pillow_image, read_medium
from ._mime import UnusableMediaError, detect

if TYPE_CHECKING:
    _T_co = TypeVar("_T_co", covariant=True)

    class SequenceNotStr(Protocol[_T_co]):
        """A list, a tuple or another sequence, but not a string."""

        # `str.__contains__` takes a str only, so a plain string does not match this protocol.
        # No index() and count(): from their Any mypy would infer list[Any] for every list display.
        def __contains__(self, value: object, /) -> bool: ...
        @overload
        def __getitem__(self, index: int, /) -> _T_co: ...
        @overload
        def __getitem__(self, index: slice, /) -> Sequence[_T_co]: ...
        def __len__(self) -> int: ...
        def __iter__(self) -> Iterator[_T_co]: ...
        def __reversed__(self) -> Iterator[_T_co]: ...

else:
    SequenceNotStr = list  # what pydantic sees: a list, from any sequence but a string


class BinaryReader(Protocol):
    """An object with a `read` that gives bytes: a file, a zip member, an upload, a reply."""

    def read(self, size: int = ..., /) -> bytes: ...


class AsyncBinaryReader(Protocol):
    """The same with a `read` to be awaited, for `AsyncRunComfy`."""

    def read(self, size: int = ..., /) -> Awaitable[bytes]: ...


class PillowImage(Protocol):
    """An image of Pillow, for image parameters."""

    mode: str

    @property
    def size(self) -> tuple[int, int]: ...
    def getexif(self) -> Any: ...


MediaInput: TypeAlias = Annotated[
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | BinaryReader
    | AsyncBinaryReader
    | PillowImage,
    Opaque,
]


@dataclass(frozen=True)
class Media:
    """A mark of a pydantic field as media of one kind. See `MediaInput` for what it accepts."""

    kind: MediaKind

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            self._validate, json_schema_input_schema=core_schema.str_schema()
        )

    def _validate(self, value: object) -> MediaInput:
        from pydantic_core import PydanticCustomError

        try:
            return _accept(value, self.kind)
        except UnusableMediaError as error:
            medium = KINDS[self.kind].phrase
            expected = f"{medium}: a URL or data URI (str), a Path, bytes or a binary file"
            raise PydanticCustomError(
                "media_input",
                "{reason}; must be {expected}",
                {"reason": str(error), "expected": expected},
            ) from None


ImageInput = Annotated[MediaInput, Media("image")]
VideoInput = Annotated[MediaInput, Media("video")]
AudioInput = Annotated[MediaInput, Media("audio")]


def is_media(value: Any) -> bool:
    """Tell whether it is of a type that media may have; nothing is read."""
    return (
        isinstance(value, (str, bytes, bytearray, memoryview, os.PathLike))
        or callable(getattr(value, "read", None))
        or is_pillow_image(value)
        or hasattr(value, "__array__")  # which are refused with the way out
        or callable(getattr(value, "read_bytes", None))
    )


def _accept(value: Any, kind: MediaKind) -> MediaInput:
    if isinstance(value, str):
        if fault := json_fault(value):
            raise UnusableMediaError(fault[1])
        return value
    if isinstance(value, (bytes, os.PathLike)):
        return cast("bytes | os.PathLike[str]", value)
    if isinstance(value, (bytearray, memoryview)):
        return bytes(cast(bytearray, value))  # a copy: the caller may go on changing the buffer
    if is_pillow_image(value):
        if kind != "image":
            raise UnusableMediaError(f"an image of Pillow is not {KINDS[kind].phrase}")
        return cast("PillowImage", value)
    if callable(getattr(value, "read", None)):
        return _accept_reader(value)
    raise UnusableMediaError(_no_media(value, kind))


def _accept_reader(value: Any) -> BinaryReader:
    # A wrapper such as NamedTemporaryFile("w") is not a TextIOBase, but has its `encoding`.
    is_text = isinstance(getattr(value, "encoding", None), str) and hasattr(value, "readline")
    if isinstance(value, io.TextIOBase) or is_text:
        raise UnusableMediaError("the file is open in text mode: open it with mode 'rb'")
    return cast("BinaryReader", value)


def _no_media(value: object, kind: MediaKind) -> str:
    name = type(value).__name__
    if callable(getattr(value, "read_bytes", None)):  # a member of an archive, or of a package
        return f"{name} has no path on this machine; pass its read_bytes()"
    if not hasattr(value, "__array__"):
        return f"{name} is not media"
    if kind == "image":
        return f"{name} is an array; make an image of it: PIL.Image.fromarray(array)"
    return f"{name} is an array; write it to a file first, and pass the file's Path"


@dataclass(frozen=True)
class Rule:
    """One published validation.

    rule: `file_size_mb<` and the like, the name of what is measured and the operator that must hold;
    value: its right-hand side; message: the vendor's text, which may contradict the value.
    """

    rule: str
    value: float
    message: str = ""

    @property
    def parsed(self) -> tuple[str, str]:
        """Name and operator; the operator is empty where there is none to enforce."""
        return parse_rule(self.rule)

    def allows(self, measured: float) -> bool:
        """Return whether a measured value satisfies the rule."""
        return COMPARISONS[self.parsed[1]].holds(measured, self.value)


@dataclass(frozen=True)
class MediaItem:
    """One medium of a request.

    field: its path in the request, such as `images[2]`; value: as it was given, or as it was read;
    optional: whether a blank text may mean that there is none; may_be_name: whether a text may be the name
    of a file that the model has.
    """

    field: str
    kind: MediaKind
    value: MediaInput | Medium | UnreadableMedia = dataclasses.field(repr=False)
    rules: tuple[Rule, ...] = ()
    optional: bool = True
    may_be_name: bool = False


def to_data_uri(value: MediaInput, kind: MediaKind, *, media_type: str = "") -> str:
    """Return the data URI of local media (RFC 2397); a string is returned as it is.

    Args:
        value: A path, bytes, an open binary file or an image of Pillow. A file is read from where it
            stands, and put back to there.
        kind: Its kind: "image", "video" or "audio".
        media_type: Its type, such as "image/x-tga", for a format that is not recognised.

    Raises:
        InvalidRequestError: It cannot be read.
    """
    if isinstance(value, str):
        return value
    try:
        return data_uri(read_medium(value), kind, media_type)
    except UnusableMediaError as error:
        raise InvalidRequestError(f"{KINDS[kind].phrase} cannot be sent: {error}") from error


def media_type_of(medium: Medium, kind: MediaKind) -> str:
    """Return the media type of what was read, as a field of this kind has it."""
    return detect(medium.content or medium.head, medium.name, kind)


def data_uri(medium: Medium, kind: MediaKind, media_type: str = "") -> str:
    """Return the data URI of what was read. Raises UnusableMediaError if it is too large."""
    head, content = data_uri_parts(medium, kind, media_type)
    return head + base64.b64encode(content).decode("ascii")


def data_uri_parts(medium: Medium, kind: MediaKind, media_type: str = "") -> tuple[str, bytes]:
    """Return a data URI up to its comma, and the bytes whose base64 form follows."""
    if medium.content is None:
        raise UnusableMediaError(
            f"{medium.name or 'the content'} has {medium.size:,} bytes, "
            f"more than fit into a request ({MAX_BODY_BYTES // 2**20} MB); pass a URL instead"
        )
    return f"data:{media_type or media_type_of(medium, kind)};base64,", medium.content
