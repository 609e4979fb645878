"""The command line is apart from the library: neither needs the other to be loaded."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from ..._support.cli import CommandLine

USE = """
import json, sys
import httpx
of_httpx = {*sys.modules}  # it has a command line of its own, for which it loads click and rich
from sdk_under_test import RunComfy, get_endpoint, list_endpoints
with RunComfy() as client:
    client.acme.output.own.submit(prompt="x").status()
get_endpoint(list_endpoints()[0])
print(json.dumps(sorted({*sys.modules} - of_httpx)))
"""


def python(cli: CommandLine, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=cli.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_library_loads_nothing_of_it(cli: CommandLine) -> None:
    done = python(cli, "-c", USE)
    assert done.returncode == 0, done.stderr
    modules = json.loads(done.stdout)
    assert "sdk_under_test._client" in modules
    assert not {"typer", "rich", "click", "sdk_under_test.cli"} & set(modules)


def test_without_the_extra(cli: CommandLine) -> None:
    """-S: an interpreter that has nothing installed."""
    for arguments in (("-m", "sdk_under_test"), ("-m", "sdk_under_test", "run", "--help")):
        done = python(cli, "-S", *arguments)
        assert done.returncode == 2
        assert re.fullmatch(
            r"the command line needs typer and rich: "
            r"pip install 'sdk_under_test\[cli\] @ file://\S+'\n",
            done.stderr,
        )


def test_a_pipe_that_closes(cli: CommandLine) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(cli.command('show', 'acme/every/thing'))} | true"],
        env=cli.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_command_is_not_the_official_one(cli: CommandLine) -> None:
    """The vendor's command line is called `runcomfy`: who has both must get the one he means."""
    project = (cli.sdk.folder / "pyproject.toml").read_text("utf-8")
    assert f'\n{cli.sdk.module("cli._console").INSTALLED} = "sdk_under_test.cli:main"\n' in project
    assert '\nsdk_under_test = "sdk_under_test.cli' not in project
