"""What a person sees: progress and Ctrl-C on a pseudo-terminal, and Ctrl-C without one."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from runcomfy_codegen.runtime.testing import Behaviour

from .support import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

EDIT = "openai/gpt-image-2/edit"
RUN = ("run", EDIT, "--prompt", "x", "--images", "saw.png", "-o", "my out")
WAITS = Behaviour(statuses=("in_queue",))
PATIENCE = 60.0  # seconds


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, cli: CommandLine, *arguments: object) -> None:
        import pty

        self._master, slave = pty.openpty()
        self._program = subprocess.Popen(
            cli.command(*arguments),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=cli.environment,
            cwd=cli.folder,
            start_new_session=True,
        )
        os.close(slave)
        self.screen = ""

    def until(self, words: str) -> None:
        """Reads until the words are on the screen."""
        end = time.monotonic() + PATIENCE
        while words not in self.text and time.monotonic() < end and self._read():
            pass
        assert words in self.text, self.text

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupt(self) -> None:
        """What the terminal does on Ctrl-C: a signal to the program."""
        self._program.send_signal(signal.SIGINT)

    def ends(self) -> int:
        """The exit code."""
        while self._read():
            pass
        return self._program.wait(PATIENCE)

    @property
    def text(self) -> str:
        """The screen without its colours and cursor movements."""
        return re.sub(r"\x1b\[[?\d;]*[a-zA-Z]|\r", "", self.screen)

    def close(self) -> None:
        if self._program.poll() is None:
            self._program.kill()
            self._program.wait()
        os.close(self._master)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        try:
            data = os.read(self._master, 65536) if ready else b""
        except OSError:  # Linux: the program has closed its end
            return False
        self.screen += data.decode(errors="replace")
        return bool(data)


@contextmanager
def terminal(cli: CommandLine, *arguments: object) -> Iterator[Terminal]:
    opened = Terminal(cli, *arguments)
    try:
        yield opened
    finally:
        opened.close()


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


def test_ctrl_c_while_submitting(cli: CommandLine) -> None:
    cli.emulator.behaviour = Behaviour(submit_fault="stall_after_accept")
    with terminal(cli, *RUN) as screen:
        end = time.monotonic() + PATIENCE
        while not cli.emulator.jobs and time.monotonic() < end:
            time.sleep(0.02)
        screen.interrupt()
        assert screen.ends() == 1
    assert "the job may have been accepted, and may be charged" in screen.text
    assert "Traceback" not in screen.text


def test_ctrl_c_when_the_reply_has_come(cli: CommandLine) -> None:
    """It has the id and then does not end: the job is accepted, and is not lost."""
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


def test_the_command_that_is_printed_picks_the_job_up(cli: CommandLine) -> None:
    """Ctrl-C without a terminal: nobody is asked, and the shell runs what was said."""
    cli.emulator.behaviour = Behaviour(statuses=("in_queue", "in_queue", "in_queue", "completed"))
    program = subprocess.Popen(
        cli.command(*RUN, "--base-url", f"{cli.emulator.base_url}/v1"),
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
    assert (program.returncode, out) == (1, "")
    assert "Cancel the job" not in err
    [request_id] = cli.emulator.jobs
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
