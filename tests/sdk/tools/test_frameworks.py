"""Plain functions in the frameworks that take them: pydantic-ai, LangChain and FastMCP."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import TYPE_CHECKING, Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.toolboxes import EDITOR, PAINTER, Box, submits

if TYPE_CHECKING:  # loading the three takes a second, which only who uses them should spend
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models.function import AgentInfo

GOOD = {"prompt": "a dog"}
WRONG = {"prompt": "a", "size": "8k", "num_images": 9}


def function(box: Box, name: str = PAINTER) -> Any:
    [wanted] = [each for each in box.toolbox.functions() if each.__name__ == name]
    return wanted


async def called(function: Any, **arguments: Any) -> str:
    if inspect.iscoroutinefunction(function):
        return str(await function(**arguments))
    return str(await asyncio.to_thread(function, **arguments))


async def test_functions_are_called_like_any_other(box: Box, emulator: Emulator) -> None:
    text = await called(function(box), prompt="a dog", size=None)
    assert text.startswith("completed: ")
    assert submits(emulator)[0].body == {"prompt": "a dog"}


async def test_names_that_are_no_identifiers_have_python_names(
    box: Box, emulator: Emulator
) -> None:
    edit = function(box, EDITOR)
    names = list(inspect.signature(edit).parameters)
    assert names == ["prompt", "image", "field_241_mask", "class_", "again"]
    await called(edit, prompt="a", image="data:image/png;base64,iVBORw0KGgo=", class_="b")
    assert submits(emulator)[0].body["class"] == "b"


def test_functions_have_signatures_and_docstrings(box: Box) -> None:
    paint = function(box)
    signature = inspect.signature(paint)
    assert signature.parameters["prompt"].default is inspect.Parameter.empty
    assert signature.parameters["size"].default is None
    assert signature.return_annotation is str
    assert "    again: The same call finds its earlier job" in (inspect.getdoc(paint) or "")
    assert inspect.iscoroutinefunction(paint) == (box.kind == "async")


async def test_pydantic_ai_calls_them(box: Box, emulator: Emulator) -> None:
    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
    from pydantic_ai.models.function import FunctionModel

    seen: list[AgentInfo] = []

    def model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        seen.append(info)
        calls: list[dict[str, Any]] = [WRONG, GOOD, GOOD]
        if len(seen) <= len(calls):
            return ModelResponse(parts=[ToolCallPart(PAINTER, calls[len(seen) - 1])])
        returned = [
            part.content
            for message in messages
            for part in message.parts
            if part.part_kind == "tool-return"
        ]
        return ModelResponse(parts=[TextPart(json.dumps(returned))])

    agent = Agent(FunctionModel(model), tools=box.toolbox.functions())
    wrong, good, again = json.loads((await agent.run("paint")).output)
    assert "size: must be one of" in wrong
    assert "num_images: must be at most 4" in wrong
    assert good.startswith("completed: ")
    assert "was not paid again" in again
    assert len(submits(emulator)) == 1
    [shown] = [tool for tool in seen[0].function_tools if tool.name == PAINTER]
    schema = shown.parameters_json_schema
    assert schema["required"] == ["prompt"]
    assert schema["properties"]["size"]["anyOf"][0]["enum"] == ["1k", "2k"]
    assert shown.description
    assert "never paid twice" in shown.description


async def test_langchain_calls_them(box: Box, emulator: Emulator) -> None:
    from langchain_core.tools import StructuredTool

    paint = function(box)
    is_async = box.kind == "async"
    tool = StructuredTool.from_function(
        func=None if is_async else paint, coroutine=paint if is_async else None
    )
    assert tool.name == PAINTER
    assert tool.args["size"]["anyOf"][0]["enum"] == ["1k", "2k"]
    assert "size: must be one of" in await tool.ainvoke(WRONG)
    assert (await tool.ainvoke(GOOD)).startswith("completed: ")
    assert "was not paid again" in await tool.ainvoke(GOOD)
    assert len(submits(emulator)) == 1


async def test_langchain_takes_the_definitions(box: Box, emulator: Emulator) -> None:
    """For a framework that wants a schema beside a function."""
    from langchain_core.tools import StructuredTool

    definition = box.toolbox.definitions("mcp")[1]
    tool = StructuredTool(
        name=definition["name"],
        description=definition["description"],
        args_schema=definition["inputSchema"],
        func=None if box.kind == "async" else function(box),
        coroutine=function(box) if box.kind == "async" else None,
    )
    assert (await tool.ainvoke(GOOD)).startswith("completed: ")


async def test_fastmcp_serves_them(box: Box, emulator: Emulator) -> None:
    import fastmcp
    from fastmcp.tools import Tool

    server = fastmcp.FastMCP("painters")
    for each in box.toolbox.functions():
        server.add_tool(Tool.from_function(each))
    async with fastmcp.Client(server) as client:
        shown = {tool.name: tool for tool in await client.list_tools()}
        assert set(shown) == set(box.toolbox.names)
        schema = shown[PAINTER].input_schema
        assert schema["required"] == ["prompt"]
        assert schema["properties"]["size"]["anyOf"][0]["enum"] == ["1k", "2k"]
        wrong = await client.call_tool(PAINTER, WRONG)
        assert "size: must be one of" in wrong.content[0].text
        good = await client.call_tool(PAINTER, GOOD)
        assert good.content[0].text.startswith("completed: ")
        again = await client.call_tool(PAINTER, GOOD)
        assert "was not paid again" in again.content[0].text
    assert len(submits(emulator)) == 1


@pytest.mark.parametrize("name", ["job_status", "balance"])
async def test_other_tools_are_functions_too(box: Box, name: str) -> None:
    assert await called(function(box, name))
