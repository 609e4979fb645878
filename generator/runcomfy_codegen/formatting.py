"""A small adapter around black: one mode, so that every emitted module looks alike."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from black.mode import Mode

LINE_LENGTH = 100


@functools.cache
def _mode() -> Mode:
    from black.mode import Mode, TargetVersion

    return Mode(target_versions={TargetVersion.PY310}, line_length=LINE_LENGTH)


def format_module(source: str) -> str:
    """The module as black lays it out. Raises ValueError for what is not Python."""
    # Imported here: a run with nothing to do must not pay for it.
    import black
    from black.parsing import InvalidInput

    try:
        return black.format_str(source, mode=_mode())
    except InvalidInput as error:
        raise ValueError(str(error)) from error
