"""Choose a call for the README: an endpoint with its required arguments, in Python and in a shell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from ..dialect.model_facts import ModelFacts
from ..ir.model import Endpoint, ObjectType, Type
from ..runtime._schemas.media_kinds import KINDS
from ..text.python_calls import Part, joined
from ..text.untrusted import literal

_FEW = 3  # elements: lists in lists can grow beyond all bounds
_MOST = 200  # characters of all arguments
_PROMPT = '"a saw on a white table"'
_PLAIN = re.compile(r"[\w.:/+-]+", re.ASCII)  # needs no quotes in a shell, and none in Markdown


class Example(NamedTuple):
    """An example of a call: `client.<path>.submit(<arguments>)`, in a shell `run <command>`.

    Attributes:
        path: The attribute path.
        arguments: The arguments, as Python text.
        model_id: The id, as Python text.
        command: The arguments in a shell; empty if there are no short ones.
    """

    path: str
    arguments: str
    model_id: str
    command: str = ""


def simplicity(facts: ModelFacts) -> tuple[bool, bool, int]:
    """Return a sort key: text-to-image models first, then those that take the fewest kinds of media."""
    media = set(facts.kinds) - {"text"}
    return facts.gone, "text-to-image" not in facts.tasks, len(media)


def example_of(endpoints: Iterable[Endpoint]) -> Example:
    """Return the first endpoint that can be called with plain values, else an untyped call."""
    for endpoint in endpoints:
        example = plain_call(endpoint.model_id, endpoint.attribute_path, endpoint.request)
        if example:
            return example
    return Example('untyped("provider/model/endpoint")', "{}", '"provider/model/endpoint"')


def plain_call(model_id: str, attribute_path: str, request: ObjectType) -> Example | None:
    """Return a call with the required arguments; None if they are not plain values."""
    required = [field for field in request.fields if field.required]
    values = [_value(field.type) for field in required]
    names = dict.fromkeys(field.wire for field in required)
    if not all(demand.is_met(names) for demand in request.demands):
        return None
    if not all(values) or sum(map(len, values)) > _MOST:
        return None
    arguments: list[Part] = [
        (f"{field.name}=", value) for field, value in zip(required, values, strict=True)
    ]
    typed = [(field.name, _typed(field.type)) for field in required]
    return Example(attribute_path, joined(arguments), literal(model_id), _command(model_id, typed))


def _command(model_id: str, typed: list[tuple[str, str]]) -> str:
    if not _PLAIN.fullmatch(model_id) or not all(value for _, value in typed):
        return ""
    options = (f"--{name.replace('_', '-')} {value}" for name, value in typed)
    return " ".join([model_id, *options])


def _typed(type_: Type) -> str:
    """Return a value as one types it; empty if it needs quotes."""
    if "media" in type_:
        return KINDS[type_["media"]].readme_file
    if "anyOf" in type_:
        return _typed(type_["anyOf"][0])
    if type_.get("type") == "array":
        return " ".join([_typed(type_["items"])] * max(1, type_.get("minItems", 1)))
    if "enum" in type_:
        value = type_["enum"][0]
        text = value if isinstance(value, str) else json.dumps(value)
        return text if _PLAIN.fullmatch(text) else ""
    simple = {"string": _PROMPT, "boolean": "true"}
    number = str(type_.get("minimum", 1)) if type_.get("type") in ("integer", "number") else ""
    return simple.get(type_.get("type", ""), number)


def _value(type_: Type) -> str:
    """Return a value as Python text; empty if there is no short one."""
    if "media" in type_:
        return f'Path("{KINDS[type_["media"]].readme_file}")'
    if "anyOf" in type_:
        return _value(type_["anyOf"][0])
    if "enum" in type_:
        return literal(type_["enum"][0])
    if type_.get("type") == "array":
        item, count = _value(type_["items"]), max(1, type_.get("minItems", 1))
        return f"[{', '.join([item] * count)}]" if item and count <= _FEW else ""
    simple = {"string": _PROMPT, "boolean": "True"}
    number = literal(type_.get("minimum", 1)) if type_.get("type") in ("integer", "number") else ""
    return simple.get(type_.get("type", ""), number)
