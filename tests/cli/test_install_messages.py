"""Messages and the README say how to install extras, though no index has the SDK's name."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from runcomfy_codegen import open_workspace
from runcomfy_codegen.runtime._base.install import pip_install

from .._support.generator import source, write

MESSAGES = """
import sys
for name in ("PIL", "PIL.Image", "imagesize", "h2", "typer", "rich", "jsonschema"):
    sys.modules[name] = None
from importlib import util
find_spec = util.find_spec
util.find_spec = lambda name, *rest: None if sys.modules.get(name, 0) is None else find_spec(name, *rest)
from acme_models import RunComfy
from acme_models.errors import InvalidRequestError, RunComfyError
from acme_models.cli import missing_extra
print(missing_extra())
try:
    RunComfy("x", http2=True)
except RunComfyError as error:
    print(error)
try:
    import acme_models.testing
except ImportError as error:
    print(error)
with RunComfy("x", preflight="strict", base_url="http://127.0.0.1:9") as client:
    try:
        client.acme.paint.submit(image=b"\\x89PNG\\r\\n\\x1a\\n" + bytes(100))
    except InvalidRequestError as error:
        print(error)
"""
RULE = {"validation_rule": "width_pixels>", "validation_value": 14, "validation_error": "small"}
IMAGE = {"type": "string", "format": "image_uri", "validations": [RULE]}
EXTRAS = ("cli", "http2", "testing", "media")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path / "schemas", source("acme/paint", {"image": IMAGE}))
    return tmp_path


def generate(project: Path, install: str = "") -> Path:
    workspace = open_workspace(project / "schemas", project / "sdk", "acme_models", install=install)
    workspace.publish(workspace.generate(), force=False)
    return project / "sdk"


def messages(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", MESSAGES],
        env=os.environ | {"PYTHONPATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_messages_name_the_folder_that_the_sdk_is_in(project: Path) -> None:
    folder = generate(project)
    text = messages(folder)
    for extra in EXTRAS:
        assert f"pip install 'acme_models[{extra}] @ {folder.as_uri()}'" in text
    assert "runcomfy[" not in text


RECORDS = {
    "file:///wheels/acme_models-1.0.whl": {"url": "file:///wheels/acme_models-1.0.whl"},
    "git+https://git.invalid/sdk@abc#subdirectory=sdk": {
        "url": "https://git.invalid/sdk",
        "vcs_info": {"vcs": "git", "commit_id": "abc"},
        "subdirectory": "sdk",
    },
}


@pytest.mark.parametrize("place", RECORDS)
def test_messages_name_what_the_sdk_was_installed_from(project: Path, place: str) -> None:
    folder = generate(project)
    record = folder / "acme_models-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: acme_models\nVersion: 1.0\n")
    (record / "direct_url.json").write_text(json.dumps(RECORDS[place]))
    text = messages(folder)
    for extra in EXTRAS:
        assert f"pip install 'acme_models[{extra}] @ {place}'" in text


def test_messages_name_no_index_where_the_origin_is_unknown(project: Path) -> None:
    folder = generate(project)
    (project / "alone").mkdir()
    shutil.move(folder / "acme_models", project / "alone" / "acme_models")
    text = messages(project / "alone")
    assert "acme_models[cli]" in text
    assert "pip install" not in text


def test_the_setting_is_in_messages_the_readme_and_the_name(project: Path) -> None:
    folder = generate(project, install="acme-models")
    text = messages(folder)
    readme = (folder / "README.md").read_text("utf-8")
    for extra in EXTRAS:
        assert f"pip install 'acme-models[{extra}]'" in text
        assert f"pip install 'acme-models[{extra}]'" in readme
    assert 'name = "acme-models"' in (folder / "pyproject.toml").read_text("utf-8")


def test_no_published_text_pretends_that_an_index_has_the_sdk(project: Path) -> None:
    folder = generate(project)
    for path in folder.rglob("*"):
        if path.suffix in (".md", ".py", ".toml"):
            text = path.read_text("utf-8")
            assert not re.search(r"pip install ['\"]?(runcomfy|acme)", text), path
    assert "pip install './generated[cli]'" in (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("requirement", "command"),
    [
        ("acme-models", "pip install 'acme-models[cli]'"),
        ("acme-models>=2", "pip install 'acme-models[cli]>=2'"),
        ("./my sdk", "pip install './my sdk[cli]'"),
        ("dist/acme-1.0.whl", "pip install 'dist/acme-1.0.whl[cli]'"),
        ("git+ssh://git.invalid/a", "pip install 'acme_models[cli] @ git+ssh://git.invalid/a'"),
        ("acme @ https://x.invalid/a.whl", "pip install 'acme[cli] @ https://x.invalid/a.whl'"),
    ],
)
def test_an_extra_goes_where_pip_expects_it(requirement: str, command: str) -> None:
    assert pip_install(requirement, "cli", "acme_models") == command
    assert pip_install("./sdk") == "pip install ./sdk"


@pytest.mark.parametrize("wrong", ['"sdk[cli]"', '""', "7", '"a b\'; rm"'])
def test_a_setting_that_pip_cannot_install_is_refused(project: Path, wrong: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.runcomfy-codegen]\ninstall = {wrong}\n")
    done = command_line(project, "generate")
    assert done.returncode == 2
    assert "install: must be a distribution's name, a path or a URL" in done.stderr


def test_the_setting_of_a_project_is_rendered(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.runcomfy-codegen]\ninstall = "acme-sdk"\n')
    assert command_line(project, "generate").returncode == 0
    assert "pip install 'acme-sdk[cli]'" in (project / "generated/README.md").read_text("utf-8")
    (project / "pyproject.toml").write_text('[tool.runcomfy-codegen]\ninstall = "their-sdk"\n')
    assert command_line(project, "generate", "--check").returncode == 1


def command_line(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runcomfy_codegen", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "generator")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


WITHOUT_MKDOCS = """
import importlib.util, sys
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "mkdocs" else find_spec(name, *rest)
from runcomfy_codegen.cli.app import main
main(["site"])
"""


def test_the_generator_names_where_it_came_from(project: Path) -> None:
    """Install it from its folder, as `make setup` does."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_MKDOCS],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert (
        "mkdocs, which is not installed: pip install 'runcomfy-codegen[site] @ file://"
        in done.stderr
    )
