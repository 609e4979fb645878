"""What a command line asks of one endpoint, and the request that it makes."""

# pyright: reportPrivateUsage=false
# A request is made as the endpoint's own methods make it.

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._client import SyncClient
from .._endpoint.info import EndpointInfo
from .._validation.base import Request
from ..errors import FieldProblem, InvalidRequestError
from ._exit_codes import MissingFileError
from ._fields import InputField
from ._given import Given
from ._reading import UnreadableError, read, read_document, with_files

_DOCUMENT = "--input"
_NAME = re.compile(r"[^.\[]*")


@dataclass(frozen=True)
class Call:
    """One endpoint, and what was given for its fields."""

    info: EndpointInfo
    fields: tuple[InputField, ...]
    given: Given

    def request(self, client: SyncClient, document: str | None) -> Request[Any]:
        """The request; options win over a JSON document (a file name, or `-` for stdin).

        Sends nothing. Raises InvalidRequestError with all that is wrong, OSError for the document.
        """
        cls = self.info.request_type
        values, problems = self._values(document)
        missing = list(_missing_files(cls, values))
        problems += _used_twice(cls, values, is_document=document == "-")
        found: tuple[FieldProblem, ...] = ()
        try:
            request: Request[Any] = _endpoint(client, self.info)._request(values)
        except InvalidRequestError as error:
            found = error.problems
        else:
            if not problems and not missing:
                return request
            found = client._api.local_problems(request.media_items())
        named = {each.field for each in [*problems, *missing]}
        if _DOCUMENT in named:  # it may hold all that seems to be missing
            found = tuple(each for each in found if each.message != "is required")
        others = [each for each in found if each.field not in named]
        kind = InvalidRequestError if problems or others else MissingFileError
        raise kind.from_problems([*problems, *missing, *others], self.info.model_id)

    def _values(self, document: str | None) -> tuple[dict[str, Any], list[FieldProblem]]:
        """By Python or wire name."""
        values: dict[str, Any] = {}
        problems = list(self.given.problems)
        if document is not None:
            try:
                values = read_document(document)
            except UnreadableError as error:
                problems.append(FieldProblem(_DOCUMENT, str(error)))
        for field in self.fields:
            if field.name in self.given.texts:
                values.pop(field.wire, None)
                try:
                    values[field.name] = read(field, self.given.texts[field.name])
                except UnreadableError as error:
                    problems.append(FieldProblem(field.name, str(error)))
        return with_files(self.info.request_type, values), problems

    def as_typed(self, error: InvalidRequestError) -> InvalidRequestError:
        """The error with its problems under the names of the options."""
        told = [self._as_option(each) for each in error.problems]
        return type(error).from_problems(told, self.info.model_id)

    def _as_option(self, problem: FieldProblem) -> FieldProblem:
        """The problem under the name of the option: `images[2]` is `--images[2]`."""
        name = _NAME.match(problem.field)
        options = {field.name: field.option for field in self.fields}
        head = name[0] if name else ""
        return FieldProblem(options.get(head, head) + problem.field[len(head) :], problem.message)


def _endpoint(client: SyncClient, info: EndpointInfo) -> Any:
    step: Any = client
    for name in info.attribute_path.split("."):
        step = getattr(step, name)
    return step


def _missing_files(cls: type[Request[Any]], values: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for item in cls._media_in(values):
        if item.value == "":  # a variable of a script that is not set
            yield FieldProblem(item.field, "is empty: expected a file or a URL")
        # Not Path.exists: it raises for a name that is too long, such as a text that is no name.
        if isinstance(item.value, Path) and not os.path.exists(item.value):  # noqa: PTH110
            yield FieldProblem(item.field, f"no such file, and no URL: {item.value}")


def _used_twice(
    cls: type[Request[Any]], values: Mapping[str, Any], *, is_document: bool
) -> Iterator[FieldProblem]:
    piped = [item.field for item in cls._media_in(values) if item.value is sys.stdin.buffer]
    for field in piped if is_document else piped[1:]:
        yield FieldProblem(field, "stdin (-) can be read only once")
