"""The service that the facts are checked of: an emulator, or the real one where somebody asked for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

import httpx
from runcomfy_codegen.runtime._client import SyncClient
from runcomfy_codegen.runtime.testing import Emulator

LIVE_BASE = "https://model-api.runcomfy.net/v1"
LIVE_ACCOUNT = "https://api.runcomfy.net/prod/v2"
_TIMEOUT = 60.0
_MOST_PAGES = 20


@dataclass
class Service:
    """base: with /v1; account: where the balance is. emulator: None if it is the real service.

    One job is run and one is cancelled at most, however many facts are about them.
    """

    base: str
    account: str
    token: str
    emulator: Emulator | None = None

    def call(
        self, method: str, path: str, *, token: str | None = None, **more: Any
    ) -> httpx.Response:
        """path: below /v1, or a whole URL. token: another one, or "" for none."""
        word = self.token if token is None else token
        headers = {"Authorization": f"Bearer {word}"} if word else {}
        url = path if path.startswith("http") else self.base + path
        return self._http.request(method, url, headers=headers, **more)

    def get(self, path: str, **query: str) -> Any:
        """Return the JSON of a reply that has to be good."""
        reply = self.call("GET", path, params=query)
        assert reply.is_success, f"{reply.status_code} {reply.text[:300]}"
        return reply.json()

    def close(self) -> None:
        self._http.close()

    def sdk(self, token: str = "") -> SyncClient:
        return SyncClient(token or self.token, base_url=self.base, http_timeout=_TIMEOUT)

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=_TIMEOUT, follow_redirects=False)

    @cached_property
    def catalogue(self) -> list[dict[str, Any]]:
        """Return all entries, with their input schemas."""
        entries: list[dict[str, Any]] = []
        for _ in range(_MOST_PAGES):
            query = {"include_schema": "true", "limit": "100", "offset": str(len(entries))}
            page = self.get("/models", **query)
            entries += page["models"]
            if not page["models"] or len(entries) >= page.get("total", 0):
                break
        return entries

    @cached_property
    def cheapest(self) -> Mapping[str, Any]:
        """The entry of the cheapest image that a prompt alone is enough for."""
        fit = [
            entry
            for entry in self.catalogue
            if entry.get("input_schema", {}).get("required") == ["prompt"]
            and "text-to-image" in entry.get("categories", ())
            and isinstance(entry.get("base_price_usd"), (int, float))
        ]
        assert fit, "no endpoint that makes an image of a prompt says its price"
        return min(fit, key=lambda entry: entry["base_price_usd"])

    def submit(self) -> httpx.Response:
        """Spends the price of one image."""
        path = "/models/" + quote(self.cheapest["model_id"])
        return self.call("POST", path, json={"prompt": "a red square"})

    @cached_property
    def submitted(self) -> httpx.Response:
        return self.submit()

    @cached_property
    def request_id(self) -> str:
        request_id: str = self.submitted.json()["request_id"]
        return request_id

    @cached_property
    def first_reads(self) -> list[httpx.Response]:
        """The status and the result of the job right after its submit."""
        return [
            self.call("GET", f"/requests/{self.request_id}/{part}") for part in ("status", "result")
        ]

    @cached_property
    def result(self) -> dict[str, Any]:
        """Return the result of the job once it has ended."""
        assert self.first_reads
        model_id, request_id = self.cheapest["model_id"], self.request_id
        with self.sdk() as client:
            client.untyped(model_id).job(request_id).wait(timeout=600)
        result: dict[str, Any] = self.get(f"/requests/{request_id}/result", include_cost="true")
        return result

    @cached_property
    def cancelled(self) -> tuple[str, dict[str, Any]]:
        """A job that was cancelled right after its submit, and the reply to that."""
        request_id: str = self.submit().json()["request_id"]
        reply = self.call("POST", f"/requests/{request_id}/cancel")
        assert reply.is_success, reply.text[:300]
        return request_id, reply.json()


def live_service(environment: Mapping[str, str]) -> Service | str:
    """Return the real service, or why it is not asked."""
    if environment.get("RUNCOMFY_LIVE_TESTS") != "1":
        return "the live API is asked only with RUNCOMFY_LIVE_TESTS=1 and a token"
    if not (token := environment.get("RUNCOMFY_API_TOKEN", "")):
        return "RUNCOMFY_LIVE_TESTS=1 needs a token in RUNCOMFY_API_TOKEN"
    base = environment.get("RUNCOMFY_MODEL_API_BASE", LIVE_BASE)
    account = environment.get("RUNCOMFY_SERVERLESS_API_BASE", LIVE_ACCOUNT)
    return Service(base.rstrip("/"), account.rstrip("/"), token)


LIVE = live_service(os.environ)  # before a fixture takes the token away
SPENDS = os.environ.get("RUNCOMFY_LIVE_SPEND") == "1"
