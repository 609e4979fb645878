"""Streams as shells leave them: closed, full, cut off; and what a log makes of colours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ..._support.cli import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")

SUBMIT = ("submit", "acme/output/own", "--prompt", "x")
EDIT = "openai/gpt-image-2/edit"


def shell(
    cli: CommandLine, *arguments: object, then: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Return a command with what a shell does to its streams."""
    environment = cli.environment | variables
    environment.pop("PYTHONUNBUFFERED", None)
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'"$@" {then}', "bash", *cli.command(*arguments)],
        env=environment,
        cwd=cli.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [SUBMIT, ("models",)])
def test_nobody_reads_stdout(cli: CommandLine, arguments: tuple[str, ...]) -> None:
    """A pipe that closes, no stream, a full disk: stderr names the job all the same."""
    for then, code, words in (
        ("| true", 1, ""),
        (">&-", 0, ""),
        ("> /dev/full", 1, "error: stdout: No space left on device\n"),
    ):
        if "/dev/full" in then and not Path("/dev/full").exists():
            continue
        done = shell(cli, *arguments, then=then)
        assert done.returncode == code
        told = [
            line for line in done.stderr.splitlines(keepends=True) if "submitted to" not in line
        ]
        assert "".join(told) == words
        assert ("submitted to" in done.stderr) == (arguments[0] == "submit")


def test_a_full_disk_unbuffered(cli: CommandLine) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    done = shell(cli, *SUBMIT, "--json", then="> /dev/full", PYTHONIOENCODING="utf-8")
    assert "Traceback" not in done.stderr
    command = cli.command(*SUBMIT, "--json")
    command.insert(1, "-u")
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            command,
            env=cli.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert run.returncode == 1
    assert "error: No space left on device" in run.stderr
    assert "Traceback" not in run.stderr


def test_no_stdin(cli: CommandLine) -> None:
    for arguments, words in (
        (("--input", "-"), "--input: stdin is empty"),
        (("--prompt", "x", "--images", "-"), "is empty"),
    ):
        done = shell(cli, "run", EDIT, *arguments, then="<&-")
        assert done.returncode == 65
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_what_another_command_writes(cli: CommandLine) -> None:
    """Process substitution and /dev/stdin are pipes, which can be read once."""
    for then in ("--images <(cat saw.png)", "--images /dev/stdin < <(cat saw.png)"):
        done = shell(cli, "submit", EDIT, "--prompt", "x", then=then)
        assert done.returncode == 0, done.stderr
    bodies = cli.posted()
    assert len(bodies) == 2
    assert all(body["images"][0].startswith("data:image/png;base64,") for body in bodies)


def test_forced_colours_change_no_data(cli: CommandLine) -> None:
    """A CI sets FORCE_COLOR for its log; a pipe still gets plain rows, and no progress bar."""
    done = shell(cli, "models", "image-2", then="", FORCE_COLOR="1")
    assert done.stdout == f"{EDIT}\t\t\topenai.gpt_image_2.edit\n"
    done = shell(cli, "run", EDIT, "--prompt", "x", "--images", "saw.png", then="", FORCE_COLOR="1")
    assert done.returncode == 0
    assert "in the queue, position" in done.stderr
    assert "\x1b[2K" not in done.stderr


def test_wrong_usage_as_json(cli: CommandLine) -> None:
    ended = cli("status", "--json")
    assert ended.code == 64
    error = json.loads(ended.out)["error"]
    assert error["exit_code"] == 64
    assert "REQUEST_ID" in error["message"]
    assert json.loads(cli("status", "x", "--jason", "--json").out)["error"]["type"] == "UsageError"
    assert cli("status").out == ""
