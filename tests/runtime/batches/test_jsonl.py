"""A batch as a file of lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runcomfy import InvalidRequestError, RunComfy, read_jsonl
from runcomfy.testing import Emulator
from runcomfy.testing._media import png


def test_lines_become_requests(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    lines = [
        '\ufeff{"model_id": "a/b", "input": {"prompt": "x"}}',
        "",
        '{"key": "hero", "model_id": "a/b", "input": {}, "extra_body": {"y": 1}}\r',
        '{"model_id": "a/b", "input": {"images": [{"$file": "a.png"}], "loras": [{"path": "x"}]}}',
    ]
    file.write_text("\n".join(lines), "utf-8")
    assert read_jsonl(file) == {
        "1": {"model_id": "a/b", "input": {"prompt": "x"}},
        "hero": {"model_id": "a/b", "input": {}, "extra_body": {"y": 1}},
        "3": {
            "model_id": "a/b",
            "input": {"images": [tmp_path / "a.png"], "loras": [{"path": "x"}]},
        },
    }


def test_all_that_is_wrong_with_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(
        '{"a"\n[]\n{"x": NaN}\n{"a": 1, "a": 2}\n{"key": 1}\n{"key": "k"}\n{"key": "k"}'
    )
    with pytest.raises(InvalidRequestError, match=r"in\.jsonl: 6 problems") as caught:
        read_jsonl(file)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["line 1", "line 2", "line 3", "line 4", "line 5", "line 7"]
    file.write_bytes(b"\xff")
    with pytest.raises(InvalidRequestError, match="must be UTF-8"):
        read_jsonl(file)


def test_files_beside_it_are_sent(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(8, 8, (255, 0, 0), (0, 0, 255)))
    line = {
        "model_id": "openai/gpt-image-2/edit",
        "input": {"prompt": "x", "images": [{"$file": "a.png"}]},
    }
    (tmp_path / "in.jsonl").write_text(json.dumps(line))
    with Emulator() as emulator, RunComfy(emulator.token, base_url=emulator.base_url) as client:
        given = read_jsonl(tmp_path / "in.jsonl")
        assert client.batch(given, journal=tmp_path / "j.sqlite").run().is_complete
        [job] = emulator.jobs.values()
    assert job.body["images"][0].startswith("data:image/png;base64,")
