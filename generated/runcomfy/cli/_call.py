# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Build the request that a command line describes."""

# pyright: reportPrivateUsage=false
# A request is built as the endpoint's own methods build it.

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
from ._arguments import Arguments
from ._exit_codes import MissingFileError
from ._fields import InputField
from ._reading import UnreadableError, read, read_document, with_files

_DOCUMENT = "--input"
_NAME = re.compile(r"[^.\[]*")


@dataclass(frozen=True)
class Call:
    """An endpoint and the arguments for its fields."""

    info: EndpointInfo
    fields: tuple[InputField, ...]
    arguments: Arguments

    def request(self, client: SyncClient, document: str | None) -> Request[Any]:
        """Build the request, without sending anything. Options override the JSON document.

        Args:
            client: The client that will send it.
            document: The name of a JSON file, `-` for stdin, or None.

        Raises:
            InvalidRequestError: Lists everything that is wrong.
            OSError: The document cannot be read.
        """
        request_type = self.info.request_type
        values, problems = self._values(document)
        missing = list(_missing_files(request_type, values))
        problems += _used_twice(request_type, values, is_document=document == "-")
        invalid: tuple[FieldProblem, ...] = ()
        try:
            request: Request[Any] = _endpoint(client, self.info)._request(values)
        except InvalidRequestError as error:
            invalid = error.problems
        else:
            if not problems and not missing:
                return request
            invalid = client._api.local_problems(request.media_items())
        reported = {problem.field for problem in [*problems, *missing]}
        if _DOCUMENT in reported:  # the document may hold what seems to be missing
            reported |= {field.name for field in self.fields if field.name not in values}
        others = [problem for problem in invalid if problem.field not in reported]
        error_type = InvalidRequestError if problems or others else MissingFileError
        raise error_type.from_problems([*problems, *missing, *others], self.info.model_id)

    def _values(self, document: str | None) -> tuple[dict[str, Any], list[FieldProblem]]:
        """Return the values of fields by Python or wire name, and the problems met."""
        values: dict[str, Any] = {}
        problems = list(self.arguments.problems)
        if document is not None:
            try:
                values = read_document(document)
            except UnreadableError as error:
                problems.append(FieldProblem(_DOCUMENT, str(error)))
        for field in self.fields:
            if field.name in self.arguments.texts:
                values.pop(field.wire, None)
                try:
                    values[field.name] = read(field, self.arguments.texts[field.name])
                except UnreadableError as error:
                    problems.append(FieldProblem(field.name, str(error)))
        return with_files(self.info.request_type, values), problems

    def as_typed(self, error: InvalidRequestError) -> InvalidRequestError:
        """Return the error with its problems under the names of the options."""
        problems = [self._as_option(problem) for problem in error.problems]
        return type(error).from_problems(problems, self.info.model_id)

    def _as_option(self, problem: FieldProblem) -> FieldProblem:
        """Return the problem under the name of its option: `images[2]` is `--images[2]`."""
        name = _NAME.match(problem.field)
        options = {"extra_body": "--extra-body"}
        options |= {field.name: field.option for field in self.fields}
        head = name[0] if name else ""
        return FieldProblem(options.get(head, head) + problem.field[len(head) :], problem.message)


def _endpoint(client: SyncClient, info: EndpointInfo) -> Any:
    node: Any = client
    for name in info.attribute_path.split("."):
        node = getattr(node, name)
    return node


def _missing_files(
    request_type: type[Request[Any]], values: Mapping[str, Any]
) -> Iterator[FieldProblem]:
    for item in request_type._media_in(values):
        if item.value == "":  # from a script whose variable is not set
            yield FieldProblem(item.field, "is empty; must be a file or a URL")
        # Path.exists raises for a name that is too long, such as a prompt given by mistake.
        if isinstance(item.value, Path) and not os.path.exists(item.value):  # noqa: PTH110
            yield FieldProblem(item.field, f"no such file: {item.value}")


def _used_twice(
    request_type: type[Request[Any]], values: Mapping[str, Any], *, is_document: bool
) -> Iterator[FieldProblem]:
    media = request_type._media_in(values)
    piped = [item.field for item in media if item.value is sys.stdin.buffer]
    for field in piped if is_document else piped[1:]:
        yield FieldProblem(field, "stdin (-) can be read only once")
