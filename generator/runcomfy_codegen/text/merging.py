"""Read generated and locked files that git merged line by line, or left conflict markers in."""

from __future__ import annotations

import re
from functools import cache

from .patterns import Pattern

_OURS, _BASE, _THEIRS, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
_MARKER = Pattern(r"(<{7}|\|{7}|={7}|>{7})(?: .*)?")

# Files that name all endpoints, or all of a namespace. Each of these lines stands for one of them, so two
# branches that add endpoints both change the file, and git puts together what neither branch had.
_ROWS = (
    (Pattern(r"docs/index\.md"), Pattern(r"\|.*|## .*")),
    (Pattern(r"docs/llms\.txt"), Pattern(r"- \[.*|## .*")),
    (Pattern(r"[^/]+/SKILL\.md"), Pattern(r"- .*")),
    (Pattern(r"[^/]+/_endpoints\.json"), Pattern(r'  ".*": ".*",?')),
    (
        Pattern(r"[^/]+/(?:client|models/.+/__init__)\.py"),
        Pattern(
            r" {4}from \S+ import .*| {8}\w+,| {4}\)"  # imports
            r'| {4}(?:_children|_renamed) = .*| {8}"\w+": "[\w.]+",| {4}\}'  # tables
            r'| {4}\w+: \w+(?:\[.*\]|\[)?| {8}\w+\[.*\],| {4}\]| {4}""".*"""'  # attributes
        ),
    ),
)

_INDEXES = ("index.md", "llms.txt", "SKILL.md", "_endpoints.json", "client.py", "__init__.py")


def lasting_text(path: str, text: str) -> str:
    """Return a generated file without the lines that come and go with endpoints.

    Only this part of an index is the same on two branches that add endpoints, so the manifest has the
    digest of this part, and a merged index is not taken for one that was edited by hand.
    """
    if row := _row_of(path):
        return _without_rows(row).sub("", f"{without_markers(text)}\n").removesuffix("\n")
    return text


@cache
def _without_rows(row: Pattern) -> re.Pattern[str]:
    """Return what finds rows and empty lines, each with its end: one search is faster than one a line."""
    return re.compile(rf"^(?:{row.pattern})?\n", re.MULTILINE)


def is_index(path: str) -> bool:
    """Return whether a file has lines that come and go with endpoints."""
    return _row_of(path) is not None


def rows_of(path: str, text: str) -> set[str]:
    """Return these lines; a comma at the end only says that another follows."""
    row = _row_of(path)
    lines = text.split("\n") if row else []
    return {line.removesuffix(",") for line in lines if row and row.fullmatch(line)}


def _row_of(path: str) -> Pattern | None:
    """Return the pattern of an index's rows; None for any other file."""
    for paths, rows in _ROWS if path.endswith(_INDEXES) else ():
        if paths.fullmatch(path):
            return rows
    return None


def has_conflict(text: str) -> bool:
    """Return whether git has left conflict markers that belong together."""
    return sides(text) is not None


def sides(text: str) -> tuple[str, str] | None:
    """Return both versions of a text with conflict markers; None for any other text."""
    if _OURS not in text:
        return None
    ours: list[str] = []
    theirs: list[str] = []
    state = _END
    has_conflict = False
    for line in text.split("\n"):
        marker = _MARKER.fullmatch(line)
        if marker is None:
            if state in (_END, _OURS):
                ours.append(line)
            if state in (_END, _THEIRS):
                theirs.append(line)
        elif marker[1] in _NEXT[state]:
            has_conflict, state = True, marker[1]
        else:
            return None
    return ("\n".join(ours), "\n".join(theirs)) if has_conflict and state == _END else None


_NEXT = {_END: (_OURS,), _OURS: (_BASE, _THEIRS), _BASE: (_THEIRS,), _THEIRS: (_END,)}


def without_markers(text: str) -> str:
    """Return the text with the lines of both sides."""
    if _OURS not in text:
        return text
    return "\n".join(line for line in text.split("\n") if not _MARKER.fullmatch(line))


def facts(text: str) -> list[tuple[str, str, str]]:
    """Read a merged manifest: section, key and value of each line; nothing where a line is something else.

    Unlike JSON, the lines need neither commas between them nor different keys: git puts together what it
    finds on two branches.
    """
    entries: list[tuple[str, str, str]] = []
    section = ""
    for line in without_markers(text).split("\n"):
        if match := re.fullmatch(r' "(\w+)": \{(\}?),?', line):
            section = "" if match[2] else match[1]
        elif match := re.fullmatch(r'  "([^"\\]+)": "([^"\\]*)",?', line):
            if not section:
                return []
            entries.append((section, match[1], match[2]))
        elif not re.fullmatch(r"\{?| ?\},?", line):
            return []
    return entries
