"""What the flows need of a request, of an output type and of a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from .._base.opaque import Opaque
from .._transport.effects import Reply
from ..media import MediaItem
from ..media._payload import Encoder

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK
O_co = TypeVar("O_co", covariant=True)


class OutputType(Protocol[O_co]):
    """Reads the `output` of a result; tolerant of what it does not know."""

    def parse(self, data: Any, /) -> O_co: ...

    if not TYPE_CHECKING:
        __get_pydantic_core_schema__ = Opaque.__get_pydantic_core_schema__


@dataclass(frozen=True)
class PlainBody:
    """A JSON object that is sent as it is."""

    body: Mapping[str, Any] = field(repr=False)

    def to_body(self, encode: Encoder | None = None) -> dict[str, Any]:
        return dict(self.body)

    def media_items(self) -> tuple[MediaItem, ...]:
        return ()


class PlainOutput:
    """An output without a schema: the JSON value as it came."""

    @staticmethod
    def parse(data: Any, /) -> Any:
        return data


@dataclass(frozen=True)
class JobRef(Generic[O]):
    """Which job, and how its output is read.

    model_id: empty where only the request id is known; response: to the submit, if it was made here.
    """

    model_id: str
    request_id: str
    output_type: OutputType[O]
    response: Reply | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """How messages call it."""
        request = f"request {self.request_id}"
        return f"{self.model_id}, {request}" if self.model_id else request

    @property
    def context(self) -> dict[str, Any]:
        """What each error about it carries."""
        return {"model_id": self.model_id or None, "request_id": self.request_id}
