"""`CHANGELOG.md` beside the captured schemas, which `generate` publishes as it is.

What we write stands in a block between two comments inside the section of what is unreleased. Only the
block is ever replaced, and only while it is as we wrote it: everything else is somebody's own words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ..disk.files import read_bytes, write_together
from ..schemas.folder import CHANGELOG
from .changes import Difference
from .report import UNRELEASED, changelog_section

_HEAD = "# Changelog\n"
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,3})[ \t]+(?P<text>[^#\s].*)")
_UNDERLINE = re.compile(r" {0,3}(?P<mark>=+|-+)[ \t]*\r?\n?")
_UNRELEASED = re.compile(r"\W*unreleased\b", re.IGNORECASE)
_ITEM = re.compile(r"(?:[-*+>]|\d+[.)])\s")
_VERSION = re.compile(r"\W*v?\d")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_LINK = re.compile(r"\[[^\]]+\]:\s*\S")
_BEGIN = re.compile(
    r"<!-- runcomfy-codegen(?: since (?P<since>[^\s;]+))?; (?P<digest>[0-9a-f]{12}) -->"
)
_SUGGESTION = "Suggested version: "
_END = "<!-- /runcomfy-codegen -->"


class _Heading(NamedTuple):
    """A heading.

    Attributes:
        at: Its line.
        level: 1 for the title of a page.
        text: Its text.
        below: The line after it.
    """

    at: int
    level: int
    text: str
    below: int


class _Section(NamedTuple):
    """A section: its heading, and the line after its last one."""

    heading: _Heading
    end: int


class _Block(NamedTuple):
    """The part of a section that is ours: its lines without the comments around them."""

    begin: int
    end: int
    since: str
    intact: bool


def recorded_revision(schemas: Path) -> str:
    """Return the revision since which the unreleased section lists changes; empty if it has none."""
    lines = _lines(_read(schemas) or "")
    section = _unreleased(lines)
    block = _block(lines, section) if section else None
    return block.since if block else ""


def newest_heading(schemas: Path) -> str:
    """Return the heading of the newest release; empty if there is none."""
    lines = _lines(_read(schemas) or "")
    headings = _of_sections(_headings(lines))
    released = [heading for heading in headings if not _UNRELEASED.match(heading.text)]
    return lines[released[0].at].strip() if released else ""


def update_changelog(
    schemas: Path, difference: Difference, since: str, covers: Callable[[str], bool]
) -> bool:
    """Write the changes into the unreleased section.

    Args:
        schemas: The folder of the changelog.
        difference: What changed.
        since: The revision that it is compared with; empty if that is not a revision.
        covers: Tells whether everything since another revision is in the difference too. If not, the
            block about that revision stays, as somebody's own words.

    Returns:
        Whether the file is another one now.

    Raises:
        OSError: If the file cannot be read or written.
    """
    known = _read(schemas)
    lines, newline = _opened(known)
    section = _unreleased(lines)
    block = _block(lines, section) if section else None
    if block:
        replaced = block.intact and (block.since == since or covers(block.since))
        keep = [] if replaced else lines[block.begin + 1 : block.end]
        lines[block.begin : block.end + 1] = keep
        _close_gap(lines, block.begin)
    elif not difference.changes:
        return False
    text = _new_text(lines, difference, since, newline)
    if text == known:
        return False
    write_together(schemas, {CHANGELOG: text.encode(errors="surrogateescape")})
    return True


def close_section(schemas: Path, version: str, date: str) -> None:
    """Turn the unreleased section into that of a release; make one where there is none.

    Args:
        schemas: The folder of the changelog.
        version: The version that is released.
        date: The day of the release, such as 2026-11-26.

    Raises:
        OSError: If the file cannot be read or written.
    """
    lines, newline = _opened(_read(schemas))
    section = _unreleased(lines)
    if section is None:
        section = _new_section(lines, newline)
    heading, end = section
    if block := _block(lines, section):
        inner = lines[block.begin + 1 : block.end]
        # What was a suggestion is now the heading.
        kept = [line for line in inner if not line.startswith(_SUGGESTION)]
        lines[block.begin : block.end + 1] = kept
        end -= block.end + 1 - block.begin - len(kept)
        _close_gap(lines, block.begin)
    if not "".join(lines[heading.below : end]).strip():
        lines[heading.below : end] = [newline, f"No model changed.{newline}", newline]
    bracketed, marks = "[" in heading.text, "#" * heading.level
    shown = f"[{version}]" if bracketed else version
    lines[heading.at : heading.below] = [f"{marks} {shown} - {date}{newline}"]
    if bracketed:
        lines[heading.at : heading.at] = [f"{marks} [Unreleased]{newline}", newline]
    text = "".join(lines).rstrip("\r\n") + newline
    write_together(schemas, {CHANGELOG: text.encode(errors="surrogateescape")})


def _new_text(lines: list[str], difference: Difference, since: str, newline: str) -> str:
    section = _unreleased(lines)
    own = lines[section.heading.below : section.end] if section else []
    entries = _without_known(_entries(difference), own)
    if section is None:
        if not entries:
            return "".join(lines)
        section = _new_section(lines, newline)
    heading, end = section
    if entries:
        below = "#" * (heading.level + 1)
        nested = [re.sub(r"^###(?= )", below, line) for line in entries]
        _put(lines, end, _framed(nested, since), newline)
    elif not "".join(lines[heading.below : end]).strip() and "[" not in heading.text:
        del lines[heading.at : end]
    return "".join(lines).rstrip("\r\n") + newline


def _entries(difference: Difference) -> list[str]:
    """Return the lines of our block."""
    section = changelog_section(difference).removeprefix(f"{UNRELEASED}\n").strip("\n")
    return section.split("\n") if section else []


def _without_known(entries: list[str], own: list[str]) -> list[str]:
    """Leave out endpoints whose lines are in the section already, and headings with nothing below."""
    known = {line.rstrip() for line in own}
    starts = [at for at, line in enumerate(entries) if line.startswith("### ")]
    kept = entries[: starts[0]] if starts else []
    has_entries = False
    for start, end in zip(starts, [*starts[1:], len(entries)], strict=False):
        groups = _groups(entries[start + 1 : end])
        new = [group for group in groups if not known.issuperset(group)]
        if new:
            kept += [entries[start], ""]
            for group in new:
                kept += group
            kept.append("")
            has_entries = True
    return kept if has_entries else []


def _groups(lines: list[str]) -> list[list[str]]:
    """Return endpoints with the lines of their changes."""
    groups: list[list[str]] = []
    for line in lines:
        if line.startswith("- "):
            groups.append([line])
        elif line.strip():
            groups[-1].append(line)
    return groups


def _framed(entries: list[str], since: str) -> list[str]:
    plain = "\n".join(entries).strip("\n").split("\n")
    about = f" since {since}" if since else ""
    return [f"<!-- runcomfy-codegen{about}; {_digest(plain)} -->", *plain, _END]


def _put(lines: list[str], at: int, block: list[str], newline: str) -> None:
    """Insert the block before a line, with an empty line on either side."""
    while at > 0 and not lines[at - 1].strip():
        at -= 1
        del lines[at]
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += newline
    rest = [newline] if at < len(lines) else []
    lines[at:at] = [newline, *(f"{line}{newline}" for line in block), *rest]


def _close_gap(lines: list[str], at: int) -> None:
    """Leave one of the empty lines that stood on either side of what was removed."""
    while 0 < at < len(lines) and not lines[at].strip() and not lines[at - 1].strip():
        del lines[at]


def _new_section(lines: list[str], newline: str) -> _Section:
    """Insert the heading, spelled like the others, and return its section."""
    headings = _of_sections(_headings(lines))
    bracketed = any(heading.text.startswith("[") for heading in headings)
    linked = any(line.lower().startswith("[unreleased]:") for line in lines)
    text = "[Unreleased]" if bracketed or linked else "Unreleased"
    level = headings[0].level if headings else 2
    at = headings[0].at if headings else _before_links(lines)
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += newline
    gap = [newline] if at and lines[at - 1].strip() else []
    lines[at:at] = [*gap, f"{'#' * level} {text}{newline}", newline]
    at += len(gap)
    return _Section(_Heading(at, level, text, at + 1), at + 2)


def _unreleased(lines: list[str]) -> _Section | None:
    """Return the section of what is unreleased; None if there is none."""
    headings = _headings(lines)
    own = next((heading for heading in headings if _UNRELEASED.match(heading.text)), None)
    if own is None:
        return None
    later = [
        heading.at for heading in headings if heading.at > own.at and heading.level <= own.level
    ]
    return _Section(own, max(later[0] if later else _before_links(lines), own.below))


def _of_sections(headings: list[_Heading]) -> list[_Heading]:
    """Return the headings of releases: those of the level of the first one that is certainly such a one."""
    first = next((heading for heading in headings if _is_of_release(heading.text)), None)
    level, start = (first.level, first.at) if first else (2, 0)
    return [heading for heading in headings if heading.level == level and heading.at >= start]


def _is_of_release(text: str) -> bool:
    return bool(_UNRELEASED.match(text) or _VERSION.match(text)) and not _ITEM.match(text)


def _headings(lines: list[str]) -> list[_Heading]:
    """Return the headings outside of code and comments."""
    headings: list[_Heading] = []
    fence = ""
    in_comment = False
    for at, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        elif in_comment or "<!--" in line:
            in_comment = "-->" not in line.rpartition("<!--")[2]
        elif heading := _heading(lines, at):
            headings.append(heading)
    return headings


def _heading(lines: list[str], at: int) -> _Heading | None:
    """Return the heading that a line is: with marks before it, or with a line below it."""
    if match := _HEADING.match(lines[at]):
        return _Heading(at, len(match["marks"]), match["text"].strip(), at + 1)
    text = lines[at].strip()
    below = lines[at + 1] if at + 1 < len(lines) else ""
    underline = _UNDERLINE.fullmatch(below) if _is_of_release(text) else None
    if underline is None or len(underline["mark"]) < 3:
        return None
    return _Heading(at, 1 if underline["mark"][0] == "=" else 2, text, at + 2)


def _before_links(lines: list[str]) -> int:
    """Return the line at which the definitions of links at the end of the file begin."""
    at = len(lines)
    while at and (not lines[at - 1].strip() or _LINK.match(lines[at - 1])):
        at -= 1
    return at


def _block(lines: list[str], section: _Section) -> _Block | None:
    for begin in range(section.heading.below, section.end):
        match = _BEGIN.fullmatch(lines[begin].strip())
        if match is None:
            continue
        rest = range(begin + 1, section.end)
        last = next((at for at in rest if lines[at].strip() == _END), None)
        if last is not None:
            inner = [line.rstrip("\r\n") for line in lines[begin + 1 : last]]
            return _Block(begin, last, match["since"] or "", _digest(inner) == match["digest"])
    return None


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()[:12]


def _read(schemas: Path) -> str | None:
    """Return the text of the file, its line endings as they are; None if there is no file."""
    try:
        return read_bytes(schemas / CHANGELOG).decode(errors="surrogateescape")
    except FileNotFoundError:
        return None


def _opened(text: str | None) -> tuple[list[str], str]:
    """Return the lines of the file, of a new one where there is none, and the line ending of ours.

    Somebody's line endings come back where they were: ours are the majority's.
    """
    if text is None:
        text = _HEAD
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    return _lines(text), newline


def _lines(text: str) -> list[str]:
    """Split at line feeds only, and keep them: somebody's text may hold any other separator."""
    return [line for line in re.split(r"(?<=\n)", text) if line]
