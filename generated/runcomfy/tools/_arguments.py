# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The arguments of a tool call, as a language model gives them."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from .._api.settings import Api
from .._base.brief import brief
from .._base.json_values import is_array, without_duplicates
from .._endpoint.info import get_endpoint
from .._validation.base import Request
from .._validation.fields import wire_names
from ..batches._items import Item, item_of
from ..errors import FieldProblem, InvalidRequestError
from ._folders import Folders, path_problems, with_files
from ._schemas import again_name


@dataclass(frozen=True)
class ModelCall:
    """A call of a model.

    Attributes:
        item: The request, with what identifies it.
        again: Whether another job of the same call is asked for.
    """

    item: Item
    again: bool


def read_object(arguments: object, label: str) -> dict[str, Any]:
    """Return arguments as a JSON object; they may be its text.

    Args:
        arguments: As the model gives them; None if it gives none.
        label: Names the tool in an error.

    Raises:
        InvalidRequestError: They are anything else.
    """
    value: Any = arguments
    if isinstance(arguments, (str, bytes)):
        try:
            value = json.loads(arguments or "{}", object_pairs_hook=without_duplicates)
        except (ValueError, RecursionError) as error:
            problem = FieldProblem(
                "", f"the arguments must be a JSON object; got a text that is none: {error}"[:300]
            )
            raise InvalidRequestError.from_problems([problem], label) from None
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    problem = FieldProblem("", f"the arguments must be a JSON object; got {brief(value)}")
    raise InvalidRequestError.from_problems([problem], label)


def read_known(arguments: object, known: Mapping[str, type], label: str) -> dict[str, Any]:
    """Return the arguments of a tool that serves no single model, without nulls.

    Args:
        arguments: As the model gives them.
        known: The parameters with their types. A name that ends in `!` is required.
        label: Names the tool in an error.

    Raises:
        InvalidRequestError: Lists all problems.
    """
    values = {
        key: value for key, value in read_object(arguments, label).items() if value is not None
    }
    types = {name.rstrip("!"): kind for name, kind in known.items()}
    problems = [
        FieldProblem(str(name), f"unknown parameter; must be one of {', '.join(types) or 'none'}")
        for name in values
        if name not in types
    ]
    for name, kind in types.items():
        if name in values and not _is_a(values[name], kind):
            text = f"must be {_IN_WORDS[kind]}; got {brief(values[name])}"
            problems.append(FieldProblem(name, text))
        elif name not in values and f"{name}!" in known:
            problems.append(FieldProblem(name, "is required"))
    if problems:
        raise InvalidRequestError.from_problems(problems, label)
    return values


def read_call(
    model_id: str, arguments: object, folders: Folders, api: Api, *, again: bool | None = None
) -> ModelCall:
    """Check the arguments of a model. Reads the files that they name.

    Args:
        model_id: The model.
        arguments: As the language model gives them.
        folders: The folders whose files may be sent.
        api: The settings of the client.
        again: Whether another job is asked for; None if that is among the arguments.

    Raises:
        InvalidRequestError: Lists all problems.
    """
    fields = dict(read_object(arguments, model_id))
    request_type = get_endpoint(model_id).request_type
    problems: list[FieldProblem] = []
    if again is None:
        name = again_name({*wire_names(request_type).values()})
        asked = fields.pop(name, None)
        if asked is not None and not isinstance(asked, bool):
            problems.append(FieldProblem(name, f"must be true or false; got {brief(asked)}"))
        again = asked is True
    try:
        request = with_files(_request(request_type, fields, folders), folders)
    except InvalidRequestError as error:
        raise InvalidRequestError.from_problems([*error.problems, *problems], model_id) from None
    if problems:
        raise InvalidRequestError.from_problems(problems, model_id)
    return ModelCall(item_of("call", request, api, {}), again)


def _request(
    request_type: type[Request[Any]], fields: dict[str, Any], folders: Folders
) -> Request[Any]:
    try:
        return request_type.from_tool_arguments(fields)
    except InvalidRequestError as error:
        refused = {problem.field for problem in error.problems}
        media = [item for item in request_type._media_in(fields) if item.field not in refused]
        problems = [*error.problems, *path_problems(media, folders)]
        raise InvalidRequestError.from_problems(problems, error.model_id) from None


_IN_WORDS: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    float: "a number",
    list: "a list of texts",
    object: "a JSON object",
}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_a(value: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is list:
        return isinstance(value, str) or (is_array(value) and all(map(_is_text, value)))
    return isinstance(value, kind)
