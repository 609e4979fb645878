"""Every code block of both READMEs and of the documentation is executed as it stands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from textwrap import indent
from typing import get_args

import click
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from runcomfy import Journal
from runcomfy.testing import Behaviour, EmulatedEndpoint, Emulator
from runcomfy.testing._behaviour import CancelReply, OutputFault, ReplyFault
from runcomfy.testing._endpoints import published_endpoints
from runcomfy_codegen import open_workspace
from runcomfy_codegen.cli.app import main
from runcomfy_codegen.cli.settings import find_settings
from runcomfy_codegen.runtime._api.verdict import TABLE

from .._support.git import git
from .._support.readmes import BLOCK, README, ROOT, SDK_README, blocks, emulator_picture

AT_ONCE = Behaviour(statuses=("completed",))  # most examples only wait for their jobs
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
SKILL = ROOT / "generated" / "runcomfy" / "SKILL.md"
PAGES = [README, SDK_README, SKILL, *sorted((ROOT / "docs").glob("*.md")), *GUIDES]


def _name(page: Path) -> str:
    return page.stem


def test_every_block_is_in_a_language_that_is_tested_here() -> None:
    languages = {found for page in PAGES for found, _ in BLOCK.findall(page.read_text("utf-8"))}
    assert languages == {"python", "sh", "toml", "json", "typescript"}


def _environment(emulator: Emulator) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "generated"), str(ROOT / "generator")]),
        "RUNCOMFY_API_TOKEN": emulator.token,
        "RUNCOMFY_MODEL_API_BASE": f"{emulator.base_url}/v1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # warnings of other plugins are not the example's
    }


def _committer() -> dict[str, str]:
    """Return what commands of git and of the generator need in a new repository."""
    names = {
        f"GIT_{who}_{what}": "x@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return names | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def _prepared(folder: Path) -> Path:
    """Return a new folder with the files that examples read."""
    folder.mkdir()
    (folder / "saw.png").write_bytes(emulator_picture())
    Journal(folder / "jobs.sqlite", create=True).close()
    (folder / "test_mine.py").write_text("def test_mine(): pass\n", "utf-8")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    return folder


def _is_slow(block: str) -> bool:
    return "distributed" in block  # Dask starts processes of its own, and warns on a busy machine


def test_python_blocks(tmp_path: Path) -> None:
    """Run all blocks that need no process of their own."""
    cases = [
        (page, block, _prepared(tmp_path / f"{number}-{index}"))
        for number, page in enumerate(PAGES)
        for index, block in enumerate(blocks(page, "python"))
        if not _is_slow(block)
    ]
    with Emulator() as emulator:
        done = subprocess.run(
            [sys.executable, "-W", "error", Path(__file__).with_name("run_blocks.py")],
            input=json.dumps([(str(folder), block) for _, block, folder in cases]),
            env=_environment(emulator),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    for (page, block, folder), (failure, printed) in zip(
        cases, json.loads(done.stdout), strict=True
    ):
        assert not failure, f"{page.relative_to(ROOT)}\n{block}\n{failure}\n{printed}"
        if '.download("out/")' in block:
            assert list((folder / "out").glob("*.png")), block
        if "promt" in block:
            wrong = ("prompt", "images", "quality", "promt")
            assert [name for name in wrong if f"\n  {name}:" not in printed] == []
        if "promt" in block and page == README:
            assert indent(printed, "    ") in page.read_text("utf-8")


@pytest.mark.parametrize(
    "block", [text for page in PAGES for text in blocks(page, "python") if _is_slow(text)]
)
def test_slow_python_block(block: str, tmp_path: Path) -> None:
    folder = _prepared(tmp_path / "example")
    with Emulator(behaviour=AT_ONCE) as emulator:
        done = subprocess.run(
            [sys.executable, "-c", block],
            cwd=folder,
            env=_environment(emulator),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("guide", [page for page in GUIDES if blocks(page, "sh")], ids=_name)
def test_shell_blocks_of_a_guide(guide: Path, tmp_path: Path) -> None:
    folder = _prepared(tmp_path / "example")
    for block in blocks(guide, "python"):
        if "\ndef test_" in block:  # for the commands that run pytest
            (folder / "test_guide.py").write_text(block, "utf-8")
    done = _run_shell("\n".join(blocks(guide, "sh")), folder)
    assert done.returncode == 0, done.stderr
    if guide.stem == "command-line":
        assert len(list((folder / "out").glob("*.png"))) == 3
        assert json.loads((folder / "result.json").read_text("utf-8"))["status"] == "completed"


def test_shell_blocks_for_developers() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        for block in blocks(page, "sh"):
            subprocess.run(["bash", "-euc", block], cwd=ROOT, check=True, capture_output=True)


def test_json_blocks_are_overlays(tmp_path: Path) -> None:
    folder = tmp_path / "schemas" / "openai" / "gpt-image-2" / "edit"
    shutil.copytree(ROOT / "schemas" / "openai" / "gpt-image-2" / "edit", folder)
    schema = json.loads((folder / "input.json").read_text("utf-8"))
    schema["properties"]["steps"] = {"type": "integer", "maximum": 20}
    (folder / "input.json").write_text(json.dumps(schema), "utf-8")
    [overlay] = [
        text for page in PAGES for text in blocks(page, "json") if '"mcpServers"' not in text
    ]
    (folder / "overlay.json").write_text(overlay, "utf-8")
    generation = open_workspace(tmp_path / "schemas").generate()
    assert not [problem for problem in generation.problems if "overlay" in problem.rule]
    module = next(text for path, text in generation.items() if path.endswith("image_2/edit.py"))
    assert "50" in module


async def test_the_configuration_of_an_mcp_client_starts_the_server(tmp_path: Path) -> None:
    [block] = [text for page in PAGES for text in blocks(page, "json") if '"mcpServers"' in text]
    [server] = json.loads(block.replace("/tmp", str(tmp_path)))["mcpServers"].values()
    with Emulator(behaviour=AT_ONCE) as emulator:
        env = {**server["env"], **_environment(emulator)}
        command = StdioServerParameters(command=sys.executable, args=server["args"], env=env)
        async with Client(stdio_client(command)) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
    assert "openai_gpt_image_2_edit" in names


def test_toml_blocks_are_settings(tmp_path: Path) -> None:
    for page in PAGES:
        for block in blocks(page, "toml"):
            (tmp_path / "pyproject.toml").write_text(block, "utf-8")
            assert find_settings(tmp_path)


def test_the_verdicts_in_the_documentation_are_those_of_the_sdk() -> None:
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8").replace("`", "")
    rows = [
        f"| {row.when} | {row.verdict} | {'up to twice more' if row.retry else 'never'} |"
        for row in TABLE
    ]
    assert "\n".join(rows) in text


def test_the_guide_to_testing_names_every_switch_and_fault() -> None:
    text = (ROOT / "docs" / "guides" / "testing.md").read_text("utf-8")
    names = [*get_args(ReplyFault), *get_args(OutputFault), *get_args(CancelReply)]
    names += [field.name for field in fields(Behaviour)]
    assert [name for name in names if f"`{name}" not in text and f'`"{name}"`' not in text] == []


def test_the_readme_lists_every_command() -> None:
    text = README.read_text("utf-8").partition("| command | does |")[2].partition("\n\n")[0]
    listed = re.findall(
        r"`([a-z]+)[^`]*`", "".join(re.findall(r"^\|([^|]*)\|", text, re.MULTILINE))
    )
    assert set(listed) == set(main.list_commands(click.Context(main)))


def test_nothing_cites_a_document_that_is_not_here() -> None:
    pattern = "(API|DESIGN|HOUSE|REVIEW)[.]md"
    found = subprocess.run(
        ["git", "grep", "-lE", pattern], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout == ""


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


def test_links_to_headings_lead_somewhere() -> None:
    for page in PAGES:
        for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]*)\)", page.read_text("utf-8")):
            there = page.parent / target if target else page
            headings = re.findall(r"^#+ (.*)$", there.read_text("utf-8"), re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings]
            assert anchor in anchors, f"{page.relative_to(ROOT)}: {target}#{anchor}"


def test_the_folders_that_the_documentation_names_exist() -> None:
    """The generator's rooms, each of which has a row."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = text.partition("### The generator")[2].partition("### The SDK")[0]
    package = ROOT / "generator" / "runcomfy_codegen"
    named = {name.split("/")[0] for name in re.findall(r"`([a-z]+/(?:[a-z]+/)?)`", rooms)}
    there = {path.parent.name for path in package.glob("*/__init__.py")}
    assert named - {"templates", "generated", "tests"} == there - {"runtime"}
    rooms = text.partition("### The SDK")[2].partition("\n## ")[0]
    runtime = package / "runtime"
    named = set(re.findall(r"`([a-z_]+)/`", rooms)) - {"models"}
    assert named == {path.parent.name for path in runtime.glob("*/__init__.py")}
    files = set(re.findall(r"`([a-z_]+\.py)`", rooms)) - {"client.py"}
    assert [name for name in files if not (runtime / name).is_file()] == []


