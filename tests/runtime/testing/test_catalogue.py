"""Catalogue, categories and balance."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from runcomfy_codegen.runtime.testing import Behaviour, Emulator, endpoint_from_json

from ..._support.emulator import ENDPOINTS, IMAGE, Api, plain_get


def listed(api: Api, **query: Any) -> dict[str, Any]:
    reply = api.http.get("/v1/models", params=query)
    assert reply.status_code == 200
    page: dict[str, Any] = reply.json()
    return page


def ids(api: Api, **query: Any) -> list[str]:
    return [entry["model_id"] for entry in listed(api, **query)["models"]]


ALL = [endpoint.model_id for endpoint in ENDPOINTS]


def test_all_of_it(api: Api) -> None:
    page = listed(api)
    assert [entry["model_id"] for entry in page["models"]] == ALL
    assert (page["total"], page["limit"], page["offset"]) == (len(ALL), 100, 0)
    assert not any("input_schema" in entry for entry in page["models"])


def test_paging_walks_through_all(api: Api) -> None:
    seen = [ids(api, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in seen] == [3, 3, 1, 0]
    assert [model_id for page in seen for model_id in page] == ALL
    assert listed(api, limit=3, offset=3)["total"] == len(ALL)


def test_without_total(api: Api) -> None:
    api.emulator.behaviour = Behaviour(catalogue_total=False)
    assert "total" not in listed(api)


@pytest.mark.parametrize("query", [
    *("limit=0", "limit=501", "limit=x", "limit=-1", "limit=", "limit=1.0", "limit=%d9%a3"),
    *("limit=1" + "0" * 30, "limit=" + "9" * 5000, "limit=1&limit=2", "limit=%00"),
    *("offset=-1", "offset=", "offset=1" + "0" * 30, "offset=0&offset=0", "offset=%ff"),
])  # fmt: skip
def test_wrong_paging(api: Api, query: str) -> None:
    reply = api.http.get(f"/v1/models?{query}")
    assert (reply.status_code, reply.json()["error_code"]) == (400, 422001)
    (problem,) = reply.json()["detail"]
    assert problem["loc"] == ["query", query.partition("=")[0]]


def test_a_filter_that_is_given_twice(api: Api) -> None:
    reply = api.http.get("/v1/models?search=a&search=b&kind=model")
    assert reply.json()["detail"] == [{"loc": ["query", "search"], "msg": "must be given once"}]


def test_filters(api: Api) -> None:
    assert ids(api, search="PAINT") == [IMAGE], "name and description"
    assert ids(api, search="hailuo video") == ["minimax/Hailuo Video 01 Live"]
    assert ids(api, category="image-to-video") == ["pixverse/pixverse/v5.5/transition"]
    assert ids(api, category="video") == []
    assert ids(api, kind="workflow") == ["community/wan-2-2/vace-fun"]
    assert ids(api, kind="model", search="demo film") == ["acme/demo/text-to-video"]
    assert listed(api, search="nothing like it")["total"] == 0


def test_schemas_in_the_list_on_request(api: Api) -> None:
    (entry,) = listed(api, search="painter", include_schema="true")["models"]
    assert entry["input_schema"] == ENDPOINTS[0].input_schema


def test_one_entry(api: Api) -> None:
    entry = api.http.get(f"/v1/models/{IMAGE}").json()
    assert entry == {
        "model_id": IMAGE,
        "display_name": "Demo Painter",
        "description": "paints",
        "categories": ["text-to-image"],
        "kind": "model",
        "base_price_usd": 0.04,
        "price_unit": "output",
        "inputs": ["prompt", "num_images", "aspect_ratio"],
        "required_inputs": ["prompt"],
        "input_schema": ENDPOINTS[0].input_schema,
    }


def test_an_unknown_price_is_absent_and_a_free_one_is_zero(api: Api) -> None:
    hailuo = api.http.get("/v1/models/" + quote("minimax/Hailuo Video 01 Live")).json()
    assert "base_price_usd" not in hailuo
    assert api.http.get("/v1/models/acme/demo/text-to-video").json()["base_price_usd"] == 0


def test_categories_are_no_model(api: Api) -> None:
    assert api.http.get("/v1/models/categories").json() == {
        "categories": ["image-to-video", "text-to-audio", "text-to-image"]
    }


@pytest.mark.parametrize("usd", [5.0, 0.0, -1.25])
def test_balance(api: Api, usd: float) -> None:
    api.emulator.behaviour = Behaviour(balance_usd=usd)
    assert api.http.get("/prod/v2/balance").json() == {
        "balance_usd": usd,
        "balance_microdollars": int(usd * 1e6),
        "currency": "USD",
    }


def test_an_entry_says_what_was_captured_of_it() -> None:
    facts = {
        "kind": "inference",
        "price_unit": "second",
        "pricing_note": "twice as much in 2K",
        "model_url": "https://www.runcomfy.com/models/acme/x",
    }
    captured = endpoint_from_json({"model_id": "acme/x/make", "input_schema": {}, **facts})
    with Emulator([captured]) as emulator:
        headers = {"Authorization": f"Bearer {emulator.token}"}
        entry = plain_get(f"{emulator.base_url}/v1/models/acme/x/make", headers=headers).json()
        query = "/v1/models?kind=inference"
        found = plain_get(emulator.base_url + query, headers=headers).json()
    assert {name: entry[name] for name in facts} == facts
    assert found["total"] == 1
