"""One submit-status-result round through the SDK against the same three calls written with httpx."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import httpx
from runcomfy import RunComfy
from runcomfy.testing import Behaviour, Emulator

ROUNDS = 300
BODY = {
    "prompt": "a white studio sweep",
    "images": ["https://example.com/a.webp"],
    "resolution": "2k",
}
MODEL = "openai/gpt-image-2/edit"


def test_round_trip() -> None:
    with (
        Emulator(behaviour=Behaviour(statuses=("completed",))) as emulator,
        RunComfy(emulator.token, base_url=emulator.base_url) as client,
        httpx.Client(
            base_url=f"{emulator.base_url}/v1",
            headers={"Authorization": f"Bearer {emulator.token}"},
        ) as http,
    ):

        def with_sdk() -> None:
            job = client.openai.gpt_image_2.edit.submit(
                prompt="a white studio sweep",
                images=["https://example.com/a.webp"],
                resolution="2k",
            )
            job.status()
            assert job.result().urls

        def by_hand() -> None:
            request_id = http.post(f"/models/{MODEL}", json=BODY).json()["request_id"]
            http.get(f"/requests/{request_id}/status").json()
            assert http.get(
                f"/requests/{request_id}/result", params={"include_cost": "true"}
            ).json()["output"]

        sdk, hand = _alternating(with_sdk, by_hand)
    print(
        f"\nround trip: SDK {sdk * 1e3:.2f} ms, httpx by hand {hand * 1e3:.2f} ms, ratio {sdk / hand:.2f}"
    )


def _alternating(one: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """Medians in seconds; taken in turns, so that a noisy machine disturbs both alike."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 20):
        for function, taken in zip((one, other), seconds, strict=True):
            start = time.perf_counter()
            function()
            if number >= 20:
                taken.append(time.perf_counter() - start)
    return statistics.median(seconds[0]), statistics.median(seconds[1])
