"""Every example of the pages does what it says: run, type-checked, and sent by a real shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Generation
from runcomfy_codegen.cli.emulator import emulated
from runcomfy_codegen.runtime.testing import Behaviour, Emulator
from runcomfy_codegen.runtime.testing._clip import MP4
from runcomfy_codegen.runtime.testing._media import png, wav
from runcomfy_codegen.text.problems import has_errors

from .._support.endpoints import DIALECT, ENDPOINTS
from .._support.reference import blocks, generated, page_of, source_of, sources
from .._support.sdk import properties

HERE = Path(__file__).parent
APOSTROPHE = "acme/it's/50% off!now $HOME `id`"


@dataclass(frozen=True)
class Pages:
    """A generated SDK on disk, with input files beside it, and the emulator of its endpoints."""

    folder: Path
    generation: Generation
    emulator: Emulator

    @property
    def model_ids(self) -> list[str]:
        return sorted(set(self.generation.endpoint_files.values()))

    def blocks(self, model_id: str, language: str) -> list[str]:
        return blocks(page_of(self.generation, model_id), language)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": str(self.folder / "sdk"),
            "RUNCOMFY_API_TOKEN": self.emulator.token,
            "RUNCOMFY_MODEL_API_BASE": f"{self.emulator.base_url}/v1",
        }

    def submitted(self) -> Iterator[tuple[str, Any]]:
        """Model id and body of what the emulator accepted."""
        for job in self.emulator.jobs.values():
            yield job.endpoint.model_id, job.body


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """Return the pages of all captured endpoints, and of every construct of the dialect as a required parameter."""
    folder = tmp_path_factory.mktemp("pages")
    every = [source_of("acme/every/construct", properties(*DIALECT, **DIALECT))]
    text = 'it\'s "x"!now !! $HOME `id` \\ %s\nJSON\n```\n漢字 \u202e ' * 9
    every.append(
        source_of(APOSTROPHE, properties("prompt", prompt={"type": "string", "default": text}))
    )
    every += [
        source_of(model_id, case) for model_id, case in ENDPOINTS.items() if "acme" in model_id
    ]
    all_sources = [*sources(), *every]
    generation = generated(*all_sources)
    assert not has_errors(generation.problems)
    for path, text in generation.items():
        (folder / "sdk" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "sdk" / path).write_text(text, "utf-8")
    (folder / "input.png").write_bytes(png(64, 48, (0, 0, 0), (255, 255, 255)))
    (folder / "input.mp4").write_bytes(MP4)
    (folder / "input.wav").write_bytes(wav(440.0))
    at_once = Behaviour(statuses=("completed",))
    with Emulator(emulated(all_sources), behaviour=at_once) as emulator:
        yield Pages(folder, generation, emulator)


def shell(pages: Pages, block: str, **variables: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=pages.folder,
        env=pages.environment | variables,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_examples(pages: Pages) -> None:
    """A shell submits, and all that follows is about its job; Python sends exactly the same."""
    work: list[tuple[str, list[str]]] = []
    for model_id in pages.model_ids:
        variable, submit, status, result, cancel = pages.blocks(model_id, "sh")
        assert "RUNCOMFY_API_TOKEN" in shell(pages, f"{variable}\nexport -p")
        request_id = json.loads(shell(pages, submit))["request_id"]
        replies = [
            json.loads(shell(pages, each, REQUEST_ID=request_id))
            for each in (status, result, cancel)
        ]
        assert [each["status"] for each in replies] == ["completed"] * 3, model_id
        assert "cost" in replies[1]
        work.append((request_id, pages.blocks(model_id, "python")))
    done = subprocess.run(
        [sys.executable, "-W", "error", str(HERE / "run_blocks.py")],
        input=json.dumps(work),
        cwd=pages.folder,
        env=pages.environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    failures = json.loads(done.stdout)
    assert failures == [], "\n".join(failures)
    bodies: dict[str, list[Any]] = {}
    for model_id, body in pages.submitted():
        bodies.setdefault(model_id, []).append(body)
    for model_id, sent in bodies.items():
        count = sum(
            ".submit(" in each or ".run(" in each for each in pages.blocks(model_id, "python")
        )
        assert len(sent) == count + 1
        local = [each for each in sent if ";base64," in json.dumps(each)]
        assert len(local) == any("Path(" in each for each in pages.blocks(model_id, "python"))
        assert all(each == sent[0] for each in sent if each not in local), model_id
    assert len(bodies) == len(pages.model_ids)
    assert list((pages.folder / "out").iterdir())


def test_an_interactive_shell(pages: Pages) -> None:
    """Run them in a shell that expands `!now` to an earlier command outside of here-documents."""
    _, submit, *_ = pages.blocks(APOSTROPHE, "sh")
    assert "!now" in submit
    done = subprocess.run(
        ["bash", "--norc", "-i"],
        input=f"set -H\n{submit}\necho; echo it!now\n",
        env=pages.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr.count("event not found") == 1, "only of what is there to show that it does"
    request_id = json.loads(done.stdout.strip())["request_id"]
    (job,) = (each for each in pages.emulator.jobs.values() if each.request_id == request_id)
    assert json.dumps(job.body, ensure_ascii=False, indent=2)[:40] in submit


def test_types(pages: Pages) -> None:
    """Check the examples as a stranger would: strict, without our settings, in one run."""
    folder = pages.folder / "examples"
    folder.mkdir()
    for number, model_id in enumerate(pages.model_ids):
        for at, block in enumerate(pages.blocks(model_id, "python")):
            (folder / f"example_{number}_{at}.py").write_text(block, "utf-8")
    options = ["--strict", "--config-file=", f"--cache-dir={os.devnull}", "--follow-imports=silent"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, folder],
        cwd=pages.folder,
        env=os.environ | {"MYPYPATH": str(pages.folder / "sdk")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
