"""Endpoints as frameworks see them: coroutine functions, type hints, mocks, copies, pickles."""

from __future__ import annotations

import asyncio
import copy
import functools
import importlib
import inspect
import io
import pickle
import typing
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec

import httpx
import pydantic
import pytest
import runcomfy
from runcomfy import AsyncRunComfy, Result, RunComfy
from runcomfy.media import _inputs as media
from runcomfy.testing import Emulator
from starlette.background import BackgroundTasks

from .._support.http_clients import OWN

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


PUBLIC_MODULES = ["", ".batches", ".errors", ".jobs", ".media", ".testing"]


def public_homes() -> typing.Iterator[tuple[str, Any]]:
    """Find the functions and classes that the package, its parts and its endpoints offer."""
    for place in PUBLIC_MODULES:
        module = importlib.import_module(f"runcomfy{place}")
        names = getattr(module, "__all__", None) or [n for n in dir(module) if n[0] != "_"]
        for name in names:
            yield f"{place.removeprefix('.')}.{name}".removeprefix("."), getattr(module, name)
    for client in (RunComfy(TOKEN), AsyncRunComfy(TOKEN)):
        gpt = client.openai.gpt_image_2
        for part in (client.openai, gpt, gpt.edit, client.untyped("a/b")):
            yield type(part).__name__, type(part)


def public_classes() -> dict[str, type[Any]]:
    return {name: home for name, home in public_homes() if is_ours(home) and inspect.isclass(home)}


def public_callables() -> dict[str, Any]:
    """Find the functions, the methods as the class gives them, and as an object gives them."""
    homes = [(name, home) for name, home in public_homes() if is_ours(home)]
    found = {name: home for name, home in homes if inspect.isfunction(home)}
    homes = [(name, home) for name, home in homes if inspect.isclass(home)]
    for client in (RunComfy(TOKEN), AsyncRunComfy(TOKEN)):
        edit, untyped = client.openai.gpt_image_2.edit, client.untyped("a/b")
        bound = (client, edit, untyped, client.job("r-1"))
        homes += [(f"a {type(one).__name__}", one) for one in bound]
    return found | {name: method for home in homes for name, method in methods_of(*home)}


def methods_of(name: str, home: Any) -> typing.Iterator[tuple[str, Any]]:
    for attribute, member in inspect.getmembers(home):
        function = member.fget if isinstance(member, property) else member
        function = function.func if isinstance(function, functools.cached_property) else function
        is_public = not attribute.startswith("_") or attribute == "__init__"
        if is_public and is_ours(function) and inspect.isroutine(function):
            yield f"{name}.{attribute}", function


def is_ours(value: Any) -> bool:
    return (getattr(value, "__module__", None) or "").startswith("runcomfy")


CALLABLES = public_callables()


@pytest.mark.parametrize("name", CALLABLES)
def test_every_annotation_can_be_evaluated(name: str) -> None:
    typing.get_type_hints(CALLABLES[name])
    inspect.signature(CALLABLES[name], eval_str=True)


@pytest.mark.parametrize("name", CALLABLES)
def test_every_callable_can_be_validated(name: str) -> None:
    pydantic.validate_call(CALLABLES[name])


def test_the_walk_finds_them() -> None:
    named = "RunComfy.batch, a AsyncRunComfy.batch, Job.from_dict, a Job.from_dict, Journal.enrol"
    named += ", media.to_data_uri, Result.download_async, RunComfy.with_options, GptImage2Edit.run"
    assert set(named.split(", ")) <= CALLABLES.keys()


@pytest.mark.parametrize("home", public_classes().values(), ids=public_classes())
def test_the_hints_of_a_class_can_be_evaluated(home: type[Any]) -> None:
    typing.get_type_hints(home)


def test_the_hints_of_a_client_lead_to_its_endpoints() -> None:
    openai = typing.get_type_hints(RunComfy)["openai"]
    endpoint = typing.get_type_hints(typing.get_type_hints(openai)["gpt_image_2"])["edit"]
    assert endpoint is type(RunComfy(TOKEN).openai.gpt_image_2.edit)


async def test_validated_methods_do_what_they_do(emulator: Emulator, tmp_path: Path) -> None:
    emulator.reset()
    validated = pydantic.validate_call
    item: Any = {"model_id": "openai/gpt-image-2/edit", "input": {"prompt": "x", "images": [IMAGE]}}
    with RunComfy(emulator.token, base_url=emulator.base_url) as client:
        batch = validated(client.batch)([item], journal=tmp_path / "j.db", folder=tmp_path)
        assert batch.run().outcomes[0].state == "completed"
        with pytest.raises(pydantic.ValidationError, match="folders"):
            validated(client.batch)([item], journal=tmp_path / "j.db", folders=tmp_path)  # type: ignore[call-overload]
        view = validated(client.with_options)(http_timeout=5)
        job = view.openai.gpt_image_2.edit.submit(prompt="x", images=[IMAGE])
        again = validated(runcomfy.Job.from_dict)(job.to_dict(), client)
        assert validated(again.wait)(timeout=30).status == "completed"
        result = again.result()
        with httpx.Client() as http_client:
            assert validated(result.download)(tmp_path, http_client=http_client)[0].exists()
        assert (await validated(result.download_async)(tmp_path))[0].exists()


