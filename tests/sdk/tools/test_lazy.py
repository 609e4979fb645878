"""Tools and MCP load when they are used: nobody else pays for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ..._support.sdk import TOKEN, Sdk

_LOADED = """
import json, runpy, sys
package = sys.argv[1]
sys.argv = [package, *sys.argv[2:]]
if sys.argv[1:]:
    try:
        runpy.run_module(package, run_name="__main__")
    except SystemExit:
        pass
else:
    client = __import__(f"{package}.client").client
    with client.RunComfy() as made:
        made.acme.painter.text_to_image
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("command", [[], ["models"], ["mcp", "--help"]])
def test_only_the_server_loads_tools_and_mcp(sdk: Sdk, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, sdk.package, *command],
        env={**os.environ, "PYTHONPATH": str(sdk.folder), "RUNCOMFY_API_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert f"{sdk.package}.errors" in loaded
    assert not loaded & {f"{sdk.package}.tools", "mcp", "PIL"}


def test_tools_load_no_mcp(sdk: Sdk) -> None:
    """Load nothing that only the server needs."""
    code = f"import sys, {sdk.package}.tools; print('mcp' in sys.modules, 'PIL' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(sdk.folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["False", "False"]


def test_the_command_names_the_extra_that_is_missing(sdk: Sdk) -> None:
    code = (
        "import sys; sys.modules['mcp'] = None; "
        f"from {sdk.package}.cli import main; sys.exit(main(['mcp', '--journal', 'j.sqlite']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(sdk.folder), "RUNCOMFY_API_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 64
    assert "the command mcp needs the package mcp: " in done.stderr
    assert "[mcp]" in done.stderr
    assert "Traceback" not in done.stderr
