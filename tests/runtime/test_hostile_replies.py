"""Replies that are far too deep, too big or too long: every one ends as an error of the SDK."""

from __future__ import annotations

import gc
import logging
import pickle
import time
from collections.abc import Iterator

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._api.costs.price import price_of
from runcomfy_codegen.runtime._api.replies import json_object
from runcomfy_codegen.runtime._transport.effects import Reply
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime._transport.retry_after import retry_after
from runcomfy_codegen.runtime.jobs import JobStatus

from .._support.fault_server import Act, FaultServer, accepted, reply, state
from .._support.runtime import KINDS, MODEL_ID, PATIENT, TOKEN, Kind, opened, settled

HUGE = int("1" + "0" * 400)
DONE = state("completed", output={"image": "https://x.example/a.png"})


def nested(depth: int, begin: str = "[", end: str = "]") -> str:
    return begin * depth + end * depth


DEEP: tuple[Act, ...] = (
    reply(500, b'{"error_code":500001,"detail":%s}' % nested(700).encode()),
    reply(200, b'{"message":%s}' % nested(480, '{"error":', "}").replace(":}", ":1}").encode()),
    reply(200, b'{"status":"completed","output":%s}' % nested(700).encode()),
    reply(200, nested(100_000).encode()),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", DEEP)
async def test_a_deep_reply_to_the_submit_is_an_unknown_outcome(act: Act, kind: Kind) -> None:
    with FaultServer([act]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.SubmitOutcomeUnknown):
                await settled(client.untyped(MODEL_ID).submit({}))
    assert server.posts == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", [DEEP[0], DEEP[3]])
async def test_a_deep_reply_to_a_read_is_an_error_of_the_service(act: Act, kind: Kind) -> None:
    with FaultServer([act]).running() as server:
        # No time for a repetition: the first reply decides.
        async with opened(
            kind, server.url, retry_policy=RetryPolicy(first_retry=60, longest_retry=60)
        ) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            with pytest.raises(errors.ServerError):
                await settled(job.result())
            with pytest.raises(errors.WaitTimeout):
                await settled(job.wait(timeout=0.2))


def test_what_is_as_deep_as_anyone_writes_is_read() -> None:
    assert json_object(Reply(200, {}, b'{"a":%s}' % nested(90).encode())) is not None
    deep = json_object(Reply(200, {}, b'{"a":%s,"b":1}' % nested(700).encode()))
    assert deep is not None
    assert deep["b"] == 1
    kept, levels = deep["a"], 0
    while isinstance(kept, list):
        [kept], levels = kept, levels + 1
    assert kept == nested(700 - levels)
    assert levels == 100


@pytest.mark.parametrize("kind", KINDS)
async def test_a_deep_output_can_be_had(kind: Kind) -> None:
    with FaultServer([DEEP[2]]).running() as server:
        async with opened(kind, server.url) as client:
            result = await settled(client.untyped(MODEL_ID).job("r-1").result())
    assert pickle.loads(pickle.dumps(result)).output == result.output
    assert "[[[" in repr(result)


BEYOND_PYTHON = b'{"request_id":"r-1","status":"completed","output":{"a":%s,"b":"]\\"["}}' % (
    nested(100_000).encode()
)
NOT_UTF8 = b'{"request_id":"r-1","status":"completed","output":{"text":"caf\xe9","b":1}}'


@pytest.fixture
def no_collections() -> Iterator[None]:
    """Switch the collector off: the token search looks at what it collects, for which a full stack has no room."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_output_beyond_pythons_depth_can_be_had(kind: Kind, no_collections: None) -> None:
    with FaultServer([reply(200, BEYOND_PYTHON)]).running() as server:
        async with opened(kind, server.url) as client:
            job = await settled(client.untyped(MODEL_ID).submit({}))
            output = (await settled(job.wait(timeout=20))).output
    assert output["b"] == ']"['
    kept, levels = output["a"], 0
    while isinstance(kept, list):
        [kept], levels = kept, levels + 1
    assert kept == nested(100_000 - levels)


@pytest.mark.parametrize("kind", KINDS)
async def test_bytes_that_are_not_utf_8_cost_no_paid_output(kind: Kind) -> None:
    with FaultServer([reply(200, NOT_UTF8)]).running() as server:
        async with opened(kind, server.url) as client:
            job = await settled(client.untyped(MODEL_ID).submit({}))
            result = await settled(job.wait(timeout=20))
    assert (job.request_id, result.output) == ("r-1", {"text": "caf\ufffd", "b": 1})


def test_an_unfinished_text_takes_no_time() -> None:
    endless = b'{"a":' + b"[" * 2000 + b'"' + b'\\"' * 500_000
    begin = time.process_time()
    assert json_object(Reply(200, {}, endless)) is None
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("kind", KINDS)
async def test_huge_numbers_cost_no_paid_output(kind: Kind) -> None:
    queued = state("in_queue", queue_position=HUGE)
    done = state("completed", output={"image": "x"}, cost=HUGE)
    with FaultServer([accepted(), queued, state("completed"), done]).running() as server:
        async with opened(kind, server.url) as client:
            seen: list[JobStatus] = []
            result = await settled(client.untyped(MODEL_ID).run({}, on_update=seen.append))
    assert (result.cost, result.output) == (None, {"image": "x"})
    assert seen[0].queue_position is None
    assert RetryPolicy().poll_pause(1, HUGE) <= RetryPolicy().longest_poll * 1.25


@pytest.mark.parametrize("kind", KINDS)
async def test_a_huge_error_code_is_no_code(kind: Kind) -> None:
    with FaultServer([reply(401, {"error_code": HUGE})]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.AuthenticationError) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    assert caught.value.error_code is None
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2", 2.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("1" + "0" * 400, 1e9),
        ("1e999", None),
        ("-inf", None),
        ("nan", None),
        ("", None),
        ("soon", None),
        ("1,2", 2.0),
        ("\xb2", None),
        ("Fri, 31 Dec 9999 23:59:59 -9999", None),
        ("Fri, 31 Dec 9999 23:59:59 +" + "9" * 20, None),
        ("Fri, 99 Dec 2026 99:99:99 GMT", None),
        ("Mon, 01 Jan " + "9" * 5000 + " 00:00:00 GMT", None),
    ],
)
def test_any_retry_after_is_read_without_an_error(value: str, expected: float | None) -> None:
    assert retry_after(Reply(429, {"retry-after": value})) == expected
    wish = retry_after(Reply(429, {"retry-after": value}))
    assert 0 <= RetryPolicy().retry_pause(1, wish) <= RetryPolicy().longest_retry_after


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e999", "soon", "9" * 5000])
async def test_an_odd_retry_after_parks_nobody(value: str, kind: Kind) -> None:
    busy = reply(429, {}, {"Retry-After": value})
    with FaultServer([busy, state("completed"), DONE]).running() as server:
        async with opened(kind, server.url) as client:
            result = await settled(client.untyped(MODEL_ID).job("r-1").wait(timeout=5))
    assert result.status == "completed"


SHOWN = "t0k3n!"  # too short for the search of the whole run, which would find the data
STATES = {
    "long": "x" * 10_000_000,
    "forged": "x\x1b[31m\nERROR forged \u202e\ud800",
    "token": "bad t0k3n!",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", STATES)
async def test_a_state_is_shown_short_printable_and_without_the_token(
    name: str, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "runcomfy")
    odd = state(STATES[name], output={"image": "x"}, created_at=STATES[name])
    with FaultServer([odd]).running() as server:
        async with opened(kind, server.url, retry_policy=PATIENT, api_token=SHOWN) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            with pytest.raises(errors.WaitTimeout) as late:
                await settled(job.wait(timeout=0.1))
            with pytest.raises(errors.ResultNotReady) as early:
                await settled(job.result())
            status = await settled(job.status())
    assert status.raw["status"] == STATES[name]  # data stays as it came
    assert status.response.status == 200
    logged = (record.getMessage() for record in caplog.records if record.name == "runcomfy")
    for text in (repr(status), str(status), str(late.value), str(early.value), *logged):
        assert len(text) < 700
        assert all(line.isprintable() for line in text.split("\n"))
        assert SHOWN not in text


@pytest.mark.parametrize("kind", KINDS)
async def test_timestamps_of_a_result_are_shown_like_a_state(kind: Kind) -> None:
    for text in STATES.values():
        done = state("completed", output={"image": "x"}, created_at=text, finished_at=text)
        with FaultServer([done]).running() as server:
            async with opened(kind, server.url, retry_policy=PATIENT, api_token=SHOWN) as client:
                shown = repr(await settled(client.untyped(MODEL_ID).job("r-1").result()))
        assert len(shown) < 500
        assert shown.isprintable()
        assert SHOWN not in shown


@pytest.mark.parametrize("kind", KINDS)
async def test_the_words_of_the_server_cannot_forge_lines(kind: Kind) -> None:
    text = STATES["forged"]
    detail = [{"loc": ["body", text, HUGE], "msg": text}]
    for status, body in ((401, {"message": text}), (422, {"detail": detail})):
        with FaultServer([reply(status, body)]).running() as server:
            async with opened(kind, server.url) as client:
                with pytest.raises(errors.APIError) as caught:
                    await settled(client.untyped(MODEL_ID).submit({}))
        assert all(line.isprintable() for line in str(caught.value).split("\n"))
        assert "\nERROR" not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_list_of_problems_without_end_is_cut(kind: Kind) -> None:
    detail = [{"loc": ["body", "x" * 100], "msg": TOKEN}] * 20_000
    refused = reply(422, {"detail": detail})
    begin = time.monotonic()
    with FaultServer([refused]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.ServerValidationError) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    assert time.monotonic() - begin < 10
    assert len(caught.value.problems) == 50
    assert str(caught.value).rsplit("\n", 1)[-1] == "  and 19,950 more"
    assert len(str(caught.value)) < 30_000
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "number", ["1" + "0" * 400, "9" * 5000, "1e999", "NaN", "-Infinity", "true"]
)
async def test_a_number_of_any_size_is_not_known(number: str, kind: Kind) -> None:
    fields = ("cost", "queue_position", "created_at", "finished_at", "progress")
    numbers = ", ".join(f'"{name}": {number}' for name in fields)
    body = f'{{"request_id": "r-1", "status": "completed", "output": {{"n": {number}}}, {numbers}}}'
    with FaultServer([reply(202, body.encode())]).running() as server:
        async with opened(kind, server.url) as client:
            job = await settled(client.untyped(MODEL_ID).submit({}))
            status, result = await settled(job.status()), await settled(job.wait(timeout=5))
    assert (job.request_id, status.queue_position, result.cost) == ("r-1", None, None)
    assert (result.created_at, result.finished_at) == (None, None)
    assert len(repr(result)) < 10_000


@pytest.mark.parametrize("number", [10**400, float("nan"), float("inf"), -float("inf"), True, "1"])
def test_a_price_of_any_size_is_not_known(number: object) -> None:
    assert price_of({"base_price_usd": number, "price_unit": "image"}).usd is None