def test_validated_media_stays_what_it_is() -> None:
    to_data_uri = pydantic.validate_call(media.to_data_uri)
    png = b"\x89PNG\r\n\x1a\n" + bytes(8)
    for value in (png, bytearray(png), memoryview(png), io.BytesIO(png)):
        assert to_data_uri(value, "image").startswith("data:image/png;base64,iVBORw0KGgo")
    with pytest.raises(pydantic.ValidationError, match="'image', 'video' or 'audio'"):
        to_data_uri(png, "picture")  # type: ignore[arg-type]


OUTPUT = {"image": "https://files.runcomfy.net/a.png"}
RESULT: Result[Any] = Result(
    OUTPUT, "r-1", "a/b", "completed", None, None, None, {"output": OUTPUT}
)
MISUSES = {
    "RunComfy(api_key='x')": "did you mean 'api_token='?",
    "RunComfy(token='x')": "did you mean 'api_token='?",
    "RunComfy(Token='x')": "RunComfy() got an unexpected keyword argument 'Token'",
    "RunComfy(url='x')": "did you mean 'base_url='?",
    "RunComfy('t', proxies={})": "did you mean 'http_client=httpx",
    "result.download('x', client=1)": f"did you mean 'http_client={OWN.__name__}.Client(...)'?",
    "result.download_async('x', client=1)": f"'http_client={OWN.__name__}.AsyncClient(...)'?",
    "RunComfy('t', prefligth='off')": "did you mean 'preflight='?",
    "client.run('openai/gpt-image-2/edit', {})": "call it as client.openai.gpt_image_2.edit.run(",
    "client.run('openai/gpt-image-2/edit', prompt='x')": "client.openai.gpt_image_2.edit.run(",
    "client.run('openai/gpt-image-2/edit')": "client.openai.gpt_image_2.edit.run(",
    "client.openai.gpt_image_2.edit(prompt='x')": "client.openai.gpt_image_2.edit.run(",
    "client.openai.gpt_image_2(prompt='x')": "Namespace' is not called itself; it has edit",
    "client.submit('acme/new', {})": "call it as client.untyped('acme/new').run(",
    "client.submit(request, tiemout=5)": "did you mean 'timeout'?",
    "client.job(id='r-1')": "did you mean 'request_id='?",
    "client.job('r-1').wait(interval=5)": "did you mean 'poll_interval='?",
    "result.download(path='x')": "did you mean 'folder='?",
    "result.download_async('x', exist_ok=True)": "did you mean 'overwrite='?",
    "client.job('r-1').wait(on_progress=print)": "did you mean 'on_update='?",
    "client.untyped('acme/new').run({}, callback=print)": "unknown option",
    "client.batch([], journal='j', foldr='x')": "foldr: unknown option; did you mean 'folder'?",
    "client.batch([])": "journal: must be given",
    "client.batch([], journal='j').run(callback=print)": "it takes on_outcome",
    "client.catalogue.list(limit=5)": "it takes category, kind, with_schemas",
    "client.estimate('openai/gpt-image-2/edit', {})": "client.openai.gpt_image_2.edit.run(",
    "result.files[0].save('x', exist_ok=True)": "did you mean 'overwrite='?",
    "client.openai.gpt_image_2.edit.run(promt='x')": 'did you mean "prompt"?',
}


@pytest.mark.parametrize("kind", [RunComfy, AsyncRunComfy])
@pytest.mark.parametrize(("call", "hint"), MISUSES.items(), ids=MISUSES)
async def test_a_wrong_guess_gets_a_hint(kind: Any, call: str, hint: str) -> None:
    from runcomfy.models.openai.gpt_image_2.edit import GptImage2EditRequest

    client = kind(TOKEN, base_url="http://127.0.0.1:9")
    request = GptImage2EditRequest(prompt="x", images=[IMAGE])
    names = {"RunComfy": kind, "client": client, "request": request, "result": RESULT}
    with pytest.raises((TypeError, runcomfy.RunComfyError)) as caught:
        await evaluated(call, names)
    assert hint in str(caught.value)
    assert "\n" not in hint


@pytest.mark.parametrize(
    ("client", "wanted"), [(RunComfy, "Client"), (AsyncRunComfy, "AsyncClient")]
)
def test_the_hint_names_the_http_client_that_fits(client: Any, wanted: str) -> None:
    with pytest.raises(TypeError) as caught:
        client("t", verify=False)
    assert f"did you mean 'http_client={OWN.__name__}.{wanted}(...)'?" in str(caught.value)


async def evaluated(call: str, names: dict[str, Any]) -> Any:
    value = eval(call, names)
    return await value if inspect.isawaitable(value) else value


def test_a_type_error_of_a_callback_is_its_own(emulator: Emulator) -> None:
    def on_update(status: Any) -> None:
        raise TypeError("mine")

    with RunComfy(emulator.token, base_url=emulator.base_url) as client:
        submit = client.openai.gpt_image_2.edit.submit
        with pytest.raises(TypeError, match=r"^mine$"):
            submit(prompt="x", images=[IMAGE]).wait(on_update=on_update)


async def test_a_job_is_picked_up_by_its_id_alone(emulator: Emulator) -> None:
    with RunComfy(emulator.token, base_url=emulator.base_url) as client:
        job = client.openai.gpt_image_2.edit.submit(prompt="x", images=[IMAGE])
        assert client.job(job.request_id).wait(timeout=30).output["image"]
        typed = client.job(job.request_id, "openai/gpt-image-2/edit").wait(timeout=30)
        assert typed.output.image
    async with AsyncRunComfy(emulator.token, base_url=emulator.base_url) as client:
        assert (await client.job(job.request_id).wait(timeout=30)).output
