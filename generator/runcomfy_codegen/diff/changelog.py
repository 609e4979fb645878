"""`CHANGELOG.md` beside the captured schemas, which `generate` publishes as it is."""

from __future__ import annotations

import re
from pathlib import Path

from ..disk import read_text, write_together
from ..schemas_folder import CHANGELOG
from .changes import Difference
from .report import UNRELEASED, changelog_section

_HEAD = "# Changelog\n\n"
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)


def update_changelog(schemas: Path, difference: Difference) -> bool:
    """Put what changed on top, for what was unreleased before; whether that is something else.

    Raises OSError.
    """
    known = read_text(schemas / CHANGELOG)
    head, *sections = _SECTION.split(known or _HEAD)
    released = [each for each in sections if not each.startswith(f"{UNRELEASED}\n")]
    section = changelog_section(difference)
    text = "".join([head, *([f"{section}\n"] if section else []), *released]).rstrip("\n") + "\n"
    if text == known or (known is None and not section):
        return False
    write_together(schemas, {CHANGELOG: text.encode(errors="surrogateescape")})
    return True
