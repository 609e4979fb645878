"""Chaos: the same seed brings the same faults, whatever the order of the requests."""

from __future__ import annotations

import contextlib
from collections import Counter
from random import Random
from typing import Any, get_args

import httpx
import pytest
from runcomfy_codegen.runtime.testing import Behaviour, Chaos, Emulator
from runcomfy_codegen.runtime.testing._behaviour import (
    COURSES,
    READ_FAULTS,
    SUBMIT_FAULTS,
    ReplyFault,
)

from ..._support.emulator import ENDPOINTS, IMAGE, NO_TLS, Api


def fate(emulator: Emulator, prompts: list[str]) -> dict[str, list[Any]]:
    """Two submits of each prompt and three reads of each job: what each of them met."""
    met: dict[str, list[Any]] = {prompt: [] for prompt in prompts}
    auth = {"Authorization": f"Bearer {emulator.token}"}
    with httpx.Client(base_url=emulator.base_url, headers=auth, verify=NO_TLS, timeout=0.2) as http:
        for prompt in prompts * 2:
            answer(http, "POST", f"/v1/models/{IMAGE}", json={"prompt": prompt})
            submit = emulator.received[-1]
            met[prompt].append(submit.fault)
            if (request_id := submit.request_id) is not None:
                for _ in range(3):
                    answer(http, "GET", f"/v1/requests/{request_id}/status")
                    met[prompt].append(emulator.received[-1].fault)
                met[prompt].append(emulator.jobs[request_id].course.statuses)
    return met


def answer(http: httpx.Client, method: str, path: str, **more: Any) -> None:
    with contextlib.suppress(httpx.RemoteProtocolError, httpx.ReadTimeout):  # some of the faults
        http.request(method, path, **more)


def test_a_seed_decides_whatever_the_order() -> None:
    prompts = [f"fox {n}" for n in range(5)]
    fates: list[dict[str, list[Any]]] = []
    for seed, order in ((3, prompts), (3, prompts[::-1]), (4, prompts)):
        with Emulator(ENDPOINTS, behaviour=Behaviour(chaos=Chaos(seed, rate=0.5))) as emulator:
            fates.append(fate(emulator, order))
    assert fates[0] == fates[1]
    assert fates[0] != fates[2]
    assert any(one[0] != one[-1] for one in fates[0].values())


def test_nothing_and_all_of_it(api: Api) -> None:
    api.emulator.behaviour = Behaviour(chaos=Chaos(rate=0))
    assert [api.status(api.job()).json()["status"] for _ in range(20)] == ["in_queue"] * 20
    assert not any(request.fault for request in api.emulator.received)
    api.emulator.behaviour = Behaviour(chaos=Chaos(rate=1))
    api.http.timeout = httpx.Timeout(0.2)
    for n in range(5):
        answer(api.http, "POST", f"/v1/models/{IMAGE}", json={"prompt": f"{n}"})
        assert api.emulator.received[-1].fault in SUBMIT_FAULTS


def test_every_fault_and_course_comes() -> None:
    chaos, dice, seen = Chaos(rate=0.5), Random(1), Counter[Any]()
    for _ in range(2000):
        submit, call = chaos.on_submit(Behaviour(), dice), chaos.on_call(Behaviour(), dice)
        seen.update([submit.submit_fault, call.read_fault, submit.delay > 0, call.not_ready])
        seen.update([submit.statuses, submit.result_lag, submit.carriers, submit.cost])
    wanted = {*SUBMIT_FAULTS, *READ_FAULTS, None, True, False, "state", "400005"}
    wanted |= {value for course in COURSES for name, value in course.items() if name[-1] != "s"}
    assert wanted - {200} <= seen.keys()
    assert {course["statuses"] for course in COURSES if "statuses" in course} <= seen.keys()
    assert {*SUBMIT_FAULTS, *READ_FAULTS} <= set(get_args(ReplyFault))


def test_jobs_from_before_are_hit_as_well(api: Api) -> None:
    request_id = api.job()
    api.emulator.behaviour = Behaviour(chaos=Chaos(rate=1))
    answer(api.http, "GET", f"/v1/requests/{request_id}/status")
    assert api.emulator.received[-1].fault in READ_FAULTS
    assert api.emulator.received[-1].request_id == request_id


def test_downloads_are_spared(api: Api) -> None:
    url = api.finished()["output"]["image"]
    api.emulator.behaviour = Behaviour(chaos=Chaos(rate=1))
    assert httpx.get(url, verify=NO_TLS).content.startswith(b"\x89PNG")


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_a_rate_is_a_probability(rate: float) -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        Chaos(rate=rate)


def test_a_late_reply_and_a_late_result(api: Api) -> None:
    api.emulator.behaviour = Behaviour(statuses=("completed",), result_lag=2, delay=0.2)
    reply = api.submit()
    assert reply.elapsed.total_seconds() >= 0.2
    request_id = reply.json()["request_id"]
    assert api.status(request_id).json()["status"] == "completed"
    states = [api.result(request_id).json()["status"] for _ in range(3)]
    assert states == ["in_progress", "in_progress", "completed"]
