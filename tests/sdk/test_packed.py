"""The SDK from a zip archive, as zipapp, pex and Spark ship it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

USE_ALL = """
import sys
sys.path.insert(0, sys.argv[1])
import runcomfy
from runcomfy import Job, RunComfy, get_endpoint, list_endpoints
from runcomfy.testing import Emulator

assert ".zip" in runcomfy.__file__
with Emulator() as emulator, RunComfy(emulator.token, base_url=emulator.base_url) as client:
    image = "https://example.com/a.png"
    job = client.openai.gpt_image_2.edit.submit(prompt="x", images=[image])
    again = Job.from_dict(job.to_dict(), client)
    assert again.wait(timeout=30).download(sys.argv[2])
    model_id = "openai/gpt-image-2/edit"
    rows = [{"model_id": model_id, "input": {"prompt": "x", "images": [image]}}]
    report = client.batch(rows, journal=sys.argv[2] + "/jobs.sqlite").run()
    assert report.is_complete
for model_id in list_endpoints():
    print(model_id, len(get_endpoint(model_id).input_schema))
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "sdk.zip"
    package = ROOT / "generated" / "runcomfy"
    with zipfile.ZipFile(path, "w") as packed:
        for file in package.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                packed.write(file, file.relative_to(package.parent))
    return path


def test_everything_works_from_a_zip(archive: Path, tmp_path: Path) -> None:
    paths = [str(archive), str(tmp_path / "out")]
    code = [sys.executable, "-W", "error", "-c", USE_ALL, *paths]
    done = subprocess.run(code, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("openai/gpt-4o-image/edit ")
