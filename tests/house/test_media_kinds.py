"""A new kind of media is one row and its input type: every reader of the table knows it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import runcomfy_codegen
from runcomfy_codegen.runtime import media
from runcomfy_codegen.runtime._schemas.media_kinds import KINDS

PACKAGE = Path(runcomfy_codegen.__file__).parent
ROW = """_ROWS = (
    KindInfo(
        name="hologram",
        article="a",
        noun="hologram",
        plural="holograms",
        input_type="HologramInput",
        type_prefix="model/",
        formats=("hologram_uri", "hologram_uris"),
        output_keys=("hologram", "holograms"),
        endings={"model/x-hologram": (".holo",)},
        sample_url="https://example.com/scene.holo",
        sample_file="input.holo",
        readme_file="ship.holo",
        advised_mb=20,
        words=KindWords(output_keys="hologram"),
    ),
"""
EDITS = {
    "_schemas/media_kinds.py": {
        '["image", "video"': '["hologram", "image", "video"',
        '["image", "images"': '["hologram", "holograms", "image", "images"',
        "_ROWS = (\n": ROW,
    },
    "media/_inputs.py": {
        'ImageInput = Annotated[MediaInput, Media("image")]\n': (
            'ImageInput = Annotated[MediaInput, Media("image")]\n'
            'HologramInput = Annotated[MediaInput, Media("hologram")]\n'
        )
    },
    "media/__init__.py": {
        "    ImageInput,\n": "    HologramInput,\n    ImageInput,\n",
        '    "ImageInput",\n': '    "HologramInput",\n    "ImageInput",\n',
    },
}
SCENE = {"type": "string", "format": "hologram_uri"}
SCENES = {"type": "array", "items": {"type": "string"}, "format": "hologram_uris", "maxItems": 3}
MADE = """
import json, sys
from pathlib import Path
sys.path.insert(0, "out")
import runcomfy
from runcomfy.testing import Emulator
Path("input.holo").write_bytes(bytes(100))
with Emulator() as emulator:
    with runcomfy.RunComfy(base_url=emulator.base_url, api_token=emulator.token) as client:
        endpoint = client.acme.text_to_hologram
        job = endpoint.submit(scene=Path("input.holo"), scenes=["https://example.com/2.holo"])
        result = job.wait(poll_interval=0.01)
        sent = next(iter(emulator.jobs.values())).body
        saved = result.download("saved")
        try:
            endpoint.submit(scene=b"\\x89PNG\\r\\n\\x1a\\n", scenes=[])
        except runcomfy.InvalidRequestError as error:
            refused = str(error)
made = {
    "kinds": [file.kind for file in result.files],
    "names": [path.name for path in saved],
    "sent": sent["scene"][:40],
    "refused": refused,
    "input type": str(runcomfy.HologramInput),
}
print(json.dumps(made))
"""
SITE = """
import json
from pathlib import Path
from runcomfy_codegen.build.reading import read
from runcomfy_codegen.dialect.model_facts import INPUT_KINDS
from runcomfy_codegen.site.forms import form_of
from runcomfy_codegen.site.plausible import tables
from runcomfy_codegen.workspace import open_workspace
workspace = open_workspace(Path("schemas"), Path("out"))
reading, problems = read(workspace.sources[0], workspace.generate().names)
assert reading, problems
print(json.dumps({"fields": form_of(reading)["fields"], "kinds": tables()["kinds"], "filters": INPUT_KINDS}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the generator with one more kind, and generate an SDK with it."""
    root = tmp_path_factory.mktemp("kinds") / "copy"
    shutil.copytree(PACKAGE, root / "generator" / PACKAGE.name)
    shutil.copytree(PACKAGE.parents[1] / "templates", root / "templates")
    for name, edits in EDITS.items():
        module = root / "generator" / PACKAGE.name / "runtime" / name
        text = module.read_text("utf-8")
        for old, new in edits.items():
            assert old in text
            text = text.replace(old, new)
        module.write_text(text, "utf-8")
    folder = root / "schemas" / "acme" / "text-to-hologram"
    folder.mkdir(parents=True)
    properties = {"scene": SCENE, "scenes": SCENES}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    (folder / "endpoint.json").write_text('{"model_id": "acme/text-to-hologram"}', "utf-8")
    (folder / "input.json").write_text(json.dumps(schema), "utf-8")
    (folder / "output.json").write_text('{"type": "object", "properties": {}}', "utf-8")
    run(root, "-m", "runcomfy_codegen", "generate", "--out", "out")
    return root


def run(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "generator")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_the_request_class_and_the_docs_have_a_new_kind(copy: Path) -> None:
    module = (copy / "out/runcomfy/models/acme/text_to_hologram.py").read_text("utf-8")
    assert "scene: HologramInput" in module
    assert "At most 3 holograms (URL" in module
    page = (copy / "out/docs/acme/text_to_hologram.md").read_text("utf-8")
    assert "list of holograms" in page
    assert "holograms of up to 20 MB" in page
    assert "text-to-hologram | hologram |" in (copy / "out/docs/index.md").read_text("utf-8")
    assert 'Path("ship.holo")' in (copy / "out/README.md").read_text("utf-8")


def test_the_sdk_and_the_emulator_exchange_a_new_kind(copy: Path) -> None:
    made = json.loads(run(copy, "-c", MADE))
    assert made["kinds"] == ["hologram"]
    assert [name.rpartition(".")[2] for name in made["names"]] == ["holo"]
    assert made["sent"].startswith("data:model/x-hologram;base64,")
    assert "image/png, expected a hologram" in made["refused"]
    assert "hologram" in made["input type"]


def test_the_website_has_a_new_kind(copy: Path) -> None:
    site = json.loads(run(copy, "-c", SITE))
    controls = {field["name"]: (field["control"], field["media"]) for field in site["fields"]}
    assert controls == {"scene": ("media", "hologram"), "scenes": ("media-list", "hologram")}
    assert site["kinds"]["hologram"]["phrase"] == "a hologram"
    assert site["kinds"]["hologram"]["endings"] == [".holo"]
    assert "hologram" in site["filters"]


def test_every_kind_has_its_input_type() -> None:
    assert {kind.input_type for kind in KINDS.values()} <= set(media.__all__)
