"""The model that the quick start of a generated README shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from runcomfy_codegen import open_workspace
from runcomfy_codegen.schemas.folder import EndpointSource

from .._support.generator import source, write

PROMPT = {"prompt": {"type": "string"}}
PICTURE = {"image": {"type": "string", "format": "image_uri"}}
EDIT = source("acme/a-edit", {**PROMPT, **PICTURE}, required=["image"])
VIDEO = source("acme/b-video", PROMPT, required=["prompt"], categories=["text-to-video"])
DRAW = source("acme/c-draw", PROMPT, required=["prompt"], categories=["text-to-image"])
OLD = source("acme/a-old", PROMPT, required=["prompt"], categories=["text-to-image"], gone=True)


@pytest.mark.parametrize(
    ("sources", "shown"),
    [
        ((EDIT, VIDEO, DRAW), "c_draw"),
        ((EDIT, VIDEO), "b_video"),
        ((EDIT,), "a_edit"),
        ((OLD, EDIT, VIDEO), "b_video"),
    ],
)
def test_the_simplest_model_is_shown(
    tmp_path: Path, sources: tuple[EndpointSource, ...], shown: str
) -> None:
    write(tmp_path, *sources)
    readme = open_workspace(tmp_path).generate()["README.md"]
    quick_start = readme.partition("## Quick start")[2].partition("\n## ")[0]
    assert f"client.acme.{shown}." in quick_start
    assert ("import Path" in quick_start) == ("Path(" in quick_start)
