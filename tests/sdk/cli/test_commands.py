"""Each command: its data, its words, its exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Behaviour

from ..._support.cli import CommandLine
from ..._support.sdk import Case, imported_sdk

OWN = "acme/output/own"
EDIT = "openai/gpt-image-2/edit"
AT_ONCE = Behaviour(statuses=("completed",))
PYTHON_WORDS = ("wait()", ".job(", "extra_body=", "api_token=", "Traceback", "error_code=")


def submitted(cli: CommandLine) -> str:
    ended = cli("submit", OWN, "--prompt", "x")
    assert ended.code == 0, ended.err
    return ended.out.strip()


def test_run_saves_the_outputs(cli: CommandLine) -> None:
    ended = cli("run", EDIT, "--prompt", "x", "--images", "saw.png", "saw.png", "-o", "out dir")
    assert ended.code == 0, ended.err
    [file] = Path("out dir").iterdir()
    assert ended.out == f"{file}\n"
    assert len(cli.posted()[0]["images"]) == 2
    lines = ended.err.splitlines()
    assert "submitted to openai/gpt-image-2/edit" in lines[0]
    assert "in the queue, position" in lines[1]
    assert "completed, $" in lines[-1]


@pytest.mark.parametrize("folder", ["saw.png", "saw.png/sub"])
def test_a_folder_that_cannot_be_is_told_before_it_is_paid_for(
    cli: CommandLine, folder: str
) -> None:
    Path("in.jsonl").write_text('{"model_id": "acme/output/own", "input": {"prompt": "x"}}')
    for arguments in (
        ("run", EDIT, "--prompt", "x", "--images", "saw.png"),
        ("batch", "in.jsonl"),
        ("download", "id"),
    ):
        ended = cli(*arguments, "-o", folder)
        assert ended.code == 64
        assert ended.err.endswith("saw.png is not a folder\n")
    assert cli.emulator.received == []


def test_run_without_a_folder_prints_the_urls(cli: CommandLine) -> None:
    cli.emulator.behaviour = AT_ONCE
    ended = cli("run", EDIT, "--prompt", "x", "--images", "saw.png")
    assert ended.code == 0
    assert ended.out.startswith("http://127.0.0.1")
    assert "\x1b" not in ended.out + ended.err


def test_run_as_json(cli: CommandLine) -> None:
    cli.emulator.behaviour = AT_ONCE
    ended = cli("run", "openai.gpt_image_2.edit", "--prompt", "x", "--images", "saw.png", "--json", "-o", "out")  # fmt: skip
    data = json.loads(ended.out)
    assert data["model_id"] == EDIT
    assert data["status"] == "completed"
    assert data["output"]["image"] == data["urls"][0]
    assert [Path(each).read_bytes()[:4] for each in data["files"]] == [b"\x89PNG"]


def test_a_job_by_its_id_alone(cli: CommandLine) -> None:
    cli.emulator.behaviour = Behaviour(statuses=("in_queue", "in_progress", "completed"))
    request_id = submitted(cli)
    assert cli("status", request_id).out.startswith("in the queue, position ")
    status = json.loads(cli("status", request_id, "--json").out)
    assert (status["status"], status["finished"]) == ("in_progress", False)
    # The read of the result moves the emulator's job on as well.
    assert cli("result", request_id).code == 0
    result = json.loads(cli("result", request_id, "--json").out)
    assert (result["request_id"], result["model_id"]) == (request_id, OWN)
    assert cli("download", request_id, "-o", "out").code == 0
    assert list(Path("out").iterdir())
    assert cli("cancel", request_id).code == 1


def test_a_result_that_is_not_ready(cli: CommandLine) -> None:
    cli.emulator.behaviour = Behaviour(statuses=("in_queue",))
    request_id = submitted(cli)
    ended = cli("result", request_id)
    assert (ended.code, ended.out) == (75, "")
    assert "--wait" in ended.err
    ended = cli("result", request_id, "--wait", "--timeout", "0.1")
    assert ended.code == 75
    assert f"-m sdk_under_test result {request_id} --wait" in ended.err
    ended = cli("cancel", request_id, "--json")
    assert (ended.code, json.loads(ended.out)["outcome"]) == (0, "cancelled")


FAULTS: list[tuple[dict[str, Any], int, str]] = [
    ({"submit_fault": "insufficient_balance"}, 65, "Add funds"),
    ({"submit_fault": "payment_required"}, 65, "Add funds"),
    ({"submit_fault": "permission_denied"}, 77, "another account"),
    ({"submit_fault": "token_echo"}, 77, "new token"),
    ({"submit_fault": "html_502"}, 1, "look under Generations"),
    ({"submit_fault": "drop_after_accept"}, 1, "look under Generations"),
    ({"submit_fault": "missing_request_id"}, 1, "look under Generations"),
    ({"statuses": ("failed",)}, 1, "could not process this input"),
    ({"statuses": ("cancelled",)}, 1, "cancelled"),
    ({"statuses": ("completed",), "carriers": ()}, 1, "without usable output"),
    ({"statuses": ("completed",), "output_fault": "gone"}, 1, "-m sdk_under_test download "),
]


@pytest.mark.parametrize(("behaviour", "code", "words"), FAULTS)
def test_what_goes_wrong(
    cli: CommandLine, behaviour: dict[str, Any], code: int, words: str
) -> None:
    cli.emulator.behaviour = Behaviour(**behaviour)
    ended = cli("run", EDIT, "--prompt", "x", "--images", "saw.png", "-o", "out", "--json")
    assert ended.code == code, ended.err
    assert words in ended.err
    assert not [word for word in PYTHON_WORDS if word in ended.err]
    assert cli.emulator.token not in ended.err + ended.out
    error = json.loads(ended.out)["error"]
    assert (error["exit_code"], error["model_id"]) == (code, EDIT)
    assert len(cli.posted()) == 1, "a submit is never repeated in doubt"


def test_requests_that_are_not_there(cli: CommandLine) -> None:
    assert cli("status", "no-such-id").code == 65
    assert cli("status", "no such id").code == 65


def test_no_connection(cli: CommandLine) -> None:
    ended = cli("submit", OWN, "--prompt", "x", "--base-url", "http://127.0.0.1:9")
    assert ended.code == 69
    assert "Nothing was sent" in ended.err


def test_without_a_token(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNCOMFY_API_TOKEN")
    ended = cli("status", "id")
    assert ended.code == 77
    assert "export RUNCOMFY_API_TOKEN=" in ended.err
    assert not [word for word in PYTHON_WORDS if word in ended.err]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["status"], "REQUEST_ID"),
        (["nonsense"], "nonsense"),
        (["run", "--prompt", "x", EDIT], "name the model first"),
        (["run", EDIT, "--timeout", "soon"], "--timeout"),
        (["run", EDIT, "--timeout", "-1"], "--timeout: must be a finite number above 0"),
        (
            ["status", "id", "--base-url", "http://example.com"],
            "--base-url: must be https for example.com",
        ),
    ],
)
def test_wrong_usage(cli: CommandLine, arguments: list[str], words: str) -> None:
    ended = cli(*arguments)
    assert ended.code == 64
    assert words in ended.err + ended.out
    assert cli.emulator.received == []


@pytest.mark.parametrize(("arguments", "words"), [([], "Usage"), (["run"], "MODEL")])
def test_nothing_given_is_a_question(cli: CommandLine, arguments: list[str], words: str) -> None:
    ended = cli(*arguments)
    assert ended.code in (64, 0)  # click before 8.2 takes it for --help
    assert words in ended.err + ended.out


@pytest.mark.parametrize("name", ["openai/gpt-image-2", "gpt_image_2", "OPENAI/gpt-image2/edit"])
def test_a_mistyped_model(cli: CommandLine, name: str) -> None:
    for command in ("run", "show"):
        ended = cli(command, name)
        assert ended.code == 65
        assert f"\n  {EDIT}\n" in ended.err
    assert "did you mean" not in cli("show", "zzz").err


@pytest.mark.parametrize(("option", "value", "message"), [
    ("--gives", "picture", "--gives: must be one of 'image', 'video', 'audio'; got 'picture'"),
    ("--max-usd", "-1", "--max-usd: must be US dollars, at least 0; got -1.0"),
])  # fmt: skip
def test_models_refuses_a_wrong_option(
    cli: CommandLine, option: str, value: str, message: str
) -> None:
    run = cli("models", option, value)
    assert run.code == 64
    assert message in run.err


def test_models(cli: CommandLine) -> None:
    assert [line.split("\t")[0] for line in cli("models").out.splitlines()] == sorted(cli.sdk.cases)
    assert cli("models", "IMAGE-2").out.startswith(f"{EDIT}\t")
    assert json.loads(cli("models", "image-2", "--json").out) == [
        {"model_id": EDIT, "attribute_path": "openai.gpt_image_2.edit"}
    ]
    assert cli("models", "zzz").code == 1
    assert cli("models", "--takes", "image", "--takes", "images").out.split("\t")[0] == EDIT
    assert cli("models", "--max-usd", "5").code == 1, "no price is published"


@pytest.mark.parametrize(("arguments", "words"), [
    (("--takes", "vidio"), "no model takes 'vidio'; did you mean 'video'?"),
    (("--takes", "prompts"), "no model takes 'prompts'; did you mean 'prompt'?"),
    (("--task", "draw"), "no model has the category 'draw'"),
    (("zzz", "--takes", "image"), "no model matches 'zzz' --takes image; "),
    (("--gives", "audio", "--max-usd", "5"), "no model matches --gives audio --max-usd 5; "),
])  # fmt: skip
def test_models_says_what_matches_none(
    cli: CommandLine, arguments: tuple[str, ...], words: str
) -> None:
    run = cli("models", *arguments)
    assert (run.code, run.out) == (1, "")
    assert words in run.err


@pytest.mark.parametrize(
    "command", [("show",), ("status",), ("batch",), ("models",), ("run", EDIT)]
)
def test_help_shows_no_types_of_python(cli: CommandLine, command: tuple[str, ...]) -> None:
    said = cli(*command, "--help").out
    assert "--json" in said
    assert not re.search(r"<\w+>|\{[A-Z_]+\}", said)


def test_show(cli: CommandLine) -> None:
    said = cli("show", "openai/gpt-4o-image/edit").out
    assert "--image *" in said
    assert "One of 3:2, 1:1, 2:3." in " ".join(said.split())
    assert "client.openai.gpt_4o_image.edit.run(...)" in said
    data = json.loads(cli("show", EDIT, "--json").out)
    assert data["input_schema"] == cli.sdk.cases[EDIT].input


def test_help_of_a_model(cli: CommandLine) -> None:
    said = cli("run", "acme/every/thing", "--help").out
    for words in ("sdk_under_test run acme/every/thing", "--prompt-image", "--promptImage"):
        assert words in " ".join(said.split()) or words in said
    assert "FILE|URL" in said
    assert "--extra-body" in said
    assert cli("submit", EDIT, "-h").code == 0


def test_help_without_docstrings(cli: CommandLine) -> None:
    """`python -OO` removes docstrings, and with them what is read from docstrings."""
    ended = cli.process("show", EDIT, env={**cli.environment, "PYTHONOPTIMIZE": "2"})
    assert "1 to 10 images (file or URL, - for stdin)." in " ".join(ended.stdout.split())
    assert "bytes" not in ended.stdout


@pytest.mark.parametrize("command", ["run", "submit"])
def test_no_option_of_a_command_is_a_fields(cli: CommandLine, command: str) -> None:
    options = set(re.findall(r"--[a-z-]+", cli(command, OWN, "--help").out.partition(" input ")[0]))
    assert options
    assert options <= cli.sdk.module("cli._fields").RESERVED


def test_the_vendors_text_steers_no_terminal(tmp_path: Path, capsys: Any) -> None:
    odd = {"type": "string", "description": "[red]a[/red] [/nope] \x1b[31mb\x9b5m\u202e"}
    case = Case({"type": "object", "properties": {"prompt": odd}})
    facts = {
        "display_name": "Mark \x1b]0;up\x07",
        "categories": ["text-to-image"],
        "base_price_usd": 0.036,
        "price_unit": "output",
    }
    with imported_sdk("acme_markup", {"acme/mark/up": case}, tmp_path) as sdk:
        file = tmp_path / "acme_markup/models/acme/mark/up.json"
        file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **facts}), "utf-8")
        assert sdk.module("cli").main(["models", "mark"]) == 0
        line = "acme/mark/up\ttext-to-image\t$0.036 per output\tacme.mark.up\n"
        assert capsys.readouterr().out == line
        for command in ("show", "run"):
            help_of_it = () if command == "show" else ("--help",)
            assert sdk.module("cli").main([command, "acme/mark/up", *help_of_it]) == 0
            said = capsys.readouterr().out
            assert "[red]a[/red]" in said
            assert not {"\x1b", "\x9b", "\u202e"} & set(said)


def test_a_servers_text_steers_no_terminal(cli: CommandLine) -> None:
    """In a state, in a reason, in an error, in a URL: in a pipe as well, where it is shown next."""
    evil = "[red]a[/red] [/nope] \x1b[31mb\x9b5m\u202e"
    run = "run", EDIT, "--prompt", "x", "--images", "saw.png"
    cli.emulator.behaviour = Behaviour(statuses=(evil, "failed"), failure=evil)
    ended = cli(*run)
    said = ended.out + ended.err
    assert said.count("[red]a[/red] [/nope]") == 2
    cli.emulator.behaviour = Behaviour(statuses=(evil,))
    request_id = submitted(cli)
    for command in ("status", "result", "download"):
        ended = cli(command, request_id, *(["--timeout", "0.1"] if command == "download" else []))
        said += ended.out + ended.err
    assert said.count("[red]a[/red] [/nope]") >= 5
    assert not {"\x1b", "\x9b", "\u202e"} & set(said)


def test_a_url_is_one_line(cli: CommandLine, capsys: pytest.CaptureFixture[str]) -> None:
    modules = cli.sdk.module("jobs"), cli.sdk.module("cli._jobs")
    raw = {"output": {"images": ["https://a.example/\nrm -rf\x1b[31m"]}, "request_id": "r"}
    result = modules[0].Result.__new__(modules[0].Result)
    result.__dict__.update(raw=raw, request_id="r", status="completed", cost=None)
    modules[1].show_result(result, None)
    assert capsys.readouterr().out == "https://a.example/\\nrm -rf\\x1b[31m\n"


@pytest.mark.parametrize("command", ["run", "submit", "show"])
def test_an_unknown_model_as_json(cli: CommandLine, command: str) -> None:
    ended = cli(command, "nope/model", "--json")
    assert ended.code == 65
    assert json.loads(ended.out)["error"]["model_id"] == "nope/model"


@pytest.mark.parametrize("command", ["run", "submit"])
def test_a_dry_run_prints_the_body_and_submits_nothing(cli: CommandLine, command: str) -> None:
    given = ["--prompt", "a dog", "--images", "saw.png", "https://example.com/a.png"]
    ended = cli(command, EDIT, *given, "--dry-run", "--extra-body", '{"new": 1}')
    assert ended.code == 0, ended.err
    assert json.loads(ended.out) == {
        "prompt": "a dog",
        "images": ["saw.png", "https://example.com/a.png"],
        "new": 1,
    }
    assert "estimate: not known (the price is not published)" in ended.err
    assert "balance: $" in ended.err
    assert "Nothing was submitted." in ended.err
    assert all(each.method == "GET" for each in cli.emulator.received)
    ended = cli(command, EDIT, *given, "--dry-run", "--json")
    printed = json.loads(ended.out)
    assert printed["model_id"] == EDIT
    assert printed["body"]["prompt"] == "a dog"
    assert printed["estimate"] == {"usd": None, "basis": "the price is not published"}
    assert printed["balance"] == {"usd": 5.0, "currency": "USD"}


def test_a_dry_run_refuses_what_a_submit_refuses(cli: CommandLine) -> None:
    ended = cli("run", EDIT, "--promt", "a dog", "--images", "no.png", "--dry-run")
    assert ended.code == 65
    assert "--images" in ended.err
    assert not cli.emulator.received


def test_a_dry_run_shows_the_rest_without_a_balance(cli: CommandLine) -> None:
    given = ["--prompt", "a dog", "--images", "saw.png", "--dry-run"]
    ended = cli("run", EDIT, *given, "--base-url", "http://127.0.0.1:9/v1")
    assert ended.code == 0
    assert json.loads(ended.out)["prompt"] == "a dog"
    assert "balance: not known (" in ended.err
