"""`watch` in a process of its own, as somebody would use it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from runcomfy_codegen.cli.commands.watch import _state

from .._support.generator import REPOSITORY
from .._support.project import Project


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
    other = project.out / "runcomfy/models/acme/other.py"
    settings = tmp_path / "pyproject.toml"
    table = '[tool.runcomfy-codegen]\nonly = ["*/good"]\n'
    settings.write_text(table, "utf-8")
    (tmp_path / "src").mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "runcomfy_codegen", "watch"],
        env={"PYTHONPATH": str(REPOSITORY / "generator"), "PATH": ""},
        cwd=tmp_path / "src",
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
            assert not other.exists()
            (tmp_path / "saved").write_text(table.replace("good", "*"), "utf-8")
            (tmp_path / "saved").replace(settings)  # as editors save
            wait_for(other.exists)
            (project.schemas / "CHANGELOG.md").write_text("# Changelog\n", "utf-8")
            wait_for((project.out / "CHANGELOG.md").exists)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        finally:
            process.kill()


def test_every_change_of_a_file_is_seen(tmp_path: Path) -> None:
    """Inside, as each run of `generate` takes a second."""
    project = Project(tmp_path)
    project.add("acme/good")
    folder = project.schemas / "acme/good"

    def seen(change: Callable[[], object]) -> bool:
        before = _state(project.schemas, project.out)
        change()
        return _state(project.schemas, project.out) != before

    def same_size_and_time() -> None:
        status = (folder / "input.json").stat()
        copy = tmp_path / "copy"
        copy.write_bytes((folder / "input.json").read_bytes().replace(b"prompt", b"PROMPT"))
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
        copy.replace(folder / "input.json")

    assert not seen(lambda: None)
    assert seen(lambda: (folder / "overlay.json").write_text("[]", "utf-8"))
    assert seen(same_size_and_time)
    assert seen((folder / "overlay.json").unlink)
    assert seen(lambda: (project.schemas / "names.lock.json").write_text("{}", "utf-8"))
    assert seen(lambda: folder.rename(folder.parent / "renamed"))
    assert not seen(lambda: (project.schemas / ".input.json.swp").write_text("x", "utf-8"))
    assert not seen(lambda: (project.schemas / "acme/dangling.json").symlink_to("nowhere"))
