"""The forms in which the flows take a request, an output type and a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from .._base.opaque import Opaque
from .._transport.effects import Reply
from ..media import MediaItem
from ..media._payload import Encoder, Payload
from .options import check_request_id
from .submit_progress import SubmitProgress

if TYPE_CHECKING:
    from .._validation.base import Request

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK
O_co = TypeVar("O_co", covariant=True)


class OutputType(Protocol[O_co]):
    """A reader of the `output` of a result; tolerant of what it does not know."""

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
class Submission(Generic[O]):
    """The input of a submit.

    Attributes:
        model_id: The model.
        output_type: The reader of the model's output.
        payload: The content.
        progress: Kept up to date by the submit, for a caller who may be interrupted.
    """

    model_id: str
    output_type: OutputType[O]
    payload: Payload
    progress: SubmitProgress = field(default_factory=SubmitProgress, repr=False, compare=False)


@dataclass(frozen=True)
class JobRef(Generic[O]):
    """A job by its ids, and the reader of its output.

    Attributes:
        model_id: The model; empty where only the request id is known.
        request_id: The id that the submit returned.
        output_type: The reader of the output.
        response: The reply to the submit, if this process made it.
    """

    model_id: str
    request_id: str
    output_type: OutputType[O]
    response: Reply | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name of the job in messages."""
        request = f"request {self.request_id}"
        return f"{self.model_id}, {request}" if self.model_id else request

    @property
    def context(self) -> dict[str, Any]:
        """The attributes of each error about the job."""
        return {"model_id": self.model_id or None, "request_id": self.request_id}


def submission_of(request: Request[O], progress: SubmitProgress | None = None) -> Submission[O]:
    """Return what a request object submits."""
    progress = progress or SubmitProgress()
    return Submission(request.model_id, request.output_type, request, progress)


def job_ref(request_id: str, model_id: str, output_type: OutputType[O]) -> JobRef[O]:
    """Return the reference of a job that was submitted elsewhere.

    Raises:
        InvalidRequestError: If the request id has not the form of one.
    """
    return JobRef(model_id, check_request_id(request_id, model_id or None), output_type)
