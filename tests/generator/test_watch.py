"""`watch` in a process of its own, as somebody would use it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .support import REPOSITORY
from .test_cli import Project


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C is no signal to one process")
def test_a_change_is_generated_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.add("acme/good")
    project.add("acme/other")
    module = project.out / "runcomfy/models/acme/good.py"
    folders = ["--schemas", str(project.schemas), "--out", str(project.out), "--only", "*/good"]
    with subprocess.Popen(
        [sys.executable, "-m", "runcomfy_codegen", "watch", *folders],
        env={"PYTHONPATH": str(REPOSITORY / "generator"), "PATH": ""},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if "waiting for changes" in line:
                    break
            assert "prompt" in module.read_text("utf-8")
            project.add("acme/good", {"size": {"type": "integer"}})
            wait_for(lambda: "size: int" in module.read_text("utf-8"))
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        finally:
            process.kill()
    assert not (project.out / "runcomfy/models/acme/other.py").exists()
