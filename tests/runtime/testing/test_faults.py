"""Each fault switch, as a plain client sees it."""

from __future__ import annotations

from typing import Any, get_args

import httpx
import pytest
from runcomfy_codegen.runtime.testing import Behaviour
from runcomfy_codegen.runtime.testing._behaviour import OutputFault, ReplyFault

from ..._support.emulator import NO_TLS, Api, plain_get, plain_head

# fault: HTTP status, error_code or None, whether the job was accepted
REPLIES: dict[str, tuple[int, int | None, bool]] = {
    "error_code": (200, 500001, False),
    "html_502": (502, None, True),
    "server_error_500": (500, 500001, True),
    "rate_limited": (429, 429001, False),
    "rate_limited_without_retry_after": (429, 429001, False),
    "unavailable": (503, 503001, False),
    "unavailable_without_retry_after": (503, 503001, False),
    "insufficient_balance": (400, 400002, False),
    "payment_required": (402, 400002, False),
    "permission_denied": (403, 403001, False),
    "token_echo": (401, 400004, False),
    "redirect": (307, None, False),
    "invalid_json": (200, None, True),
    "null": (200, None, True),
    "array": (200, None, True),
    "empty_object": (200, None, True),
    "missing_request_id": (200, None, True),
    "malformed_request_id": (200, None, True),
}
BROKEN = {
    "drop_after_accept": httpx.RemoteProtocolError,
    "stall_after_accept": httpx.ReadTimeout,
    "truncated_body": httpx.RemoteProtocolError,
}


def test_every_fault_is_tested() -> None:
    assert {*REPLIES, *BROKEN} == set(get_args(ReplyFault))
    assert set(OUTPUTS) == set(get_args(OutputFault))


@pytest.mark.parametrize("fault", REPLIES)
def test_a_submit_that_is_answered(api: Api, fault: Any) -> None:
    http_status, error_code, accepted = REPLIES[fault]
    api.emulator.behaviour = Behaviour(submit_fault=fault)
    reply = api.submit()
    assert reply.status_code == http_status
    assert len(api.emulator.jobs) == accepted
    assert len(api.emulator.received) == 1
    if error_code is not None:
        assert reply.json()["error_code"] == error_code


@pytest.mark.parametrize("fault", BROKEN)
def test_a_submit_that_breaks_off(api: Api, fault: Any) -> None:
    api.emulator.behaviour = Behaviour(submit_fault=fault)
    api.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(BROKEN[fault]):
        api.submit()
    assert len(api.emulator.jobs) == 1, "accepted, though the client cannot know"
    assert len(api.emulator.received) == 1
    api.emulator.behaviour = Behaviour()
    assert api.submit().status_code == 202, "the server goes on"


def test_bodies_of_unclear_submits(api: Api) -> None:
    def body_of(fault: Any) -> httpx.Response:
        api.emulator.behaviour = Behaviour(submit_fault=fault)
        return api.submit()

    assert body_of("html_502").headers["content-type"].startswith("text/html")
    assert body_of("null").json() is None
    assert body_of("array").json() == []
    assert body_of("empty_object").json() == {}
    assert "request_id" not in body_of("missing_request_id").json()
    assert "/" in body_of("malformed_request_id").json()["request_id"]
    with pytest.raises(ValueError, match="Expecting"):
        body_of("invalid_json").json()
    assert api.emulator.token in body_of("token_echo").text


def test_retry_after_is_there_or_not(api: Api) -> None:
    seen: dict[str, str | None] = {}
    faults: tuple[ReplyFault, ...] = (
        "rate_limited",
        "rate_limited_without_retry_after",
        "unavailable",
    )
    for fault in faults:
        api.emulator.behaviour = Behaviour(submit_fault=fault)
        seen[fault] = api.submit().headers.get("retry-after")
    assert seen == {
        "rate_limited": "1",
        "rate_limited_without_retry_after": None,
        "unavailable": "1",
    }


def test_redirect_leads_to_another_host(api: Api) -> None:
    api.emulator.behaviour = Behaviour(submit_fault="redirect")
    location = httpx.URL(api.submit().headers["location"])
    assert location.host == "localhost" != httpx.URL(api.emulator.base_url).host


@pytest.mark.parametrize("fault", REPLIES)
def test_reads_fail_without_moving_the_job(api: Api, fault: Any) -> None:
    request_id = api.job()
    api.emulator.behaviour = Behaviour(read_fault=fault)
    for read in (api.status, api.result, api.cancel):
        assert read(request_id).status_code == REPLIES[fault][0]
    api.emulator.behaviour = Behaviour()
    assert api.status(request_id).json()["status"] == "in_queue"


def test_a_fault_may_pass(api: Api) -> None:
    api.emulator.behaviour = Behaviour(submit_fault="rate_limited", fault_count=2)
    assert [api.submit().status_code for _ in range(4)] == [429, 429, 202, 202]
    api.emulator.behaviour = Behaviour(submit_fault="rate_limited", fault_count=1)
    assert [api.submit().status_code for _ in range(2)] == [429, 202]


def test_wrong_input_is_refused_before_any_fault(api: Api) -> None:
    api.emulator.behaviour = Behaviour(submit_fault="rate_limited", fault_count=1)
    assert api.submit(prompt=5).status_code == 422
    assert api.submit().status_code == 429


# -- outputs ------------------------------------------------------------------------------


def _untrusted(reply: httpx.Response) -> None:
    assert reply.url.host == "localhost"
    assert reply.content.startswith(b"\x89PNG")


def _redirect(reply: httpx.Response) -> None:
    assert reply.status_code == 302
    assert httpx.URL(reply.headers["location"]).host == "localhost"


def _wrong_type(reply: httpx.Response) -> None:
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/html")


def _gone(reply: httpx.Response) -> None:
    assert reply.status_code == 404


def _oversize_header(reply: httpx.Response) -> None:
    assert int(reply.headers["content-length"]) > 2**33
    _breaks_off(reply)


def _oversize_stream(reply: httpx.Response) -> None:
    assert "content-length" not in reply.headers
    total = 0
    for chunk in reply.iter_bytes():
        total += len(chunk)
        if total > 5_000_000:
            return
    pytest.fail(f"it ended after {total} bytes")


def _breaks_off(reply: httpx.Response) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        reply.read()


OUTPUTS = {
    "untrusted_host": _untrusted,
    "redirect": _redirect,
    "oversize_header": _oversize_header,
    "oversize_stream": _oversize_stream,
    "wrong_content_type": _wrong_type,
    "truncated": _breaks_off,
    "gone": _gone,
}
WHOLE = {"untrusted_host", "redirect", "wrong_content_type", "gone"}


@pytest.mark.parametrize("fault", OUTPUTS)
def test_output_faults(api: Api, fault: Any) -> None:
    api.emulator.behaviour = Behaviour(output_fault=fault)
    url = api.finished()["output"]["image"]
    with httpx.stream("GET", url, timeout=10, verify=NO_TLS) as reply:
        if fault in WHOLE:
            reply.read()
        OUTPUTS[fault](reply)
    head = plain_head(url)
    assert (head.status_code, head.content) == (reply.status_code, b"")
    api.emulator.behaviour = Behaviour()
    assert api.submit().status_code == 202, "the server goes on"


def test_one_of_several_outputs_may_fail(api: Api) -> None:
    urls = api.finished(num_images=3)["output"]["images"]
    api.emulator.behaviour = Behaviour(output_fault="gone", fault_count=1)
    assert [plain_get(url).status_code for url in urls] == [404, 200, 200]
