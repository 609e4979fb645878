"""The guides on the website of an SDK without the models of this project show calls that it can make."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from runcomfy.testing import EmulatedEndpoint, Emulator
from runcomfy_codegen import open_workspace
from runcomfy_codegen.build.reading import read
from runcomfy_codegen.site.guide_examples import GuideModel, guide_models, rewritten
from runcomfy_codegen.site.guides import guides

from .._support.generator import GENERIC_OUTPUT, source, write
from .._support.readmes import BLOCK, ROOT, emulator_picture

TEXT = {"type": "string"}
IMAGE = {"type": "string", "format": "image_uri"}
SOURCES = [
    source("acme/film", {"clip": {"type": "string", "format": "video_uri"}}, required=["clip"]),
    source("acme/paint/edit", {"prompt": TEXT, "photo": IMAGE}, required=["prompt", "photo"]),
    source("acme/paint/text-to-image", {"prompt": TEXT}, required=["prompt"]),
]
OURS = re.compile(r"gpt.image.2|gpt_4o|openai_|\"openai/", re.IGNORECASE)
# These start processes of their own, or a server that needs a configuration.
SLOW = ("distributed", "Emulator(behaviour", "runcomfy_codegen")


def test_the_examples_call_a_model_of_the_sdk(tmp_path: Path) -> None:
    write(tmp_path / "schemas", *SOURCES)
    workspace = open_workspace(tmp_path / "schemas", tmp_path / "sdk", "acme_models")
    generation = workspace.generate()
    workspace.publish(generation, force=False)
    readings = [read(each, generation.names)[0] for each in SOURCES]
    pages = list(guides("acme_models", readings=filter(None, readings)))
    examples = [
        (page.path, code)
        for page in pages
        for language, code in BLOCK.findall(page.text)
        if language == "python"
        and re.search(r"acme[./_]paint", code)
        and not any(word in code for word in SLOW)
    ]
    assert [page.path for page in pages if OURS.search(page.text)] == []
    assert sum("client.acme.paint.text_to_image." in code for _, code in examples) > 8
    media = next(page for page in pages if page.path == "guides/files-and-media.md")
    assert 'client.acme.paint.edit.run(prompt="a dog", photo=Path("saw.png"))' in media.text
    shell = next(page for page in pages if page.path == "guides/command-line.md")
    assert "run acme/paint/text-to-image --prompt " in shell.text
    endpoints = [
        EmulatedEndpoint(each.model_id, each.input.value, GENERIC_OUTPUT) for each in SOURCES
    ]
    folders = [tmp_path / f"example-{number}" for number in range(len(examples))]
    for folder in folders:
        folder.mkdir()
        (folder / "saw.png").write_bytes(emulator_picture())
    cases = [(str(folder), code) for folder, (_, code) in zip(folders, examples, strict=True)]
    with Emulator(endpoints) as emulator:
        done = subprocess.run(
            [sys.executable, Path(__file__).with_name("run_blocks.py"), "acme_models"],
            input=json.dumps(cases),
            env=os.environ
            | {
                "PYTHONPATH": str(tmp_path / "sdk"),
                "RUNCOMFY_API_TOKEN": emulator.token,
                "RUNCOMFY_MODEL_API_BASE": f"{emulator.base_url}/v1",
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    for (path, code), (failure, printed) in zip(examples, json.loads(done.stdout), strict=True):
        assert not failure, f"{path}\n{code}\n{failure}\n{printed}"


def test_an_example_that_no_model_fits_is_left_out() -> None:
    text = (
        "Before:\n\n```python\nedit = client.openai.gpt_image_2.edit\nedit.run()\n```\n\nAfter.\n"
    )
    model = GuideModel("acme/paint", "acme.paint", "AcmePaint", {}, {}, "acme/paint")
    new = rewritten(text, model)
    assert "```" not in new
    assert "left out" in new
    assert new.startswith("Before:")
    assert new.endswith("After.\n")


def test_an_sdk_with_the_model_of_the_guides_shows_them_as_they_are() -> None:
    workspace = open_workspace(ROOT / "schemas")
    names = workspace.generate().names
    readings = [read(each, names)[0] for each in workspace.project.sources]
    assert guide_models(filter(None, readings)) is None