def _run_shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands where `python` is the one that runs the tests, and pytest has the SDK's plugin."""
    plugin = "-p runcomfy._plugins.pytest_fixtures"
    programs = {"python": sys.executable, "pytest": f"{sys.executable} -m pytest {plugin}"}
    (folder / "bin").mkdir()
    for name, command in programs.items():
        (folder / "bin" / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n', "utf-8")
        (folder / "bin" / name).chmod(0o755)
    with Emulator(behaviour=AT_ONCE) as emulator:
        path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=_environment(emulator) | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.mark.parametrize("block", blocks(SDK_README, "sh"))
def test_shell_block_of_the_sdk(block: str, tmp_path: Path) -> None:
    folder = _prepared(tmp_path / "example")
    done = _run_shell(block, folder)
    assert done.returncode == 0, done.stderr
    assert len(list((folder / "out").glob("*.png"))) == 2
    assert "openai/gpt-image-2/edit" in done.stdout


def _page() -> str:
    """Return a saved page of a third model, in no language at all."""
    return """<html><body><h1>?</h1><pre>curl --request POST \\
  --url https://api.invalid/v1/models/acme/paint/text-to-image \\
  --data '{"prompt": "it's a dog"}'</pre>
<pre>{"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"},
"steps": {"type": "float", "minimum": 1, "maximum": 50, "default": 20}}}</pre>
<pre>{"output": {"type": "object", "properties": {"image": {"type": "string", "format": "uri"}}}}</pre></body></html>"""


@pytest.mark.parametrize(
    "block",
    [text for text in blocks(README, "sh") if "pip install" not in text and " impact " not in text],
)
def test_shell_block(block: str, tmp_path: Path) -> None:
    """Run it in a copy of the project.

    `pip install` has a test of its own, in test_distributions.py, and `impact` in workflows/test_monday.py.
    """
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, tracked.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
            # Older than .venv, whatever was edited since: make must never rebuild it from in here.
            os.utime(tmp_path / name, (0, 0))
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "page.html").write_text(_page(), "utf-8")
    for command in ("init -q", "add schemas", "commit -q -m x"):
        git(tmp_path, *command.split())
    new = EmulatedEndpoint("acme/new", {"type": "object", "properties": {}}, {})
    # `make test` would start this very test again, so of that line only the recipe is read.
    script = block.replace("make test", "make --dry-run test")
    with Emulator([*published_endpoints("runcomfy"), new]) as emulator:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=_environment(emulator) | _committer(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    if "make demo" in block:
        pictures = {
            path.parent.relative_to(tmp_path / "out" / "demo").as_posix()
            for path in tmp_path.glob("out/demo/*/*/*/*.png")
        }
        assert pictures == {"openai/gpt-4o-image/edit", "openai/gpt-image-2/edit"}
        assert "pytest" in done.stdout
    if "codegen add " in block:
        assert (tmp_path / "generated/runcomfy/models/acme/paint/text_to_image.py").is_file()
        assert "3 endpoints" in done.stderr
    if "diff --changelog" in block:
        assert (tmp_path / "generated/runcomfy/models/acme/new.py").is_file()
        assert "acme/new" in (tmp_path / "schemas/CHANGELOG.md").read_text("utf-8")
