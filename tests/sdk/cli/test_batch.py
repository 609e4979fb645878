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
    assert (cli.folder / "in.jsonl.sqlite").is_file()
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
    ('{"model_id": "' + MODEL + '", "input": {"prompt": 7}}', [], 65, "line 1, images: "),
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
    with journal(cli.folder / "in.jsonl.sqlite") as opened:
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


def submits(cli: CommandLine) -> list[str]:
    return [each.path for each in cli.emulator.received if each.method == "POST"]


def test_the_journal_is_named_wherever_it_matters(cli: CommandLine, inputs: Path) -> None:
    assert "INPUTS.sqlite" in cli("batch", "--help").out
    cli.emulator.behaviour = Behaviour(submit_fault="drop_after_accept", fault_count=1)
    ended = cli("batch", inputs, "-o", "out")
    journal = f"{inputs}.sqlite"
    assert f"the journal is {journal}" in ended.err.splitlines()[-1]
    assert f"rerun with the journal {journal} and --attach" in ended.err
    ended = cli("batch", inputs, "-o", "out", "--json")
    assert json.loads(ended.out)["journal"] == journal


def test_a_journal_of_the_former_name_is_used(cli: CommandLine, inputs: Path) -> None:
    cli("batch", inputs, "-o", "out", "--journal", "in.sqlite")
    ended = cli("batch", inputs, "-o", "out")
    assert ended.code == 0
    assert ended.err.rstrip().endswith("in.sqlite")
    assert not Path("in.jsonl.sqlite").exists()
    assert len(submits(cli)) == 3


def test_another_database_of_the_former_name_is_left_alone(cli: CommandLine, inputs: Path) -> None:
    Path("in.sqlite").write_bytes(b"SQLite format 3")
    assert cli("batch", inputs, "-o", "out").code == 0
    assert Path("in.sqlite").read_bytes() == b"SQLite format 3"
    assert Path("in.jsonl.sqlite").is_file()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_second_journal_for_the_same_requests_is_refused(
    cli: CommandLine, inputs: Path, options: list[str]
) -> None:
    cli("batch", inputs, "-o", "out")
    moved = inputs.rename(cli.folder / "moved.jsonl")
    ended = cli("batch", moved, "-o", "out", *options)
    assert ended.code == 1
    assert f"{moved}.sqlite: would be a new journal, but {inputs}.sqlite" in ended.err
    assert "3 of them submitted. Nothing was sent" in ended.err
    assert f"--journal {inputs}.sqlite" in ended.err
    assert not Path(f"{moved}.sqlite").exists()
    assert len(submits(cli)) == 3
    assert cli("batch", moved, "-o", "out", "--journal", f"{inputs}.sqlite").code == 0
    Path("elsewhere").mkdir()
    assert cli("batch", moved, "-o", "out", "--journal", "elsewhere/again.sqlite").code == 0
    assert len(submits(cli)) == 6


def test_a_new_journal_for_other_requests_is_made(cli: CommandLine, inputs: Path) -> None:
    cli("batch", inputs, "-o", "out")
    more = written(cli, 4).rename(cli.folder / "more.jsonl")
    assert cli("batch", more, "-o", "out").code == 0
    assert len(submits(cli)) == 7


def test_requests_that_were_never_submitted_may_move(cli: CommandLine, inputs: Path) -> None:
    cli.emulator.behaviour = Behaviour(submit_fault="payment_required")
    cli("batch", inputs, "-o", "out")
    cli.emulator.behaviour = Behaviour()
    assert cli("batch", inputs, "-o", "out", "--journal", "other.sqlite").code == 0


def test_all_problems_of_all_lines_come_in_one_round(cli: CommandLine) -> None:
    image = {"prompt": "x", "images": ["https://example.com/a.png"]}
    lines = [
        json.dumps({"model_id": MODEL, "input": image}),
        "{",
        "",
        json.dumps({"key": "dog [1]", "model_id": MODEL, "input": {"prompt": 7}}),
        json.dumps({"model_id": "openai/gpt-image-2/edti", "input": {}}),
        json.dumps({"model_id": "none/like/it", "input": {}}),
        json.dumps({"key": "dog [1]", "model_id": MODEL, "input": image}),
        json.dumps({"model": MODEL, "input": image}),
    ]
    path = cli.folder / "in.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    ended = cli("batch", path, "--json")
    assert ended.code == 65
    problems = json.loads(ended.out)["error"]["problems"]
    assert [problem["field"] for problem in problems] == [
        "line 2",
        "line 4, prompt",
        "line 4, images",
        "line 5, model_id",
        "line 6, model_id",
        "line 7",
        "line 8, model",
        "line 8, model_id",
    ]
    texts = [problem["message"] for problem in problems]
    assert "the key of line 4" in texts[5]
    assert texts[3] == (
        "this package has no model 'openai/gpt-image-2/edti'; did you mean "
        "'openai/gpt-image-2/edit'? --untyped sends it unchecked"
    )
    assert "`models` lists them all. --untyped" in texts[4]
    assert not submits(cli)


def test_untyped_sends_what_the_package_does_not_know(cli: CommandLine) -> None:
    path = cli.folder / "in.jsonl"
    path.write_text(json.dumps({"model_id": "acme/new/model", "input": {"a": 1}}), "utf-8")
    assert cli("batch", path).code == 65
    assert not submits(cli)
    cli("batch", path, "--untyped")
    assert submits(cli) == ["/v1/models/acme/new/model"]


def test_a_dry_run_submits_nothing_and_makes_nothing(cli: CommandLine, inputs: Path) -> None:
    ended = cli("batch", inputs, "-o", "out", "--dry-run")
    assert ended.code == 0, ended.err
    rows = [line.split("\t") for line in ended.out.splitlines()]
    assert [row[:3] for row in rows] == [
        [str(number), MODEL, "not known (the price is not published)"] for number in (1, 2, 3)
    ]
    assert json.loads(rows[0][3])["prompt"] == "1"
    assert "estimate: $0.00 for 0 of 3 requests, and 3 whose cost is not known" in ended.err
    assert f"journal: {inputs}.sqlite" in ended.err
    assert "balance: $" in ended.err
    assert not submits(cli)
    assert {path.name for path in cli.folder.iterdir()} == {"in.jsonl", "saw.png"}


def test_a_dry_run_leaves_out_what_is_submitted(cli: CommandLine, inputs: Path) -> None:
    cli("batch", inputs, "-o", "out")
    with inputs.open("a", encoding="utf-8") as file:
        file.write("\n" + inputs.read_text("utf-8").splitlines()[0].replace('"1"', '"4"'))
    ended = cli("batch", inputs, "-o", "out", "--dry-run", "--json")
    printed = json.loads(ended.out)
    assert [request["key"] for request in printed["requests"]] == ["4"]
    assert printed["estimate"] == {"usd": 0, "unknown": 1}
    assert printed["balance"]["currency"] == "USD"
    assert len(submits(cli)) == 3
