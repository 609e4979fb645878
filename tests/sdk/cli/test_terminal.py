"""Progress and Ctrl-C on a pseudo-terminal, and Ctrl-C without one."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from runcomfy_codegen.runtime.testing import Behaviour

from ..._support.cli import CommandLine
from ..._support.terminals import PATIENCE, terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

EDIT = "openai/gpt-image-2/edit"
RUN = ("run", EDIT, "--prompt", "x", "--images", "saw.png", "-o", "my out")
WAITS = Behaviour(statuses=("in_queue",))


def test_progress(cli: CommandLine) -> None:
    with terminal(cli, *RUN) as screen:
        screen.until("submitted to openai/gpt-image-2/edit")
        screen.until("in the queue, position 0")
        screen.until("0:00:0")
        assert screen.ends() == 0
    assert "my out/" in screen.text
    assert cli.emulator.token not in screen.screen


def test_ctrl_c_cancels_on_demand(cli: CommandLine) -> None:
    cli.emulator.behaviour = WAITS
    with terminal(cli, *RUN) as screen:
        screen.until("in the queue")
        screen.interrupt()
        screen.until("Cancel the job (c), or leave it (Enter)?")
        screen.type("c\n")
        assert screen.ends() == 1
    assert "cancelled, it will not run" in screen.text
    assert "pick it up" not in screen.text
    [job] = cli.emulator.jobs.values()
    assert [each.path for each in cli.emulator.received][-1].endswith("/cancel")
    assert job.request_id in screen.text


def test_a_job_that_cannot_be_cancelled_is_left(cli: CommandLine) -> None:
    cli.emulator.behaviour = Behaviour(statuses=("in_queue",), cancel="not_cancellable")
    with terminal(cli, *RUN) as screen:
        screen.until("in the queue")
        screen.interrupt()
        screen.until("leave it (Enter)?")
        screen.type("c\n")
        assert screen.ends() == 1
    assert "not cancelled: only a queued job can be" in screen.text
    [request_id] = cli.emulator.jobs
    assert f"download {request_id} -o 'my out'" in screen.text


@pytest.mark.parametrize("answer", ["enter", "ctrl-c"])
def test_ctrl_c_leaves_the_job(cli: CommandLine, answer: str) -> None:
    cli.emulator.behaviour = WAITS
    with terminal(cli, *RUN) as screen:
        screen.until("in the queue")
        screen.interrupt()
        screen.until("leave it (Enter)?")
        if answer == "enter":
            screen.type("\n")
        else:
            screen.interrupt()
        assert screen.ends() == 1
    assert not [each for each in cli.emulator.received if each.path.endswith("/cancel")]
    assert "Traceback" not in screen.text


def test_ctrl_c_while_the_cancel_is_not_answered(cli: CommandLine) -> None:
    cli.emulator.behaviour = WAITS
    with terminal(cli, *RUN) as screen:
        screen.until("in the queue")
        screen.interrupt()
        screen.until("leave it (Enter)?")
        cli.emulator.behaviour = Behaviour(delay=30)
        screen.type("c\n")
        eventually(lambda: cli.emulator.received[-1].path.endswith("/cancel"))
        screen.interrupt()
        assert screen.ends() == 1
    [request_id] = cli.emulator.jobs
    assert "the cancel is not confirmed" in screen.text
    assert f"download {request_id} -o 'my out'" in screen.text


def test_ctrl_c_while_it_saves(cli: CommandLine) -> None:
    """Offer no cancel, as nothing is left to cancel."""
    cli.emulator.behaviour = Behaviour(statuses=("completed",), output_fault="oversize_stream")
    with terminal(cli, *RUN) as screen:
        screen.until("saving in my out")
        screen.interrupt()
        assert screen.ends() == 1
    [request_id] = cli.emulator.jobs
    assert "Cancel the job" not in screen.text
    assert f"{request_id} is done and paid for" in screen.text
    assert f"download {request_id} -o 'my out'" in screen.text


def test_ctrl_c_before_the_submit(cli: CommandLine) -> None:
    with terminal(cli, "run", EDIT, "--input", "-") as screen:
        screen.type('{"prompt": "x"')
        screen.until('{"prompt"')
        time.sleep(2)  # for the program to wait for the rest: nothing tells when it does
        screen.interrupt()
        assert screen.ends() == 1
    assert "nothing was sent" in screen.text or screen.text.rstrip().endswith("interrupted")
    assert "Traceback" not in screen.text
    assert cli.emulator.received == []


def test_ctrl_c_between_two_submits(cli: CommandLine) -> None:
    cli.emulator.behaviour = Behaviour(submit_fault="rate_limited")
    with terminal(cli, *RUN) as screen:
        screen.until("submitting again in")
        screen.interrupt()
        assert screen.ends() == 1
    assert "interrupted, nothing was accepted" in screen.text


def test_it_says_that_it_tries_again(cli: CommandLine) -> None:
    """Without a connection, half a minute of silence looks like a hang."""
    with terminal(cli, "status", "id", "--base-url", "http://127.0.0.1:9") as screen:
        screen.until("again in")
        screen.interrupt()
        assert screen.ends() == 1
    assert "GET 127.0.0.1" in screen.text
    with terminal(cli, *RUN) as screen:
        screen.until("submitted to")
        cli.emulator.behaviour = Behaviour(read_fault="html_502", fault_count=1)
        screen.until("HTTP 502]; again in")
        assert screen.ends() == 0


@pytest.mark.parametrize(("columns", "words"), [("120", "in Python"), ("50", "model")])
def test_a_narrow_terminal_leaves_names_whole(cli: CommandLine, columns: str, words: str) -> None:
    with terminal(cli, "models", COLUMNS=columns) as screen:
        assert screen.ends() == 0
    assert set(cli.sdk.cases) <= set(screen.text.split())
    assert words in screen.text
    assert ("openai.gpt_image_2.edit" in screen.text) == (columns == "120")
    with terminal(cli, "show", EDIT, COLUMNS=columns) as screen:
        assert screen.ends() == 0
    assert {"--aspect-ratio", "--resolution"} <= set(screen.text.split())


def test_a_dumb_terminal_has_plain_lines(cli: CommandLine) -> None:
    with terminal(cli, *RUN, TERM="dumb") as screen:
        assert screen.ends() == 0
    assert "\x1b" not in screen.screen
    assert "in the queue, position 0 (" in screen.text


def eventually(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_ctrl_c_while_submitting(cli: CommandLine) -> None:
    cli.emulator.behaviour = Behaviour(submit_fault="stall_after_accept")
    with terminal(cli, *RUN) as screen:
        end = time.monotonic() + PATIENCE
        while not cli.emulator.jobs and time.monotonic() < end:
            time.sleep(0.02)
        screen.interrupt()
        assert screen.ends() == 1
    assert "the job may have been accepted and may be charged" in screen.text
    assert "Traceback" not in screen.text


def test_ctrl_c_when_the_reply_has_come(cli: CommandLine) -> None:
    """Keep the job if the reply has the id and then does not end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        base_url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        with terminal(cli, "submit", "acme/output/own", "--prompt", "x", "--base-url", base_url) as screen:  # fmt: skip
            server.settimeout(PATIENCE)
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                body = b'{"request_id": "req-1"}'
                connection.sendall(b"HTTP/1.1 202 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n" + body)  # fmt: skip
                time.sleep(1)  # for the program to read it: nothing tells when it has
                screen.interrupt()
                assert screen.ends() == 1
    assert f"result req-1 --wait --base-url {base_url}" in screen.text


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["text", "json"])
def test_the_command_that_is_printed_picks_the_job_up(
    cli: CommandLine, as_json: tuple[str, ...]
) -> None:
    """Ctrl-C without a terminal: nobody is asked, and the shell runs what was said."""
    cli.emulator.behaviour = Behaviour(statuses=("in_queue", "in_queue", "in_queue", "completed"))
    program = subprocess.Popen(
        cli.command(*RUN, *as_json, "--base-url", f"{cli.emulator.base_url}/v1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=cli.environment,
        cwd=cli.folder,
        text=True,
    )
    assert program.stderr is not None
    while "in the queue" not in program.stderr.readline():
        assert program.poll() is None
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=PATIENCE)
    assert (program.returncode, bool(out)) == (1, bool(as_json))
    assert "Cancel the job" not in err
    [request_id] = cli.emulator.jobs
    if as_json:
        error = json.loads(out)["error"]
        told = error["request_id"], error["exit_code"], error["retry_safe"]
        assert told == (request_id, 1, False)
    command = next(line for line in err.splitlines() if " download " in line)
    assert request_id in command
    assert not [each for each in cli.emulator.received if each.path.endswith("/cancel")]
    done = subprocess.run(
        ["bash", "-c", command],
        env=cli.environment,
        cwd=cli.folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(cli.posted()) == 1
    assert list((cli.folder / "my out").iterdir())
