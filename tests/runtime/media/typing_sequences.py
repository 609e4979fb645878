"""For the type checkers only (`make check`): strict mypy reports an ignore that is not needed."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from runcomfy_codegen.runtime.media import ImageInput, SequenceNotStr


def takes(images: SequenceNotStr[ImageInput]) -> None: ...


def one_or_many(image: ImageInput | SequenceNotStr[ImageInput]) -> None: ...


def check(
    strings: list[str], paths: tuple[Path, ...], mixed: list[ImageInput], file: BinaryIO
) -> None:
    takes(strings)
    takes(paths)
    takes(mixed)
    takes(["https://example.com/a.png", Path("b.png"), b"", file])
    takes("https://example.com/a.png")  # type: ignore[arg-type]
    takes(b"")  # type: ignore[arg-type]
    takes([1])  # type: ignore[list-item]
    one_or_many("https://example.com/a.png")
    one_or_many(paths)
    one_or_many(None)  # type: ignore[arg-type]
