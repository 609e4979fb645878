from pathlib import Path

import pytest
from postcard_models import InvalidRequestError
from postcard_models.testing import Emulator
from postcards import add_stamp, make_postcard


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    return file


def test_a_postcard(runcomfy_emulator: Emulator, photo: Path, tmp_path: Path) -> None:
    saved = make_postcard(photo, "Greetings from the Alps", tmp_path / "out", size="2k")
    assert [file.suffix for file in saved] == [".png"]
    assert all(file.stat().st_size for file in saved)
    [submit] = [each for each in runcomfy_emulator.received if each.method == "POST"]
    assert submit.path == "/v1/models/openai/gpt-image-2/edit"


def test_a_stamp(runcomfy_emulator: Emulator, photo: Path, tmp_path: Path) -> None:
    assert add_stamp(photo, "Austria", tmp_path / "out")
    assert runcomfy_emulator.received[0].path == "/v1/models/openai/gpt-4o-image/edit"


def test_a_photo_that_is_too_large_costs_nothing(
    runcomfy_emulator: Emulator, photo: Path, tmp_path: Path
) -> None:
    with photo.open("r+b") as file:
        file.truncate(60 * 2**20)
    with pytest.raises(InvalidRequestError, match="MB"):
        add_stamp(photo, "Austria", tmp_path)
    assert not runcomfy_emulator.received
