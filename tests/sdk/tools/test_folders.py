"""An agent may send files of the folders that were opened, and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.toolboxes import EDITOR, Box, submits


def _secret(box: Box) -> Path:
    path = box.home / "secret.png"
    path.write_bytes(box.picture().read_bytes())
    return path


def _refused(box: Box, way: str) -> str:
    secret, folder = _secret(box), box.home / "in"
    match way:
        case "absolute":
            return str(secret)
        case "parent":
            return "../secret.png"
        case "within":
            return f"{folder}/../secret.png"
        case "link":
            (folder / "link.png").symlink_to(secret)
            return "link.png"
        case "folder link":
            (folder / "deep").symlink_to(box.home)
            return "deep/secret.png"
        case "file url":
            return secret.as_uri()
        case "home":
            return "~/.bashrc"
        case "nobody's home":
            return "~nobody-has-this-name/a.png"
        case "folder":
            return str(folder)
        case "sibling":  # its path begins with that of the folder
            twin = box.home / "in-secret"
            twin.mkdir()
            (twin / "a.png").write_bytes(secret.read_bytes())
            return str(twin / "a.png")
        case "host":
            return f"file://elsewhere{folder}/a.png"
        case _:
            return "a\0.png"


_WAYS = (
    *("absolute", "parent", "within", "link", "folder link", "file url", "home", "nobody's home"),
    *("folder", "sibling", "host", "nul"),
)


@pytest.mark.parametrize("way", _WAYS)
async def test_a_path_outside_the_folders_is_refused(
    box: Box, emulator: Emulator, way: str
) -> None:
    path = _refused(box, way)
    answer = await box.call(EDITOR, {"prompt": "a", "image": path})
    assert answer.is_error
    assert answer.data["state"] == "invalid"
    assert "\n  image: " in answer.text
    assert emulator.received == []


async def test_paths_are_refused_beside_the_other_problems(box: Box) -> None:
    arguments = {"image": str(_secret(box)), "241_mask": "../secret.png", "size": 1}
    answer = await box.call(EDITOR, arguments)
    for name in ("prompt", "image", "field_241_mask", "size"):
        assert f"\n  {name}: " in answer.text


@pytest.mark.parametrize("form", ["name", "absolute", "url", "inner link", "relative"])
async def test_a_path_within_the_folders_is_sent(
    box: Box, emulator: Emulator, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = box.picture("a b.png")
    forms: dict[str, Any] = {
        "name": picture.name,
        "absolute": str(picture),
        "url": picture.as_uri(),
        "inner link": "link.png",
        "relative": f"in/{picture.name}",
    }
    if form == "inner link":
        (picture.parent / "link.png").symlink_to(picture)
    monkeypatch.chdir(box.home)
    answer = await box.call(EDITOR, {"prompt": "a", "image": forms[form]})
    assert answer.data["state"] == "completed", answer.text
    [submit] = submits(emulator)
    assert submit.body["image"].startswith("data:image/png;base64,")


async def test_urls_and_data_uris_are_sent_as_they_are(box: Box, emulator: Emulator) -> None:
    uri = "data:image/png;base64,iVBORw0KGgo="
    for image in (f"{emulator.base_url}/outputs/a.png", uri):
        await box.call(EDITOR, {"prompt": "a", "image": image})
    assert [request.body["image"] for request in submits(emulator)][-1:] == [uri]


async def test_without_folders_no_file_is_read(box: Box) -> None:
    picture = box.picture()
    closed = box.another(folder=None, media_folders=[])
    answer = await box.call(EDITOR, {"prompt": "a", "image": str(picture)}, toolbox=closed)
    assert "media_folders (--media), which names no folder" in answer.text
