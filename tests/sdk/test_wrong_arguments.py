"""Arguments that nobody means are refused with one short error, wherever they are given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import runcomfy
from runcomfy import AsyncRunComfy, Journal, Result, RunComfy, RunComfyError
from runcomfy.models.openai.gpt_image_2.edit import GptImage2EditRequest
from runcomfy.testing import Emulator

TOKEN = "rc-0123456789abcdef"
IMAGE = "https://example.com/a.png"
ITEM = {"model_id": "acme/new", "input": {}}


class NoRepr:
    """A value that cannot be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("mine")


class NoReprText(str):
    __slots__ = ()

    __repr__ = NoRepr.__repr__


MANY = 10**5000
VALUES: dict[str, Any] = {
    "a number of many digits": MANY,
    "a negative one": -(10**5000),
    "a signalling NaN": Decimal("sNaN"),
    "what has no repr": NoRepr(),
    "a text that has no repr": NoReprText("\ud83d"),
    "half a character": "\ud83d",
    "a list": [NoRepr()],
}
CALLS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "base_url": lambda client, _, value: type(client)(TOKEN, base_url=value),
    "client_timeout": lambda client, _, value: client.with_options(http_timeout=value),
    "preflight": lambda client, _, value: client.with_options(preflight=value),
    "uploader": lambda client, _, value: client.with_options(uploader=value),
    "limit": lambda client, _, value: client.with_options(max_cost_usd=value),
    "ledger": lambda client, _, value: client.with_options(max_cost_usd=1, journal=value),
    "http_client": lambda client, _, value: type(client)(TOKEN, http_client=value),
    "download_hosts": lambda client, _, value: type(client)(TOKEN, download_hosts=value),
    "download_host": lambda client, _, value: type(client)(TOKEN, download_hosts=[value]),
    "job": lambda client, _, value: client.job(value),
    "model": lambda client, _, value: client.job("r-1", value),
    "untyped": lambda client, _, value: client.untyped(value),
    "timeout": lambda client, _, value: client.job("r-1").wait(timeout=value),
    "on_update": lambda client, _, value: client.job("r-1").wait(on_update=value),
    "poll_interval": lambda client, _, value: client.job("r-1").wait(poll_interval=value),
    "updates": lambda client, _, value: client.job("r-1").updates(timeout=value),
    "http_timeout": lambda client, _, value: client.submit(request(), http_timeout=value),
    "extra_body": lambda client, _, value: client.submit(request(), extra_body={"x": value}),
    "extra_headers": lambda client, _, value: client.submit(request(), extra_headers={"x": value}),
    "request": lambda client, _, value: client.submit(value),
    "estimate": lambda client, _, value: client.estimate(value),
    "search": lambda client, _, value: client.catalogue.search(value),
    "category": lambda client, _, value: client.catalogue.list(category=value),
    "catalogue": lambda client, _, value: client.catalogue.get(value),
    "folder": lambda _, folder, value: result().download(value),
    "name": lambda _, folder, value: result().download(folder, name=value),
    "progress": lambda _, folder, value: result().download(folder, progress=value),
    "downloaded through": lambda _, folder, value: result().download(folder, http_client=value),
    "save": lambda _, folder, value: result().files[0].save(value),
    "read": lambda _, folder, value: result()
    .files[0]
    .read(max_bytes=0 if value is MANY else value),
    "batch": lambda client, folder, value: client.batch([value], journal=folder / "j"),
    "journal": lambda client, _, value: client.batch([ITEM], journal=value),
    "batch_folder": lambda client, folder, value: client.batch([ITEM], journal="j", folder=value),
    "concurrency": lambda client, _, value: client.batch([ITEM], journal="j", concurrency=value),
    "batch_limit": lambda client, _, value: client.batch([ITEM], journal="j", max_cost_usd=value),
    "batch_timeout": lambda client, _, value: client.batch([ITEM], journal="j", timeout=value),
    "open": lambda *given: Journal(given[-1]),
    "states": lambda _, folder, value: Journal(folder / "j", create=True).entries(value),
    "attach": lambda _, folder, value: Journal(folder / "j", create=True).attach("1", value),
    "parts": lambda _, folder, value: runcomfy.partition([], folder, 0 if value is MANY else value),
    "parts_folder": lambda *given: runcomfy.partition([], given[-1], 2),
    "jsonl": lambda *given: runcomfy.read_jsonl(given[-1]),
    "sheet": lambda _, folder, value: runcomfy.contact_sheet(folder / "j", value),
    "endpoint": lambda *given: runcomfy.get_endpoint(given[-1]),
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


def request() -> GptImage2EditRequest:
    return GptImage2EditRequest(prompt="x", images=[IMAGE])


def result() -> Result[Any]:
    output = {"image": "https://files.runcomfy.net/a.png"}
    return Result(output, "r-1", "a/b", "completed", None, None, None, {"output": output})


@pytest.mark.parametrize("kind", [RunComfy, AsyncRunComfy])
@pytest.mark.parametrize("name", CALLS)
async def test_a_wrong_argument_is_refused_in_one_short_error(
    name: str, kind: Any, emulator: Emulator, tmp_path: Path
) -> None:
    emulator.reset()
    client = kind(emulator.token, base_url=emulator.base_url)
    for value in VALUES.values():
        with pytest.raises(RunComfyError) as caught:
            await called(CALLS[name], client, tmp_path, value)
        assert len(str(caught.value)) < 1000
    assert not emulator.jobs


async def called(call: Callable[..., Any], *given: Any) -> None:
    outcome = call(*given)
    if inspect.isawaitable(outcome):
        await outcome
