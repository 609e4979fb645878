"""A few small endpoints, and the calls of the API as plain HTTP."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import httpx
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, Emulator

# Loading the system's certificates takes longer than most of these tests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
plain_request = partial(httpx.request, verify=NO_TLS, timeout=10)
plain_get = partial(plain_request, "GET")
plain_head = partial(plain_request, "HEAD")
plain_post = partial(plain_request, "POST")

PROMPT = {"prompt": {"type": "string", "maxLength": 20}}


def endpoint(
    model_id: str, properties: dict[str, Any] | None = None, **more: Any
) -> EmulatedEndpoint:
    schema = {"type": "object", "required": ["prompt"], "properties": PROMPT | (properties or {})}
    return EmulatedEndpoint(model_id, schema, {}, **more)


IMAGE = "acme/demo/text-to-image"
ENDPOINTS = (
    endpoint(
        IMAGE,
        {"num_images": {"type": "integer", "maximum": 4}, "aspect_ratio": {"type": "string"}},
        display_name="Demo Painter",
        description="paints",
        categories=("text-to-image",),
        base_price_usd=0.04,
        price_unit="output",
    ),
    endpoint("acme/demo/text-to-video", display_name="Demo Film", base_price_usd=0.0),
    endpoint("acme/songs/music-generation", categories=("text-to-audio",)),
    endpoint("minimax/Hailuo Video 01 Live"),
    endpoint("pixverse/pixverse/v5.5/transition", categories=("image-to-video",)),
    endpoint("kling/kling-video-o3/4K/text-to-video"),
    endpoint("community/wan-2-2/vace-fun"),
)


@dataclass
class Api:
    """A client that checks nothing."""

    emulator: Emulator
    http: httpx.Client

    def submit(self, model_id: str = IMAGE, **body: Any) -> httpx.Response:
        return self.http.post(f"/v1/models/{model_id}", json={"prompt": "a fox"} | body)

    def job(self, model_id: str = IMAGE, **body: Any) -> str:
        reply = self.submit(model_id, **body)
        assert reply.is_success, reply.text
        request_id: str = reply.json()["request_id"]
        return request_id

    def status(self, request_id: str) -> httpx.Response:
        return self.http.get(f"/v1/requests/{request_id}/status")

    def result(self, request_id: str, **query: str) -> httpx.Response:
        return self.http.get(f"/v1/requests/{request_id}/result", params=query)

    def cancel(self, request_id: str) -> httpx.Response:
        return self.http.post(f"/v1/requests/{request_id}/cancel")

    def finished(self, model_id: str = IMAGE, **body: Any) -> dict[str, Any]:
        """Return the result body of a job that is done at its first read."""
        self.emulator.behaviour = replace(self.emulator.behaviour, statuses=("completed",))
        result: dict[str, Any] = self.result(self.job(model_id, **body), include_cost="true").json()
        return result
