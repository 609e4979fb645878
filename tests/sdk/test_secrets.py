"""Fields of the format `password` and write-only ones: sent, and never stored or shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .._support.sdk import TOKEN, Sdk, imported_sdk, properties

SECRET = "hunter2-secret"
HOOK: dict[str, Any] = {
    "type": "object",
    "required": ["url", "key"],
    "properties": {"url": {"type": "string"}, "key": {"type": "string", "writeOnly": True}},
}
DESCRIBED: dict[str, Any] = {
    "prompt": {"type": "string"},
    "pass-word": {"type": "string", "format": "password"},
    "hooks": {"type": "array", "items": HOOK},
}
CASE = properties("prompt", "pass-word", **DESCRIBED)
MODEL = "acme/locked/thing"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    folder = tmp_path_factory.mktemp("locked")
    with imported_sdk("sdk_under_test_locked", {MODEL: CASE}, folder) as sdk:
        yield sdk


def record(password: str = SECRET) -> dict[str, Any]:
    hooks = [{"url": "https://example.com", "key": SECRET}]
    return {
        "model_id": MODEL,
        "input": {"prompt": "a cat", "pass-word": password, "hooks": hooks},
        "extra_body": {"more": 1},
    }


def test_a_journal_holds_no_secret_and_goes_on_without_it(locked: Sdk, tmp_path: Path) -> None:
    journal, sheet = tmp_path / "jobs.sqlite", tmp_path / "sheet.html"
    batches = locked.module("batches")
    with Emulator(locked.endpoints(), token=TOKEN) as emulator:
        with locked.client(emulator.base_url) as client:
            for _ in range(2):
                [outcome] = client.batch([record()], journal=journal).run().outcomes
                assert outcome.error is None
            assert SECRET not in repr(outcome)
            with batches.Journal(journal) as opened:
                [entry] = opened.entries()
                assert entry.input["pass-word"] == entry.input["hooks"][0]["key"] == "***"
                assert (entry.input["prompt"], entry.input["more"]) == ("a cat", 1)
            batches.contact_sheet(journal, sheet)
            with pytest.raises(locked.module("errors").RunComfyError) as changed:
                client.batch([record("another")], journal=journal).run()
            assert "another" not in str(changed.value)
        [received] = [each for each in emulator.received if each.method == "POST"]
        assert received.body["pass-word"] == received.body["hooks"][0]["key"] == SECRET
    for file in tmp_path.iterdir():
        assert SECRET.encode() not in file.read_bytes(), file.name


def test_the_repr_of_an_untyped_request_shows_nothing_of_it(locked: Sdk) -> None:
    body = locked.module("_api.protocol").PlainBody({"key": SECRET, "image": "x" * 9_000_000})
    assert len(repr(body)) < 100
    assert SECRET not in repr(body)
