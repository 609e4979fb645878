"""The known facts of the Model API (docs/protocol.md), and how each is checked over HTTP."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from runcomfy_codegen.runtime.errors import AuthenticationError, NotFoundError
from runcomfy_codegen.runtime.testing import Behaviour

from .service import Service

NOBODY = "0f6c2f0e-1111-4222-8333-5b7f0c9a1234"  # a request id of the right form
WORDS = {"in_queue", "in_progress", "completed", "cancelled", "succeeded", "failed"}


@dataclass(frozen=True)
class Fact:
    """A fact about the API.

    where: heading in docs/protocol.md. spends: it costs money. behaviour: what only an emulator can be made to do.
    """

    name: str
    where: str
    check: Callable[[Service], object]
    spends: bool = False
    behaviour: Behaviour | None = None


def _error(reply: httpx.Response, *codes: int, http: tuple[int, ...] = ()) -> None:
    """Return an error by its code or, where sources differ, by its HTTP status; never a success."""
    body = reply.json()
    assert body.get("error_code") in codes or reply.status_code in http, reply.text[:300]
    assert not reply.is_success or body.get("error_code") is not None
    assert body.get("error_message") or body.get("message") or body.get("error")


# -- who may ask ---------------------------------------------------------------------------


def needs_a_token(service: Service) -> None:
    for token in ("", "no-token-of-anybody"):
        for path in (f"/requests/{NOBODY}/status", f"/requests/{NOBODY}/result"):
            _error(service.call("GET", path, token=token), 400004, 401001, http=(401, 403))


def sdk_says_authentication(service: Service) -> None:
    with (
        service.sdk("no-token-of-anybody") as client,
        pytest.raises(AuthenticationError) as caught,
    ):
        client.untyped("acme/none/of-these").job(NOBODY).status()
    assert "no-token-of-anybody" not in str(caught.value)


# -- what is not there ---------------------------------------------------------------------


def unknown_request(service: Service) -> None:
    for method, part in (("GET", "status"), ("GET", "result"), ("POST", "cancel")):
        reply = service.call(method, f"/requests/{NOBODY}/{part}")
        _error(reply, 404001, 403001, 400001, http=(404,))


def unknown_model(service: Service) -> None:
    _error(service.call("GET", "/models/acme/none/of-these"), 400001, 404001, http=(404,))


def sdk_says_not_found(service: Service) -> None:
    with service.sdk() as client, pytest.raises(NotFoundError, match=NOBODY):
        client.untyped("acme/none/of-these").job(NOBODY).status()


# -- the catalogue -------------------------------------------------------------------------


def list_says_where_it_is(service: Service) -> None:
    page = service.get("/models", limit="2", offset="1")
    assert isinstance(page["models"], list)
    assert (page["limit"], page["offset"]) == (2, 1)
    assert type(page["total"]) is int
    assert page["total"] >= len(page["models"]) + 1


def list_default_limit(service: Service) -> None:
    page = service.get("/models")
    assert len(page["models"]) <= page["limit"] <= 500


def list_pages_fit_together(service: Service) -> None:
    ids = [entry["model_id"] for entry in service.catalogue]
    assert len(ids) == len(set(ids)) == service.get("/models", limit="1")["total"]
    second = service.get("/models", limit="1", offset="1")["models"]
    assert [entry["model_id"] for entry in second] == ids[1:2]


def list_has_schemas_on_request(service: Service) -> None:
    bare = service.get("/models", limit="3")["models"]
    assert not any("input_schema" in entry for entry in bare)
    assert all(isinstance(entry["input_schema"], dict) for entry in service.catalogue)


def search_ignores_case(service: Service) -> None:
    model_id = service.catalogue[0]["model_id"]
    for text in (model_id.lower(), model_id.upper()):
        found = service.get("/models", search=text, limit="500")["models"]
        assert model_id in [entry["model_id"] for entry in found]


def filters_by_category_and_kind(service: Service) -> None:
    entry = next(entry for entry in service.catalogue if entry.get("categories"))
    category, kind = entry["categories"][0], entry["kind"]
    for found in (service.get("/models", category=category), service.get("/models", kind=kind)):
        assert 0 < len(found["models"]) <= found["total"] <= len(service.catalogue)
    named = service.get("/models", category=category, kind=kind, limit="500")["models"]
    assert entry["model_id"] in [each["model_id"] for each in named]
    assert all(category in each["categories"] and each["kind"] == kind for each in named)


def bad_paging_is_refused(service: Service) -> None:
    for query in ({"limit": "0"}, {"limit": "501"}, {"offset": "-1"}):
        reply = service.call("GET", "/models", params=query)
        assert reply.status_code in (400, 422), f"{query}: {reply.status_code}"


def one_entry_is_that_of_the_list(service: Service) -> None:
    listed = service.catalogue[0]
    entry = service.get("/models/" + quote(listed["model_id"]))
    assert entry["model_id"] == listed["model_id"]
    assert entry["input_schema"] == listed["input_schema"]


def ids_may_hold_anything(service: Service) -> None:
    """Dots, capitals and spaces: percent-encoded, all but the slashes."""
    odd = [
        entry["model_id"]
        for entry in service.catalogue
        if re.search(r"[. A-Z]", entry["model_id"]) or entry["model_id"].count("/") > 2
    ]
    for model_id in odd[:5]:
        assert service.get("/models/" + quote(model_id))["model_id"] == model_id


def entries_have_their_fields(service: Service) -> None:
    for entry in service.catalogue:
        wrong = [*_wrong_in_entry(entry)]
        assert not wrong, f"{entry['model_id']}: {wrong}"


def _wrong_in_entry(entry: Mapping[str, Any]) -> Iterator[str]:
    for name in ("model_id", "display_name", "description", "kind"):
        if not isinstance(entry.get(name), str):
            yield name
    for name in ("price_unit", "pricing_note", "model_url"):
        if not isinstance(entry.get(name, ""), str):
            yield name
    for name in ("categories", "required_inputs"):
        if not all(isinstance(each, str) for each in entry[name]):
            yield name
    price = entry.get("base_price_usd", 0)
    if isinstance(price, bool) or not isinstance(price, (int, float)) or not 0 <= price < math.inf:
        yield "base_price_usd"
    if not isinstance(entry["inputs"], list):
        yield "inputs"


def schemas_are_of_the_dialect(service: Service) -> None:
    for entry in service.catalogue:
        schema = entry["input_schema"]
        assert schema.get("type", "object") == "object", entry["model_id"]
        assert isinstance(schema.get("properties", {}), dict), entry["model_id"]
        for name in schema.get("required", []):
            assert isinstance(name, str), entry["model_id"]


def categories_are_no_model(service: Service) -> None:
    names = service.get("/models/categories")["categories"]
    assert names
    used = {name for entry in service.catalogue for name in entry["categories"]}
    assert used <= set(names)


def balance(service: Service) -> None:
    reply = service.get(service.account + "/balance")
    assert reply["currency"] == "USD"
    assert math.isclose(reply["balance_usd"], reply["balance_microdollars"] / 1e6, abs_tol=0.01)


# -- one job -------------------------------------------------------------------------------


def submit_names_the_job(service: Service) -> None:
    assert service.submitted.is_success
    body = service.submitted.json()
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,128}", body["request_id"])
    for part in ("status", "result", "cancel"):
        url = urlsplit(body[f"{part}_url"])
        assert url.scheme in ("http", "https")
        assert url.path.endswith(f"/v1/requests/{body['request_id']}/{part}")


def state_words(service: Service) -> None:
    assert all(reply.json().get("status", "").lower() in WORDS for reply in service.first_reads[:1])
    assert service.result["status"].lower() in WORDS


def queue_position_only_in_the_queue(service: Service) -> None:
    body = service.first_reads[0].json()
    if body["status"] == "in_queue":
        assert type(body.get("queue_position", 0)) is int
    else:
        assert body.get("queue_position") is None
    assert "queue_position" not in service.result


def result_before_the_end(service: Service) -> None:
    reply = service.first_reads[1]
    if reply.is_success:
        assert reply.json()["status"].lower() in WORDS
    else:
        _error(reply, 400005)


def result_tells_of_the_job(service: Service) -> None:
    assert service.result["request_id"] == service.request_id
    assert service.result.get("model_id", service.cheapest["model_id"]) == (
        service.cheapest["model_id"]
    )
    for name in ("created_at", "finished_at"):
        if name in service.result:
            datetime.fromisoformat(service.result[name].replace("Z", "+00:00"))


def cost_on_request(service: Service) -> None:
    cost = service.result.get("cost", 0.0)
    assert not isinstance(cost, bool)
    assert 0 <= cost < math.inf
    assert "cost" not in service.get(f"/requests/{service.request_id}/result")


def output_is_media_that_anybody_may_fetch(service: Service) -> None:
    output = service.result["output"]
    urls = [output["image"]] if "image" in output else output["images"]
    for url in urls:
        reply = service.call("GET", url, token="")
        assert reply.status_code == 200
        kind = reply.headers["content-type"]
        assert kind.startswith("image/") or kind == "application/octet-stream"
        assert reply.content


def cancel_only_in_the_queue(service: Service) -> None:
    request_id, reply = service.cancelled
    words = {reply.get("status"), reply.get("outcome")}
    assert words & {"cancelled", "not_cancellable"}, reply
    if "cancelled" in words:
        assert service.get(f"/requests/{request_id}/status")["status"] == "cancelled"


def ended_jobs_stay_ended(service: Service) -> None:
    assert service.result
    reply = service.call("POST", f"/requests/{service.request_id}/cancel")
    assert "cancelled" not in (reply.json().get("status"), reply.json().get("outcome"))
    after = service.get(f"/requests/{service.request_id}/status")
    assert after["status"] == service.result["status"]


def wrong_input_is_refused(service: Service) -> None:
    path = "/models/" + quote(service.cheapest["model_id"])
    reply = service.call("POST", path, json={"prompt": 7})
    assert reply.status_code in (400, 422) or reply.json().get("error_code") is not None
    assert "request_id" not in reply.json()


# -- what only happens now and then --------------------------------------------------------


def _one_job(service: Service) -> tuple[httpx.Response, str]:
    reply = service.submit()
    return reply, f"/requests/{reply.json().get('request_id')}"


def error_in_a_success(service: Service) -> None:
    reply, _ = _one_job(service)
    assert reply.status_code == 200
    _error(reply, 500001, 403003, 400002)


def not_ready_as_an_error(service: Service) -> None:
    _, path = _one_job(service)
    reply = service.call("GET", path + "/result")
    assert reply.status_code == 400
    _error(reply, 400005)


def failure_has_a_reason(service: Service) -> None:
    _, path = _one_job(service)
    assert service.get(path + "/status")["status"] == "failed"
    result = service.get(path + "/result")
    assert result["error"]
    assert "output" not in result


def no_money(service: Service) -> None:
    _error(_one_job(service)[0], 400002, http=(402,))


def completed_without_output(service: Service) -> None:
    _, path = _one_job(service)
    result = service.get(path + "/result")
    assert (result["status"], result["output"]) == ("completed", {})


def several_in_the_plural(service: Service) -> None:
    _, path = _one_job(service)
    output = service.get(path + "/result")["output"]
    assert set(output) == {"images", "audios"}
    assert all(isinstance(urls, list) for urls in output.values())


def late_cost(service: Service) -> None:
    _, path = _one_job(service)
    costs = [service.get(path + "/result", include_cost="true").get("cost") for _ in "12"]
    assert costs[0] is None
    assert costs[1] >= 0


def empty_balance(service: Service) -> None:
    assert service.get(service.account + "/balance")["balance_usd"] < 0


DONE = ("completed",)
FACTS = (
    Fact("every call needs a token", "Errors", needs_a_token),
    Fact("the SDK knows a wrong token", "Errors", sdk_says_authentication),
    Fact("unknown request ids", "Errors", unknown_request),
    Fact("unknown model ids", "Errors", unknown_model),
    Fact("the SDK knows an unknown request", "Errors", sdk_says_not_found),
    Fact("a page says where it is", "Calls", list_says_where_it_is),
    Fact("a page has a limit without one", "Calls", list_default_limit),
    Fact("pages fit together", "Calls", list_pages_fit_together),
    Fact("schemas in the list on request", "Calls", list_has_schemas_on_request),
    Fact("search ignores case", "Calls", search_ignores_case),
    Fact("category and kind filter", "Calls", filters_by_category_and_kind),
    Fact("limit and offset have bounds", "Calls", bad_paging_is_refused),
    Fact("one entry", "Prices", one_entry_is_that_of_the_list),
    Fact("ids are percent-encoded", "Calls", ids_may_hold_anything),
    Fact("fields of an entry", "Prices", entries_have_their_fields),
    Fact("shape of input schemas", "The dialect of the schemas", schemas_are_of_the_dialect),
    Fact("categories are no model", "Calls", categories_are_no_model),
    Fact("balance", "Prices", balance),
    Fact("submit names the job", "Calls", submit_names_the_job, spends=True),
    Fact("words for states", "States", state_words, spends=True),
    Fact("queue position", "States", queue_position_only_in_the_queue, spends=True),
    Fact("result before the end", "Calls", result_before_the_end, spends=True),
    Fact("result tells of the job", "Calls", result_tells_of_the_job, spends=True),
    Fact("cost on request", "Calls", cost_on_request, spends=True),
    Fact("outputs are public media", "Calls", output_is_media_that_anybody_may_fetch, spends=True),
    Fact("cancel only in the queue", "States", cancel_only_in_the_queue, spends=True),
    Fact("what has ended stays so", "States", ended_jobs_stay_ended, spends=True),
    # A service that does not check would take it for a job, and charge.
    Fact("wrong input is refused", "Errors", wrong_input_is_refused, spends=True),
    Fact(
        "error in a success",
        "Errors",
        error_in_a_success,
        True,
        Behaviour(submit_fault="error_code"),
    ),
    Fact("not ready", "Calls", not_ready_as_an_error, True, Behaviour(not_ready="400005")),
    Fact("failure", "States", failure_has_a_reason, True, Behaviour(statuses=("failed",))),
    Fact("400002", "Errors", no_money, True, Behaviour(submit_fault="insufficient_balance")),
    Fact("402", "Errors", no_money, True, Behaviour(submit_fault="payment_required")),
    Fact(
        "no output", "States", completed_without_output, True, Behaviour(statuses=DONE, carriers=())
    ),
    Fact(
        "plural carriers",
        "Calls",
        several_in_the_plural,
        True,
        Behaviour(statuses=DONE, carriers=("images", "audios")),
    ),
    Fact("late cost", "Calls", late_cost, True, Behaviour(statuses=DONE, cost="late")),
    Fact("negative balance", "Prices", empty_balance, behaviour=Behaviour(balance_usd=-1.25)),
)
