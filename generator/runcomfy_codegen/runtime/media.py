"""What may be passed as an image, a video or a piece of audio, and how local media is sent."""

from __future__ import annotations

import base64
import io
import operator
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    BinaryIO,
    Literal,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from ._local_media import name_of, read
from ._mime import HEAD_BYTES, KINDS, UnusableMediaError, detect
from .errors import InvalidRequestError

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
    SequenceNotStr = list  # what pydantic sees: a list, from any sequence that is no string

MediaKind = Literal["image", "video", "audio"]
MAX_BODY_BYTES = (
    64 * 2**20
)  # of a request with inlined media: the official clients' choice, API.md 5.1

MediaInput: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO


@dataclass(frozen=True)
class Media:
    """Marks a pydantic field as media of one kind. See `MediaInput` for what it accepts."""

    kind: MediaKind

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            self._validate, json_schema_input_schema=core_schema.str_schema()
        )

    def _validate(self, value: object) -> MediaInput:
        from pydantic_core import PydanticCustomError

        try:
            return _accept(value)
        except UnusableMediaError as error:
            expected = (
                f"{KINDS[self.kind]} is a URL or data URI (str), a Path, bytes or a binary file"
            )
            raise PydanticCustomError(
                "media_input", "{reason}; {expected}", {"reason": str(error), "expected": expected}
            ) from None


ImageInput = Annotated[MediaInput, Media("image")]
VideoInput = Annotated[MediaInput, Media("video")]
AudioInput = Annotated[MediaInput, Media("audio")]


def is_media(value: Any) -> bool:
    """Whether it is of a type that media may have; nothing is read."""
    return isinstance(value, (str, bytes, bytearray, memoryview, os.PathLike)) or callable(
        getattr(value, "read", None)
    )


def _accept(value: Any) -> MediaInput:
    if isinstance(value, (str, bytes)):
        return value
    if isinstance(value, os.PathLike):
        return cast("os.PathLike[str]", value)
    if isinstance(value, (bytearray, memoryview)):
        return bytes(cast(bytearray, value))  # a copy: the caller may go on changing the buffer
    if not callable(getattr(value, "read", None)):
        raise UnusableMediaError(f"{type(value).__name__} is no media")
    # Wrappers such as NamedTemporaryFile("w") are no TextIOBase, but have its `encoding`.
    if isinstance(value, io.TextIOBase) or hasattr(value, "encoding"):
        raise UnusableMediaError("the file is open in text mode: open it with mode 'rb'")
    if callable(getattr(value, "seekable", None)) and value.seekable():
        return value  # type: ignore[no-any-return]
    # A pipe can be read once, a request is measured and may be sent again: so it is kept here.
    return _drain(value)


def _drain(stream: BinaryIO) -> bytes:
    kept = bytearray()
    while chunk := stream.read(2**20):
        kept += chunk
        if len(kept) > MAX_BODY_BYTES:
            raise UnusableMediaError(f"the stream does not end within {MAX_BODY_BYTES // 2**20} MB")
    return bytes(kept)


_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
_RULE = re.compile(r"\s*(?P<name>.*?)\s*(?P<operator><=|>=|==|!=|<|>)\s*", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """One published validation (API.md section 6.3).

    rule: `file_size_mb<` and the like, the name of what is measured and the operator that must hold;
    value: its right-hand side; message: the vendor's text, which may contradict the value.
    """

    rule: str
    value: float
    message: str = ""

    @property
    def parsed(self) -> tuple[str, str]:
        """Name and operator; the operator is empty where there is none to enforce."""
        match = _RULE.fullmatch(self.rule)
        return (match["name"], match["operator"]) if match else (self.rule, "")

    def allows(self, measured: float) -> bool:
        """Whether a measured value satisfies the rule."""
        return _OPERATORS[self.parsed[1]](measured, self.value)


@dataclass(frozen=True)
class MediaItem:
    """One medium of a request. field: its path in the request, such as `images[2]`."""

    field: str
    kind: MediaKind
    value: MediaInput
    rules: tuple[Rule, ...] = ()


def to_data_uri(value: MediaInput, kind: MediaKind) -> str:
    """The data URI of local media (RFC 2397); a string is returned as it is.

    Files are read from their current position and rewound to it. Raises InvalidRequestError.
    """
    if isinstance(value, str):
        return value
    try:
        content = read(value)
        media_type = detect(content[:HEAD_BYTES], name_of(value), kind)
    except UnusableMediaError as error:
        raise InvalidRequestError(f"{KINDS[kind]} cannot be sent: {error}") from error
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
