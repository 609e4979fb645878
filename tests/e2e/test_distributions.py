"""Both distributions, and the SDK in an empty environment; the generator is in test_consumer.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from runcomfy.testing import Emulator

from .._support.readmes import README, ROOT, blocks, emulator_picture


def _run(*command: object, cwd: Path, **environment: str) -> str:
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "VIRTUAL_ENV")
    } | {
        "PIP_NO_COMPILE": "1"
    }  # most of what is installed is never imported
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def empty_environment(tmp_path: Path) -> Path:
    """Return the folder of executables of a new virtual environment, where `pip` is ours and works on it."""
    venv.create(tmp_path / "env")  # its own pip takes seconds to install
    scripts = tmp_path / "env" / "bin"
    pip = scripts / "pip"
    pip.write_text(
        f'#!/bin/sh\nexec {sys.executable} -m pip --python {scripts.parent} "$@"\n', "utf-8"
    )
    pip.chmod(0o755)
    return scripts


def test_the_sdk_alone_runs_the_example_of_the_readme(
    empty_environment: Path, tmp_path: Path
) -> None:
    [command] = [text for text in blocks(README, "sh") if "pip install ./generated" in text]
    _run(
        "bash",
        "-euc",
        command,
        cwd=ROOT,
        PATH=f"{empty_environment}{os.pathsep}{os.environ['PATH']}",
    )
    installed = _run(empty_environment / "pip", "list", "--format", "freeze", cwd=tmp_path)
    names = {line.split("==")[0].lower().replace("_", "-") for line in installed.split()}
    of_httpx = {"anyio", "certifi", "h11", "httpcore", "idna", "exceptiongroup"}
    of_pydantic = {"annotated-types", "pydantic-core", "typing-extensions", "typing-inspection"}
    assert names - of_httpx - of_pydantic == {
        "runcomfy",
        "httpx",
        "pydantic",
    }
    [example] = [text for text in blocks(README, "python") if "on_update=print" in text]
    with Emulator() as emulator:
        (tmp_path / "saw.png").write_bytes(emulator_picture())
        settings = {
            "RUNCOMFY_API_TOKEN": emulator.token,
            "RUNCOMFY_MODEL_API_BASE": f"{emulator.base_url}/v1",
        }
        output = _run(
            empty_environment / "python", "-W", "error", "-c", example, cwd=tmp_path, **settings
        )
    assert "completed" in output
    assert list((tmp_path / "out").glob("*.png"))
    where = _run(
        empty_environment / "python",
        "-c",
        "import runcomfy; print(runcomfy.__file__)",
        cwd=tmp_path,
    )
    assert Path(where.strip()).is_relative_to(tmp_path)


def _files(folder: Path) -> list[Path]:
    return [
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]


def test_the_wheels_hold_what_they_should_and_nothing_else(tmp_path: Path) -> None:
    for source in (ROOT, ROOT / "generated"):
        _run(
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            tmp_path,
            source,
            cwd=tmp_path,
        )
    sdk, generator = (
        {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
        for wheel in (
            next(tmp_path.glob("runcomfy-0*.whl")),
            next(tmp_path.glob("runcomfy_codegen-*.whl")),
        )
    )
    assert sdk == {
        path.relative_to(ROOT / "generated").as_posix()
        for path in _files(ROOT / "generated" / "runcomfy")
    }
    assert {"runcomfy/py.typed", "runcomfy/SKILL.md"} <= sdk
    assert {name.split("/")[0] for name in generator} == {"runcomfy_codegen"}
    templates = {
        f"runcomfy_codegen/templates/{path.relative_to(ROOT / 'templates').as_posix()}"
        for path in _files(ROOT / "templates")
    }
    assert templates <= generator
    assert "runcomfy_codegen/documentation/guides/testing.md" in generator
    assert "runcomfy_codegen/site/assets/try.js" in generator
    assert "runcomfy_codegen/runtime/testing/_server.py" in generator
    with zipfile.ZipFile(next(tmp_path.glob("runcomfy-0*.whl"))) as wheel:
        assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def _built(source: Path, folder: Path, *, umask: int, mtime: int) -> dict[str, bytes]:
    """Wheel and sdist of a copy of a distribution that somebody else made at another time."""
    # Only what a clone holds: the mode of a link is that of what it leads to, such as an interpreter.
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."]
    names = subprocess.run(listed, cwd=source, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        original, copy = source / name, folder / "source" / name
        if original.is_file() and not original.is_symlink():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copy)
    for path in (folder / "source").rglob("*"):
        path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)
        os.utime(path, (mtime, mtime))
    before = os.umask(umask)
    try:
        build = [sys.executable, "-m", "hatchling", "build", "-d", folder / "made"]
        _run(*build, cwd=folder / "source")
    finally:
        os.umask(before)
    return {path.name: path.read_bytes() for path in (folder / "made").iterdir()}


@pytest.mark.parametrize("source", [ROOT, ROOT / "generated"], ids=["generator", "sdk"])
def test_builds_are_reproducible_and_hold_what_they_should(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "a").mkdir()
    (tmp_path / "another folder").mkdir()
    first = _built(source, tmp_path / "a", umask=0o022, mtime=1_000_000_000)
    again = _built(source, tmp_path / "another folder", umask=0o077, mtime=1_700_000_000)
    assert first.keys() == again.keys()
    assert [name for name in first if first[name] != again[name]] == []
    [archive] = (tmp_path / "a" / "made").glob("*.tar.gz")
    with tarfile.open(archive) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names == _sources(source) | {"PKG-INFO"}


def _sources(source: Path) -> set[str]:
    """Return what an sdist is made of: all of the SDK; of the project only what the wheel needs."""
    parts = ("",) if source != ROOT else ("generator", "templates", "docs")
    kept = {path.relative_to(source).as_posix() for part in parts for path in _files(source / part)}
    return kept | {"README.md", "LICENSE", "pyproject.toml"} | ({".gitignore"} & _top(source))


def _top(source: Path) -> set[str]:
    return {path.name for path in source.iterdir()}
