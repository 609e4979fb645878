"""Endpoints as frameworks see them: coroutine functions, type hints, mocks, copies, pickles."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
import typing
from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec

import pydantic
import pytest
from runcomfy import AsyncRunComfy, RunComfy
from runcomfy.testing import Emulator
from starlette.background import BackgroundTasks

IMAGE = "https://example.com/a.png"
TOKEN = "rc-0123456789abcdef"


@pytest.fixture(scope="module")
def emulator() -> typing.Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


def calls_of(client: Any) -> list[Any]:
    edit, untyped = client.openai.gpt_image_2.edit, client.untyped("acme/new")
    return [client.submit, client.run, edit.submit, edit.run, untyped.submit, untyped.run]


@pytest.mark.parametrize("is_coroutine", [inspect.iscoroutinefunction, asyncio.iscoroutinefunction])
@pytest.mark.filterwarnings("ignore:'asyncio.iscoroutinefunction' is deprecated")
def test_async_calls_are_coroutine_functions(is_coroutine: Any) -> None:
    assert [is_coroutine(call) for call in calls_of(AsyncRunComfy(TOKEN))] == [True] * 6
    assert [is_coroutine(call) for call in calls_of(RunComfy(TOKEN))] == [False] * 6


async def test_a_background_task_of_starlette_submits(emulator: Emulator) -> None:
    emulator.reset()
    async with AsyncRunComfy(emulator.token, base_url=emulator.base_url) as client:
        tasks = BackgroundTasks()
        tasks.add_task(client.openai.gpt_image_2.edit.submit, prompt="x", images=[IMAGE])
        await tasks()
    assert len(emulator.jobs) == 1


@pytest.mark.parametrize("client", [RunComfy(TOKEN), AsyncRunComfy(TOKEN)], ids=["sync", "async"])
@pytest.mark.parametrize("name", ["submit", "run"])
def test_endpoint_annotations_can_be_evaluated(client: Any, name: str) -> None:
    call = getattr(client.openai.gpt_image_2.edit, name)
    hints = typing.get_type_hints(call)
    assert {"prompt", "images", "resolution", "options", "return"} <= hints.keys()
    signature = inspect.signature(call, eval_str=True)
    assert signature.parameters["prompt"].annotation is str
    pydantic.validate_call(call)
    pydantic.TypeAdapter(call)


async def test_a_validated_call_reaches_the_service(emulator: Emulator) -> None:
    emulator.reset()
    with RunComfy(emulator.token, base_url=emulator.base_url) as client:
        submit = pydantic.validate_call(client.openai.gpt_image_2.edit.submit)
        submit(prompt="x", images=[IMAGE], extra_headers={"X-Trace": "1"})
        with pytest.raises(pydantic.ValidationError):
            submit(prompt=5, images=[IMAGE])  # type: ignore[arg-type]
    assert len(emulator.jobs) == 1


@pytest.mark.parametrize(
    "mock",
    [Mock(spec=RunComfy), create_autospec(RunComfy, instance=True)],
    ids=["Mock", "create_autospec"],
)
def test_mocks_know_the_providers(mock: Any) -> None:
    mock.openai.gpt_image_2.edit.run.return_value = "result"
    assert mock.openai.gpt_image_2.edit.run(prompt="x", images=[]) == "result"
    with pytest.raises(AttributeError):
        mock.opena  # noqa: B018


async def test_mocks_of_the_async_client_are_awaited() -> None:
    mock = create_autospec(AsyncRunComfy, instance=True)
    run = mock.openai.gpt_image_2.edit.run
    assert isinstance(run, AsyncMock) or inspect.iscoroutinefunction(run)
    run.return_value = "result"
    assert await run(prompt="x", images=[]) == "result"


def test_autospec_checks_the_signature() -> None:
    mock = create_autospec(RunComfy, instance=True)
    with pytest.raises(TypeError):
        mock.openai.gpt_image_2.edit.run("positional")


def test_namespaces_on_the_class_are_classes() -> None:
    edit: Any = RunComfy.openai.gpt_image_2.edit
    assert edit is type(RunComfy(TOKEN).openai.gpt_image_2.edit)
    assert "openai" in dir(RunComfy)


@pytest.mark.parametrize("kind", [RunComfy, AsyncRunComfy])
def test_endpoints_survive_copies_and_pickles(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", TOKEN)
    edit = kind().openai.gpt_image_2.edit
    for again in (copy.copy(edit), copy.deepcopy(edit), pickle.loads(pickle.dumps(edit))):
        assert repr(again) == repr(edit)
        assert inspect.iscoroutinefunction(again.run) == inspect.iscoroutinefunction(edit.run)
