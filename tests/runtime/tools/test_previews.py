"""Small pictures in answers, with Pillow and without it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from runcomfy_codegen.runtime.testing._media import png
from runcomfy_codegen.runtime.tools import _previews
from runcomfy_codegen.runtime.tools._previews import previews_of


def picture(folder: Path, name: str = "a.png", size: int = 900) -> Path:
    path = folder / name
    path.write_bytes(png(size, size, (255, 0, 0), (0, 0, 255)))
    return path


@pytest.fixture
def no_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)


def test_pillow_makes_a_picture_smaller(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is optional")
    [preview] = previews_of([picture(tmp_path)])
    (tmp_path / "small").write_bytes(preview.content)
    with image.open(tmp_path / "small") as small:
        assert max(small.size) == 512


@pytest.mark.usefixtures("no_pillow")
def test_without_pillow_a_small_file_is_shown_as_it_is(tmp_path: Path) -> None:
    path = picture(tmp_path, size=8)
    [preview] = previews_of([path])
    assert (preview.media_type, preview.content) == ("image/png", path.read_bytes())


@pytest.mark.usefixtures("no_pillow")
def test_without_pillow_a_large_file_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_previews, "_MOST_BYTES", 10)
    assert previews_of([picture(tmp_path)]) == ()


def test_what_is_no_picture_has_no_preview(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"this is text")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    (tmp_path / "c.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    paths = [tmp_path / name for name in ("a.png", "c.mp4", "missing.png")]
    assert previews_of(paths) == ()


def test_a_few_pictures_are_enough(tmp_path: Path) -> None:
    paths = [picture(tmp_path, f"{number}.png", 8) for number in range(9)]
    assert len(previews_of(paths)) == 4
