"""The same bytes from any machine: hash seed, locale, encoding, folder, order of files."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from .._support.dialect_words import DIALECT
from .._support.generator import REPOSITORY, source, write
from .._support.project import tree

MACHINES = {
    "plain": {"PYTHONHASHSEED": "0", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "turkish": {"PYTHONHASHSEED": "4711", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "latin": {
        "PYTHONHASHSEED": "1",
        "PYTHONIOENCODING": "latin-1",
        "PYTHONUTF8": "0",
        "TZ": "Asia/Tokyo",
    },
}
COMMAND = "import sys; from runcomfy_codegen.cli.app import main; main(sys.argv[1:], standalone_mode=True)"
SOURCES = [
    source("acme/Istanbul I/edit", DIALECT, example={"photos": "x"}),
    source("acme/istanbul-i/edit", {"ı": {"type": "string", "description": "ışık"}}),
    source("acme/a-b", {"x": {"type": "string", "description": "漢字", "default": "é"}}),
    source("acme/a_b", output={"type": "object", "properties": {"z": {}, "a": {"type": "float"}}}),
    source("zeta/a/b"),
    source("zeta/a"),
]


def run(name: str, folder: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command on one machine, in a folder of its own."""
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(REPOSITORY / "generator"),
        **MACHINES[name],
    }
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return produced("plain", tmp_path_factory.mktemp("first"))


def produced(name: str, folder: Path) -> dict[str, str]:
    """Return all files that a machine makes of the sources, written to its disk in an order of its own."""
    shuffled = list(SOURCES)
    random.Random(name).shuffle(shuffled)
    write(folder / "schemas", *shuffled)
    result = run(name, folder, "generate")
    assert result.returncode == 0, result.stderr.decode()
    return tree(folder)


@pytest.mark.parametrize("name", ["turkish", "latin"])
def test_the_same_bytes(first: dict[str, str], name: str, tmp_path: Path) -> None:
    assert produced(name, tmp_path) == first
    # A diff with text that this terminal cannot show is shown all the same.
    changed = tmp_path / "schemas" / "acme" / "a-b" / "input.json"
    changed.write_text(changed.read_text("utf-8").replace("\\u6f22\\u5b57", "日本"), "utf-8")
    result = run(name, tmp_path, "generate", "--check")
    assert result.returncode == 1
    assert b"Traceback" not in result.stderr
    expected = "\\u65e5\\u672c" if name == "latin" else "日本"
    assert expected.encode() in result.stdout
