"""The code blocks of the documentation."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from runcomfy.testing import Emulator

ROOT = Path(__file__).parents[2]


README, SDK_README = ROOT / "README.md", ROOT / "generated" / "README.md"


BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(page.read_text("utf-8")) if found == language]


@cache
def emulator_picture() -> bytes:
    """Return a real picture: one that the emulator itself delivered."""
    from runcomfy import RunComfy

    with (
        Emulator() as emulator,
        RunComfy(emulator.token, base_url=emulator.base_url) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        endpoint = client.untyped("openai/gpt-image-2/edit")
        result = endpoint.run({"prompt": "x", "images": ["https://media.invalid/a.png"]})
        return result.download(folder)[0].read_bytes()
