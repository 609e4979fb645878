"""Pickles of version 0.1, whose modules have moved since, can be read."""

from __future__ import annotations

import json
import pickle
from base64 import b64decode
from pathlib import Path

import pytest
import runcomfy

PICKLES = json.loads(Path(__file__).with_name("pickles_0_1.json").read_text("utf-8"))
KINDS = {
    "request": "GptImage2EditRequest",
    "job": "Job",
    "result": "Result",
    "files": "tuple",
    "untyped": "Job",
    "client": "RunComfy",
    "endpoint": "EndpointInfo",
}


@pytest.mark.parametrize("name", PICKLES)
def test_old_pickles_are_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", "of-this-process")
    value = pickle.loads(b64decode(PICKLES[name]))
    assert type(value).__name__ == KINDS[name]
    assert pickle.loads(pickle.dumps(value)) is not None


def test_an_old_result_keeps_its_files() -> None:
    result: runcomfy.Result[object] = pickle.loads(b64decode(PICKLES["result"]))
    assert [file.kind for file in result.files] == ["image"]
    assert result.request_id
