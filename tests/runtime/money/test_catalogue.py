"""`client.catalogue`: live, typed, tolerant, paged and kept for a minute."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from runcomfy import CatalogueModel, ConfigurationError, NotFoundError
from runcomfy._api.catalogue import model_of
from runcomfy.testing import Behaviour, Emulator

from ..._support.money import IMAGE, KINDS, UNPRICED, VIDEO, Kind, opened, serving_any
from ..._support.runtime import settled


def ids(models: tuple[CatalogueModel, ...]) -> list[str]:
    return [model.model_id for model in models]


@pytest.mark.parametrize("total", [True, False])
async def test_it_lists_all_models(either: Any, emulator: Emulator, total: bool) -> None:
    emulator.behaviour = Behaviour(catalogue_total=total)
    models = await settled(either.catalogue.list())
    assert ids(models) == [IMAGE, VIDEO, UNPRICED]
    image, _, unpriced = models
    assert (image.base_price_usd, image.price_unit, image.price) == (
        0.04,
        "output",
        "$0.04 per output",
    )
    assert (unpriced.base_price_usd, unpriced.price) == (None, "")
    assert image.categories == ("text-to-image",)
    assert image.inputs == ("prompt", "num_images")
    assert image.required_inputs == ("prompt",)
    assert image.input_schema is None


async def test_it_searches_and_filters(either: Any) -> None:
    catalogue = either.catalogue
    assert ids(await settled(catalogue.search("DEMO"))) == [IMAGE, VIDEO]
    assert ids(await settled(catalogue.search("demo", category="text-to-video"))) == [VIDEO]
    assert ids(await settled(catalogue.list(kind="workflow"))) == []
    with_schemas = await settled(catalogue.search("free", with_schemas=True))
    assert with_schemas[0].input_schema is not None
    assert await settled(catalogue.categories()) == ("text-to-image", "text-to-video")


async def test_it_gets_one_model_with_its_schema(either: Any) -> None:
    model = await settled(either.catalogue.get(VIDEO))
    assert model.input_schema["properties"]["duration"]["default"] == 5
    assert model.raw["model_id"] == VIDEO
    with pytest.raises(NotFoundError, match="acme/no/model") as caught:
        await settled(either.catalogue.get("acme/no/model"))
    assert caught.value.retry_safe
    assert caught.value.model_id == "acme/no/model"


async def test_what_was_read_is_kept_for_a_minute(
    either: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await settled(either.catalogue.list())
        await settled(either.catalogue.get(IMAGE))
    assert len(emulator.received) == 2
    now = time.monotonic()
    monkeypatch.setattr("runcomfy._api.memory.time", SimpleNamespace(monotonic=lambda: now + 61))
    await settled(either.catalogue.get(IMAGE))
    assert len(emulator.received) == 3


async def test_a_failure_is_not_kept(either: Any, emulator: Emulator) -> None:
    with pytest.raises(NotFoundError):
        await settled(either.catalogue.get("acme/no/model"))
    with pytest.raises(NotFoundError):
        await settled(either.catalogue.get("acme/no/model"))
    assert len(emulator.received) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("has_total", [True, False])
async def test_it_reads_every_page(kind: Kind, has_total: bool) -> None:
    """A page may hold fewer entries than were asked for, and an entry may be on two of them."""

    def page(path: str) -> Any:
        offset = int(parse_qs(urlsplit(path).query)["offset"][0])
        numbers = range(max(offset - 1, 0), min(offset + 40, 100))
        entries = [{"model_id": f"acme/m/{number}"} for number in numbers]
        entries = entries if offset < 103 else []
        return {"models": entries, **({"total": 103} if has_total else {})}

    with serving_any(page) as service:
        async with opened(kind, service) as client:
            models = await settled(client.catalogue.list())
    assert ids(models) == [f"acme/m/{number}" for number in range(100)]


async def test_a_service_that_repeats_a_page_ends_the_list() -> None:
    with serving_any({"models": [{"model_id": "acme/m/1"}]}) as service:
        async with opened("sync", service) as client:
            assert ids(client.catalogue.list()) == ["acme/m/1"]
    assert len(service.paths) == 2


@pytest.mark.parametrize("entry", [
    {}, {"model_id": None}, {"model_id": 7}, 5, None, [], "text",
])  # fmt: skip
async def test_an_entry_without_an_id_is_left_out(entry: Any) -> None:
    reply = {"models": [entry, {"model_id": "acme/m/1"}], "total": 2}
    with serving_any(reply) as service:
        async with opened("sync", service) as client:
            assert ids(client.catalogue.list()) == ["acme/m/1"]


@pytest.mark.parametrize("reply", [{}, {"models": {}}, {"models": None, "total": "many"}])
async def test_a_reply_without_models_is_an_empty_list(reply: Any) -> None:
    with serving_any(reply) as service:
        async with opened("sync", service) as client:
            assert client.catalogue.list() == ()


@pytest.mark.parametrize("wrong", [None, 7, True, "x", [1, None], {"a": 1}, float("1e400")])
def test_what_is_malformed_counts_as_left_out(wrong: Any) -> None:
    names = ("display_name", "categories", "base_price_usd", "inputs", "required_inputs")
    wrongs = dict.fromkeys((*names, "kind", "price_unit", "input_schema", "model_url"), wrong)
    model = model_of({"model_id": "acme/m/1", **wrongs})
    assert model.model_id == "acme/m/1"
    assert model.base_price_usd in (None, 7)
    assert all(isinstance(name, str) for name in (*model.inputs, *model.categories))


def test_the_schema_stands_in_for_missing_names() -> None:
    schema = {"required": ["prompt"], "properties": {"prompt": {}, "seed": {}}}
    model = model_of({"model_id": "acme/m/1", "input_schema": schema})
    assert (model.inputs, model.required_inputs) == (("prompt", "seed"), ("prompt",))
    named = model_of({"model_id": "acme/m/1", "inputs": [{"name": "prompt"}, "seed", 3]})
    assert named.inputs == ("prompt", "seed")


async def test_wrong_arguments_send_nothing(either: Any, emulator: Emulator) -> None:
    for arguments in ({"category": 1}, {"kind": ["model"]}):
        with pytest.raises(ConfigurationError, match="must be a text"):
            await settled(either.catalogue.list(**arguments))
    with pytest.raises(ConfigurationError, match="text: must be a text"):
        await settled(either.catalogue.search(None))
    assert not emulator.received
