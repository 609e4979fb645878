"""Add the endpoints of saved pages to schemas/."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..names.model_ids import ONE_FOLDER, clashes
from ..schemas.endpoint_json import merged
from ..schemas.folder import folder_for, known_ids, read_info, write_endpoint
from ..text.documents import dumps, to_text
from ..text.problems import Problem
from .pages.captured import CapturedEndpoint, read_page

STDIN = Path("-")
"""Stands for standard input in a list of pages."""


@dataclass(frozen=True)
class AddedPage:
    """A page whose endpoint was added. changed: the files whose contents changed."""

    page: Path
    model_id: str
    changed: tuple[Path, ...]


@dataclass(frozen=True)
class AddReport:
    """The outcome of all pages: each was added, or has a problem that says why not."""

    added: tuple[AddedPage, ...]
    problems: tuple[Problem, ...]


def add_pages(paths: Sequence[Path], schemas_root: Path) -> AddReport:
    """Capture each page (text or HTML, `STDIN` for standard input) into its endpoint's folder.

    A page that cannot be read does not stop the others.
    """
    problems: list[Problem] = []
    captured: dict[Path, CapturedEndpoint] = {}
    for path in dict.fromkeys(paths):
        endpoint, faults = _read(path)
        problems += faults
        if endpoint:
            captured[path] = endpoint
    conflicts = [*_conflicts(captured, schemas_root)]
    problems += conflicts
    refused = {problem.file for problem in conflicts}
    added: list[AddedPage] = []
    for path, endpoint in captured.items():
        if page_name(path) in refused:
            continue
        try:
            # A broken endpoint.json is written anew; the next sync restores the catalogue's facts.
            known, _ = read_info(folder_for(schemas_root, endpoint.model_id))
            info = merged(known, endpoint.endpoint, "page")
            changed = write_endpoint(
                schemas_root, endpoint.model_id, info, endpoint.input, endpoint.output
            )
        except (OSError, ValueError) as error:
            message = f"{endpoint.model_id} cannot be written: {error}"
            problems.append(_problem(path, "schemas-not-written", message))
        else:
            added.append(AddedPage(path, endpoint.model_id, tuple(changed)))
    return AddReport(tuple(added), tuple(problems))


def _read(path: Path) -> tuple[CapturedEndpoint | None, list[Problem]]:
    name = page_name(path)
    try:
        content = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    except OSError as error:
        return None, [_problem(path, "unreadable", f"it cannot be read: {error.strerror}")]
    text, problems = to_text(content, name, _encoding(content))
    return read_page(text, name) if text is not None else (None, problems)


def page_name(path: Path) -> str:
    """Return what reports call a page."""
    return "standard input" if path == STDIN else path.as_posix()


def _encoding(content: bytes) -> Literal["utf-8", "utf-16"]:
    # Some editors still write UTF-16; only its byte order mark tells it from anything else.
    return "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"


def _conflicts(captured: dict[Path, CapturedEndpoint], root: Path) -> Iterator[Problem]:
    """Yield a problem for each page that contradicts another page, or collides with schemas/."""
    pages: dict[str, list[Path]] = {}
    for path, endpoint in captured.items():
        pages.setdefault(endpoint.model_id, []).append(path)
    for model_id, paths in pages.items():
        texts = {dumps([captured[path].input, captured[path].output]) for path in paths}
        for path in paths if len(texts) > 1 else ():
            others = ", ".join(page_name(other) for other in paths if other != path)
            message = f"it disagrees with {others} about {model_id}: none of them is added"
            hint = "give one page per endpoint, in one language"
            yield _problem(path, "pages-disagree", message, hint)
    for model_id, clash in clashes({*pages, *known_ids(root)}):
        for path in pages.get(model_id, ()):
            yield _problem(path, "model-id-case", f"{model_id}: {clash}", ONE_FOLDER)


def _problem(path: Path, rule: str, message: str, hint: str = "") -> Problem:
    return Problem(page_name(path), 0, 0, rule, "error", message, "", hint)
