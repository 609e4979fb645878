"""An application in an executable made by PyInstaller: `python -m tests.e2e.frozen`, a row of check-matrix."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.proof.table import Row, table

from .empty_environments import ROOT, build_wheel, make_environment

APPLICATION = """
from runcomfy import RunComfy, get_endpoint, list_endpoints
from runcomfy.testing import Emulator

assert list_endpoints()
for model_id in list_endpoints():
    assert get_endpoint(model_id).input_schema
with Emulator() as emulator, RunComfy(emulator.token, base_url=emulator.base_url) as client:
    result = client.openai.gpt_image_2.edit.run(prompt="x", images=["https://example.com/a.png"])
    assert result.download("out")
print("frozen and well")
"""


def row() -> Row:
    """Build the application as a user would, with no option of ours, and run it."""
    with tempfile.TemporaryDirectory() as folder:
        return Row("PyInstaller", "an application with the emulator", 1, _failures(Path(folder)))


def _failures(folder: Path) -> list[str]:
    wheel = build_wheel(ROOT / "generated", folder / "wheel")
    # setuptools: PyInstaller looks for it, and does not say so on every Python.
    beside = ["pyinstaller", "setuptools"]
    environment = make_environment(folder / "env", wheel, extra="testing", beside=beside)
    folder.joinpath("app.py").write_text(APPLICATION, "utf-8")
    built = environment.run("-m", "PyInstaller", "--log-level", "ERROR", "app.py", cwd=folder)
    if built.returncode:
        return [f"PyInstaller: {built.stderr[-500:]}"]
    done = subprocess.run(
        [folder / "dist" / "app" / "app"], cwd=folder, capture_output=True, text=True, check=False
    )
    return [] if "frozen and well" in done.stdout else [done.stderr[-500:]]


if __name__ == "__main__":
    result = row()
    print(table([result]))
    sys.exit(bool(result.failures))
