"""Tools as plain functions, whose signatures frameworks read."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from .._endpoint.info import get_endpoint
from .._validation.fields import wire_names
from ._definitions import Tool
from ._schemas import Schema


def functions_of(tools: Iterable[Tool], call: Callable[[str, dict[str, Any]], Any]) -> list[Any]:
    """Return a function for each tool.

    Args:
        tools: The tools.
        call: Calls a tool by its name. If it is a coroutine function, so are the functions.
    """
    return [_function(tool, call) for tool in tools]


def _function(tool: Tool, call: Callable[[str, dict[str, Any]], Any]) -> Any:
    wires = _wire_names(tool)

    async def coroutine_function(**arguments: Any) -> Any:
        return await call(tool.name, _given(arguments, wires))

    def plain_function(**arguments: Any) -> Any:
        return call(tool.name, _given(arguments, wires))

    function: Any = plain_function
    if inspect.iscoroutinefunction(call):
        function = coroutine_function
    parameters = _parameters(tool.schema, wires)
    function.__name__ = function.__qualname__ = tool.name.replace("-", "_")
    function.__doc__ = _docstring(tool, wires)
    function.__module__ = __name__
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    function.__annotations__["return"] = str
    function.__signature__ = inspect.Signature(parameters, return_annotation=str)
    return function


def _wire_names(tool: Tool) -> Mapping[str, str]:
    """Return the wire name of each parameter by its Python name."""
    wires: dict[str, str] = {}
    if tool.model_id:
        wires = wire_names(get_endpoint(tool.model_id).request_type)
    own = {name: name for name in tool.schema["properties"] if name not in wires.values()}
    return {**wires, **own}


def _given(arguments: Mapping[str, Any], wires: Mapping[str, str]) -> dict[str, Any]:
    return {wires.get(name, name): value for name, value in arguments.items()}


def _parameters(schema: Schema, wires: Mapping[str, str]) -> list[inspect.Parameter]:
    required = schema.get("required", ())
    parameters: list[inspect.Parameter] = []
    for name, wire in wires.items():
        described = schema["properties"][wire]
        is_required = wire in required
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                # The framework checks nothing: the tool itself names all problems at once.
                annotation=_annotation(described, is_required=is_required),
                default=inspect.Parameter.empty if is_required else None,
            )
        )
    return parameters


def _annotation(described: Schema, *, is_required: bool) -> Any:
    bare = {key: value for key, value in described.items() if key != "description"}
    shown = bare if is_required else {"anyOf": [bare, {"type": "null"}]}
    text = str(described.get("description", "")) or None
    return Annotated[Any, Field(description=text), WithJsonSchema(shown)]


def _docstring(tool: Tool, wires: Mapping[str, str]) -> str:
    properties = tool.schema["properties"]
    lines = [
        f"    {name}: {properties[wire].get('description', 'See the schema.')}"
        for name, wire in wires.items()
    ]
    arguments = ["", "Args:", *lines] if lines else []
    return "\n".join([tool.description, *arguments])
