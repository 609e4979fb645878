"""A contact sheet: one HTML page with the inputs and outputs of a batch."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from pkgutil import get_data
from string import Template
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from .._base.json_values import as_array, is_object
from .._base.money import dollars
from .._files.parts import PartFile
from .._schemas.media_kinds import KINDS
from .._validation.given import check_path
from ..errors import JournalError, RunComfyError
from ..media._mime import kind_of_name
from ._entry import STATES, Entry
from .journal import Journal

_VISIBLE = ("img", "video")
_ELEMENTS = {
    "img": '<img src="{link}" loading="lazy" alt="{name}">',
    "video": '<video src="{link}" controls muted preload="metadata"></video>',
    "audio": '<audio src="{link}" controls preload="none"></audio>',
    "a": '<a class="none" href="{link}">{name}</a>',
}
_PROMPTS = ("prompt", "text", "tags", "lyrics")  # fields by which a person recognises a request


def contact_sheet(journal: str | os.PathLike[str], file: str | os.PathLike[str]) -> Path:
    """Write an HTML page with the inputs and outputs of a batch, replacing an earlier page.

    Args:
        journal: The journal of the batch, which must not be running.
        file: The page. Saved outputs are linked relative to it.

    Returns:
        The path of the page.

    Raises:
        JournalError: The journal is in use, is not a journal, or is the page itself.
        OSError: The page cannot be written.
    """
    page = check_path("file", file)
    if page.exists() and page.samefile(journal):
        raise JournalError(f"{page}: must not be the journal itself\nGive the page another name.")
    with Journal(journal) as opened:
        entries = opened.entries()
        folder = opened.path.parent
    text = _template().substitute(
        title=_text(opened.path.stem),
        summary="".join(_summary(entries)),
        cards="".join(_card(entry, folder, page.parent) for entry in entries),
    )
    page.parent.mkdir(parents=True, exist_ok=True)
    with PartFile(page.parent) as part:
        part.write(text.encode(errors="replace"))
        part.complete()
        part.path.replace(page)
    return page


def _template() -> Template:
    package = __package__ or ""
    content = get_data(package, "contact_sheet.html")
    if content is None:
        raise RunComfyError(
            f"{package}: its loader must give data files; contact_sheet.html is missing"
        )
    return Template(content.decode())


def _summary(entries: list[Entry]) -> Iterator[str]:
    counts = Counter(entry.state for entry in entries)
    total = sum(entry.may_cost for entry in entries)
    estimated = any(entry.cost is None and entry.may_cost for entry in entries)
    yield f"<span>{len(entries)} requests</span>"
    for state in STATES:
        if counts[state]:
            yield f'<span class="{state}">{counts[state]} {state}</span>'
    yield f'<span>{dollars(total)}{" (partly estimated)" if estimated else ""}</span>'


def _card(entry: Entry, folder: Path, home: Path) -> str:
    return "".join(_card_parts(entry, folder, home))


def _card_parts(entry: Entry, folder: Path, home: Path) -> Iterator[str]:
    yield f'<article id="{_text(entry.key)}"><div class="made">'
    outputs = [_medium(_relative(folder / name, home), name) for name in entry.files]
    outputs = outputs or list(_media((entry.reply or {}).get("output"), home))
    yield "".join(outputs) or f'<div class="none">{_nothing(entry)}</div>'
    yield '</div><div class="text"><div class="head">'
    yield f'<b>{_text(entry.key)}</b><span class="{entry.state}">{entry.state}</span>'
    yield f'<span class="cost">{_cost(entry)}</span></div>'
    yield f'<div class="model">{_text(entry.model_id)}</div>'
    texts = [entry.input.get(name) for name in _PROMPTS]
    prompt = next((text for text in texts if isinstance(text, str)), "")
    if prompt:
        yield f'<p class="prompt" title="{_text(prompt)}">{_text(prompt)}</p>'
    inputs = "".join(_media(entry.input, home))
    if inputs:
        yield f'<div class="given">{inputs}</div>'
    if entry.error:
        yield f'<p class="error {entry.state}">{_text(entry.error.message)}</p>'
    yield "<details><summary>Parameters</summary>"
    yield f"<pre>{_text(json.dumps(entry.input, indent=2, ensure_ascii=False))}</pre></details>"
    if entry.request_id:
        yield f'<div class="id">{_text(entry.request_id)}</div>'
    yield "</div></article>\n"


def _nothing(entry: Entry) -> str:
    return "the files were not saved" if entry.state == "completed" else entry.state


def _cost(entry: Entry) -> str:
    if entry.cost is not None:
        return dollars(entry.cost)
    return f"about {dollars(entry.may_cost)}" if entry.may_cost else ""


def _media(value: Any, home: Path) -> Iterator[str]:
    """Yield elements for the images and videos that JSON names, by URL or local path."""
    if isinstance(value, str) and (url := _source(value, home)):
        yield _medium(url, urlsplit(value).path)
    for item in value.values() if is_object(value) else as_array(value):
        yield from _media(item, home)


def _source(value: str, home: Path) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    kind = kind_of_name(unquote(parts.path))
    if not kind or KINDS[kind].element not in _VISIBLE:
        return ""
    if parts.scheme in ("http", "https"):
        return value
    if parts.scheme == "file" and not parts.netloc:
        return _relative(Path(url2pathname(parts.path)), home)
    return ""


def _medium(url: str, name: str) -> str:
    link = _text(url)
    kind = kind_of_name(unquote(name))
    element = KINDS[kind].element if kind else "a"
    return _ELEMENTS[element].format(link=link, name=_text(Path(unquote(name)).name))


def _relative(path: Path, home: Path) -> str:
    """Return a URL that leads from the page to a file."""
    try:
        relative = os.path.relpath(path, home)
    except ValueError:  # another drive
        return path.absolute().as_uri()
    return quote(relative.replace(os.sep, "/"))


def _text(text: str) -> str:
    return escape(text, quote=True)
