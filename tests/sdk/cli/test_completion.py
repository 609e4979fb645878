"""The shell's completion, run by bash as a user would have it."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest

from ..._support.cli import CommandLine

EDIT = "openai/gpt-image-2/edit"
EVERY = "acme/every/thing"
# What is typed, as bash splits it, and what is offered for the last word.
TYPED = (
    (["do"], {"doctor", "download"}),
    (["run", "openai/gpt-i"], {EDIT}),
    (["show", "openai/gpt-4"], {"openai/gpt-4o-image/edit"}),
    (["run", EDIT, "--prompt", '"a dog"', "--res"], {"--resolution"}),
    (["run", EDIT, "--prompt", '"a dog"', "--resolution", ""], {"1k", "2k", "4k"}),
    (["submit", EVERY, "--prompt", "x", "--prompt-"], {"--prompt-image"}),
    (["run", "acme.every.thing", "--flag", ""], {"true", "false"}),
)
PROGRAM = """#!{python}
import sys
from sdk_under_test.cli import main
sys.exit(main())
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_completion_in_bash(cli: CommandLine) -> None:
    """The installed command prints the script; bash's function is called as bash calls it."""
    program = cli.folder / "bin" / "sdk_under_test-sdk"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=cli.command()[0]), "utf-8")
    program.chmod(0o755)
    script = [
        'eval "$(sdk_under_test-sdk --show-completion bash)"',
        "complete -p sdk_under_test-sdk | grep -q _sdk_under_test_sdk_completion",
    ]
    for words, _ in TYPED:
        script += [
            f"COMP_WORDS=(sdk_under_test-sdk {shlex.join(words)}); COMP_CWORD={len(words)}",
            "_sdk_under_test_sdk_completion sdk_under_test-sdk",
            "echo ${COMPREPLY[@]}",
        ]
    done = subprocess.run(
        ["bash", "--norc", "-e", "-c", "\n".join(script)],
        env=cli.environment
        | {
            "PATH": f"{program.parent}:{cli.environment['PATH']}",
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    offered = [set(line.split()) for line in done.stdout.splitlines()]
    assert offered == [wanted for _, wanted in TYPED]
