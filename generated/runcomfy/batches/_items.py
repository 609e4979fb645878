# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Check the requests of a batch, objects or JSON, before anything is sent."""

# pyright: reportPrivateUsage=false
# A batch is a part of its client.

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from .._api.addresses import model_path
from .._api.protocol import OutputType, PlainBody, PlainOutput
from .._api.submit import json_object
from .._base.text import shorten
from .._endpoint.info import get_endpoint
from .._schemas.registry import UnknownEndpointError
from .._validation.base import Request, rechecked
from ..errors import ConfigurationError, FieldProblem, InvalidRequestError, RunComfyError
from ..media import MediaInput, MediaKind
from ..media._contents import Checked
from ..media._data_uri import is_data_uri
from ..media._local import Medium, name_of, read_medium
from ..media._mime import UnusableMediaError
from ..media._payload import Payload
from ._entry import Entry, input_digest
from ._shown import without_secrets

if TYPE_CHECKING:
    from .._api.settings import Api

_KEYS = ("model_id", "input", "extra_body")
_LONGEST_KEY = 200  # characters


@dataclass(frozen=True)
class Item:
    """One request of a batch, ready to be submitted."""

    entry: Entry
    output_type: OutputType[Any]
    payload: Payload
    extra_body: Mapping[str, Any]

    @property
    def key(self) -> str:
        return self.entry.key


def items_of(requests: object, api: Api) -> list[Item]:
    """Check all requests.

    Args:
        requests: The requests, as the caller gave them.
        api: The settings of the client.

    Raises:
        InvalidRequestError: Lists all problems of all requests.
        ConfigurationError: There is no iterable of requests.
    """
    items: list[Item] = []
    problems: list[FieldProblem] = []
    known: dict[int, Medium] = {}  # media that many requests share are read once
    for key, request in named(requests):
        if fault := _fault(key):
            problems.append(FieldProblem(f"requests[{key!r:.80}]", fault))
            continue
        try:
            items.append(item_of(str(key), request, api, known))
        except InvalidRequestError as error:
            own = [FieldProblem(f"requests[{key!r}]", error.message)]
            problems += [_within(key, problem) for problem in error.problems] or own
        except RunComfyError as error:
            problems.append(FieldProblem(f"requests[{key!r}]", error.message))
    if problems:
        raise InvalidRequestError.from_problems(problems, "batch")
    return items


def named(requests: object) -> Iterable[tuple[object, object]]:
    """Return requests with their keys: those of a mapping, else their positions from "1"."""
    type_name = type(requests).__name__
    if isinstance(requests, Mapping):
        return cast("Mapping[object, object]", requests).items()
    if isinstance(requests, Iterable) and not isinstance(requests, (str, bytes, Request)):
        numbered = enumerate(cast("Iterable[object]", requests), 1)
        return [(str(number), request) for number, request in numbered]
    raise ConfigurationError(
        f"requests: must be an iterable or a dict of requests; got {type_name}"
    )


def _fault(key: object) -> str:
    if not isinstance(key, str):
        return f"a key must be a str; got {type(key).__name__}"
    if not (key and key.isprintable() and len(key) <= _LONGEST_KEY):
        return f"a key must have 1 to {_LONGEST_KEY} printable characters"
    return ""


def _within(key: object, problem: FieldProblem) -> FieldProblem:
    place = f".{problem.field}" if problem.field else ""
    return FieldProblem(f"requests[{key!r}]{place}", problem.message)


def item_of(key: str, value: object, api: Api, known: dict[int, Medium]) -> Item:
    """Check one request.

    Args:
        key: The key of the request.
        value: A request object, or a dict with `model_id` and `input`.
        api: The settings of the client.
        known: The media that were read already, by identity. It is added to.

    Raises:
        InvalidRequestError: Lists all problems.
    """
    extra: Mapping[str, Any] = {}
    request: Request[Any] | _Plain
    if isinstance(value, Mapping):
        record = json_object("request", cast("object", value), "batch")
        _check_record(record)
        request, extra = _request(record), record.get("extra_body", extra)
    else:
        request = rechecked(value)
    if problems := api.local_problems(request.media_items()):
        raise InvalidRequestError.from_problems(problems, request.model_id)
    content = partial(_content, known=known)
    exact = {**request.to_body(content), **extra}
    digest = _digest(request.model_id, exact)
    kinds = () if isinstance(request, _Plain) else (type(request),)
    shown = without_secrets(kinds, {**request.to_body(_name), **extra})
    entry = Entry(key, request.model_id, shown, digest)
    return Item(entry, request.output_type, Checked(request, known), extra)


def _check_record(record: Mapping[str, Any]) -> None:
    problems = [
        FieldProblem(name, f"unknown key; must be one of {', '.join(_KEYS)}")
        for name in record
        if name not in _KEYS
    ]
    for name, kind, expected, needed in (
        ("model_id", str, "the id of a model, as text", True),
        ("input", Mapping, "a JSON object", True),
        ("extra_body", Mapping, "a JSON object", False),
    ):
        if (needed or name in record) and not isinstance(record.get(name), kind):
            got = type(record[name]).__name__ if name in record else "nothing"
            problems.append(FieldProblem(name, f"must be {expected}; got {got}"))
    if problems:
        raise InvalidRequestError.from_problems(problems, "batch")


@dataclass(frozen=True)
class _Plain(PlainBody):
    """A request to an endpoint that this SDK does not have. Only the service checks it."""

    model_id: str
    output_type: ClassVar[type[PlainOutput]] = PlainOutput


def _request(record: Mapping[str, Any]) -> Request[Any] | _Plain:
    model_id: str = record["model_id"]
    model_path(model_id)
    fields = json_object("input", record["input"], model_id)
    try:
        kind = get_endpoint(model_id).request_type
    except UnknownEndpointError:
        return _Plain(fields, model_id)
    return kind(**fields)


def _digest(model_id: str, body: Mapping[str, Any]) -> str:
    try:
        return input_digest(model_id, body)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequestError.from_problems(
            [FieldProblem("input", f"must be JSON (RFC 8259): {error}")], model_id
        ) from error


def _content(value: MediaInput, kind: MediaKind, known: dict[int, Medium]) -> str:
    """Identify local media by their content: a changed file makes another request."""
    if isinstance(value, str):
        return value
    if id(value) not in known:
        try:
            medium = read_medium(value, facts_only=True)
            known[id(value)] = replace(medium, seen=medium.digest())
        except UnusableMediaError as error:
            raise InvalidRequestError(str(error)) from error
    return f"sha256:{known[id(value)].seen}"


def _name(value: MediaInput, kind: MediaKind) -> str:
    """Name local media so that a person finds them again."""
    if isinstance(value, str):
        return shorten(value, 80) if is_data_uri(value) else value
    if isinstance(value, os.PathLike):
        return Path(value).absolute().as_uri()
    return name_of(value) or f"{kind} data"
