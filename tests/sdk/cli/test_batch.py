"""`batch`: a file of requests, run, interrupted and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Behaviour

from ..._support.cli import CommandLine

MODEL = "openai/gpt-image-2/edit"


@pytest.fixture
def inputs(cli: CommandLine) -> Path:
    return written(cli, 3)


def written(cli: CommandLine, count: int) -> Path:
    lines = [
        {"model_id": MODEL, "input": {"prompt": str(n), "images": ["https://example.com/a.png"]}}
        for n in range(1, count + 1)
    ]
    path = cli.folder / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return path


def test_a_file_of_requests(cli: CommandLine, inputs: Path) -> None:
    ended = cli("batch", inputs, "-o", cli.folder / "out")
    assert ended.code == 0, ended.err
    rows = [line.split("\t") for line in ended.out.splitlines()]
    assert [row[:2] for row in rows] == [["1", "completed"], ["2", "completed"], ["3", "completed"]]
    assert all(Path(row[3]).is_file() for row in rows)
    assert "3 completed" in ended.err
    assert (cli.folder / "out" / "index.html").is_file()
    assert (cli.folder / "in.sqlite").is_file()
    ended = cli("batch", inputs, "-o", cli.folder / "out", "--json")
    outcomes = json.loads(ended.out)["outcomes"]
    assert [outcome["request_id"] for outcome in outcomes] == [row[2] for row in rows]
    assert len(cli.posted()) == 3


def test_what_is_in_doubt_and_how_it_is_resolved(cli: CommandLine, inputs: Path) -> None:
    cli.emulator.behaviour = Behaviour(submit_fault="drop_after_accept", fault_count=2)
    arguments = ["batch", inputs, "-o", cli.folder / "out", "--concurrency", 1]
    ended = cli(*arguments)
    assert ended.code == 1
    assert "2 unknown: " in ended.err
    assert "--attach KEY=REQUEST_ID" in ended.err
    accepted = {job.body["prompt"]: job.request_id for job in cli.emulator.jobs.values()}
    ended = cli(*arguments, "--attach", f"1={accepted['1']}", "--retry", 2)
    assert ended.code == 0, ended.err
    assert [body["prompt"] for body in cli.posted()] == ["1", "2", "3", "2"]


def test_a_decision_counts_once_however_often_it_is_said(cli: CommandLine, inputs: Path) -> None:
    cli.emulator.behaviour = Behaviour(submit_fault="drop_after_accept", fault_count=2)
    arguments = ["batch", inputs, "-o", cli.folder / "out", "--concurrency", 1, "--timeout", 1]
    cli(*arguments)
    accepted = {job.body["prompt"]: job.request_id for job in cli.emulator.jobs.values()}
    cli.emulator.behaviour = Behaviour(statuses=("in_progress",))
    decided = ["--attach", f"1={accepted['1']}", "--retry", 2]
    ended = cli(*arguments, *decided)
    assert "2: " in ended.err
    again = cli(*arguments, *decided)
    assert again.code == 65
    assert "2 is already submitted as " in again.err
    assert "omit it" in again.err
    assert [body["prompt"] for body in cli.posted()] == ["1", "2", "3", "2"]
    assert cli(*arguments, *decided[:2]).code == ended.code


@pytest.mark.parametrize(("line", "options", "code", "words"), [
    ("{", [], 65, "line 1"),
    ('{"model_id": "' + MODEL + '", "input": {"prompt": 7}}', [], 65, "requests['1'].images"),
    ("", ["--attach", "7"], 65, "KEY=REQUEST_ID"),
    ("", ["--retry", "7"], 1, "no such journal"),
    ("", ["--concurrency", "0"], 64, "concurrency"),
])  # fmt: skip
def test_wrong_input_costs_nothing(
    cli: CommandLine, line: str, options: list[str], code: int, words: str
) -> None:
    path = cli.folder / "in.jsonl"
    path.write_text(line, "utf-8")
    ended = cli("batch", path, "-o", cli.folder / "out", *options)
    assert (ended.code, cli.posted()) == (code, [])
    assert words in ended.err


def test_a_file_that_is_not_there(cli: CommandLine) -> None:
    assert cli("batch", cli.folder / "no.jsonl").code == 66


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_leaves_nothing_in_doubt(cli: CommandLine) -> None:
    cli.emulator.behaviour = Behaviour(submit_fault="drop_after_accept")
    cli("batch", written(cli, 1), "-o", "out")
    cli.emulator.behaviour = Behaviour(delay=0.3)
    cli.emulator.received.clear()
    options = ["-o", "out", "--concurrency", 4, "--retry", 1]
    command = cli.command("batch", written(cli, 40), *options)
    with subprocess.Popen(
        command, env=cli.environment, cwd=cli.folder, stderr=subprocess.PIPE, text=True
    ) as running:
        deadline = time.monotonic() + 30
        while not cli.posted():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "rerun this command to resume" in said
    assert "-o out --concurrency 4\n" in said, "what was decided is not to be decided again"
    assert "Traceback" not in said
    journal: Any = cli.sdk.module().Journal
    with journal(cli.folder / "in.sqlite") as opened:
        states = [entry.state for entry in opened.entries()]
    assert "unknown" not in states
    assert len(cli.emulator.jobs) - 1 == 40 - states.count("pending") < 40


@pytest.mark.parametrize("text", ["saw.png", "./no.png"])
def test_a_local_file_as_text_says_how_it_is_written(cli: CommandLine, text: str) -> None:
    line = {"model_id": MODEL, "input": {"prompt": "x", "images": [text]}}
    (cli.folder / "in.jsonl").write_text(json.dumps(line), "utf-8")
    ended = cli("batch", cli.folder / "in.jsonl")
    assert ended.code == 65
    assert '{"$file": ' in ended.err
    assert cli.posted() == []
