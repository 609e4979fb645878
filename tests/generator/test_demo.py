"""The whole way in one command, on endpoints that the seed pages do not have."""

from __future__ import annotations

from pathlib import Path

from .support import source, write
from .test_cli import Project


def test_demo(tmp_path: Path) -> None:
    """An example with renamed properties runs; one that its own schema refuses is skipped and named."""
    project = Project(tmp_path)
    properties = {"6_text": {"type": "string"}, "startImage": {"format": "image_uri"}}
    write(
        project.schemas,
        source("acme/odd", properties, required=["6_text"], example={"6_text": "x", "startImage": "https://a.example/b.png"}),
        source("acme/wrong", properties, required=["6_text"], example={"6_text": 6}),
        source("acme/silent", properties),
    )  # fmt: skip
    save = tmp_path / "saved"
    result = project.run("demo", "--package", "demo_sdk", "--save", str(save))
    assert result.exit_code == 0, result.stderr
    assert "skipped    the published example of acme/wrong" in result.stderr
    assert "2 of them submits" in result.stderr
    assert list((save / "acme/odd").iterdir())
    assert not (save / "acme/wrong").exists()
