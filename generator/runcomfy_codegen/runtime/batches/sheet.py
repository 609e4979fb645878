"""A contact sheet: one HTML page that shows what a batch made of what, to be looked at."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from .._base.json_values import as_array, is_object
from .._files.parts import PartFile
from .._schemas.media_kinds import KINDS
from ..errors import JournalError
from ..media._mime import kind_of_name
from ._entry import STATES, Entry, dollars
from .journal import Journal

_VISIBLE = ("img", "video")
_ELEMENTS = {
    "img": '<img src="{link}" loading="lazy" alt="{name}">',
    "video": '<video src="{link}" controls muted preload="metadata"></video>',
    "audio": '<audio src="{link}" controls preload="none"></audio>',
    "a": '<a class="none" href="{link}">{name}</a>',
}
_STYLE = """
:root { color-scheme: light dark; --back: #f6f6f4; --card: #fff; --ink: #1c1c1a; --dim: #6b6b66;
  --line: #e3e3de; --good: #1f7a4d; --bad: #b3261e; --doubt: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --back: #151514; --card: #1f1f1d; --ink: #ececea;
  --dim: #9b9b95; --line: #343431; --good: #5fc08f; --bad: #f2857c; --doubt: #e0b04c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1800px; padding: 2rem clamp(1rem, 3vw, 3rem); background: var(--back);
  color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
.sum { color: var(--dim); margin: 0 0 1.5rem; display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 1rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden;
  display: flex; flex-direction: column; }
.made { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 2px; min-height: 180px; }
.made > * { width: 100%; height: 260px; object-fit: contain; display: block; }
.made .none { display: grid; place-items: center; height: auto; padding: 1rem; color: var(--dim);
  text-align: center; }
.made audio { height: 54px; align-self: center; }
.text { padding: .8rem 1rem 1rem; display: flex; flex-direction: column; gap: .5rem; min-width: 0; }
.head { display: flex; gap: .6rem; align-items: baseline; }
.head b { overflow-wrap: anywhere; } .head .cost { margin-left: auto; white-space: nowrap; }
.model, .id { color: var(--dim); font-size: 12px; overflow-wrap: anywhere; }
.prompt { margin: 0; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4;
  overflow: hidden; overflow-wrap: anywhere; white-space: pre-line; }
.given { display: flex; flex-wrap: wrap; gap: .4rem; }
.given img, .given video { width: 64px; height: 64px; object-fit: cover; border-radius: 6px;
  border: 1px solid var(--line); }
.completed { color: var(--good); } .failed, .refused { color: var(--bad); } .unknown { color: var(--doubt); }
.error { margin: 0; color: var(--bad); overflow-wrap: anywhere; white-space: pre-line; }
.unknown ~ .error, .error.unknown { color: var(--doubt); }
details { border-top: 1px solid var(--line); padding-top: .5rem; }
summary { cursor: pointer; color: var(--dim); }
pre { margin: .5rem 0 0; font: 12px/1.4 ui-monospace, monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; }
a { color: inherit; }
"""
# The page runs no code and asks only for pictures, even if something hostile got through.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src file: http: https: data: 'self'; media-src file: http: https: data: 'self'"
)
_PROMPTS = ("prompt", "text", "tags", "lyrics")  # what a person knows a request by


def contact_sheet(journal: str | os.PathLike[str], file: str | os.PathLike[str]) -> Path:
    """Writes the page of a batch, over an earlier one; its path. Files are linked relative to it.

    Raises JournalError if the journal is in use or is none, or would be overwritten; OSError.
    """
    page = Path(file)
    if page.exists() and page.samefile(journal):
        raise JournalError(f"{page}: is the journal itself: give the page another name")
    with Journal(journal) as opened:
        entries = opened.entries()
        folder = opened.path.parent
    text = "".join(_page(opened.path.stem, entries, folder, page.parent))
    page.parent.mkdir(parents=True, exist_ok=True)
    with PartFile(page.parent) as part:
        part.write(text.encode(errors="replace"))
        part.complete()
        part.path.replace(page)
    return page


def _page(title: str, entries: list[Entry], folder: Path, home: Path) -> Iterator[str]:
    counts = Counter(entry.state for entry in entries)
    total = sum(entry.may_cost for entry in entries)
    estimated = any(entry.cost is None and entry.may_cost for entry in entries)
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield f"<title>{_text(title)}</title>\n<style>{_STYLE}</style></head>\n<body>\n"
    yield f'<h1>{_text(title)}</h1>\n<p class="sum"><span>{len(entries)} requests</span>'
    for state in STATES:
        if counts[state]:
            yield f'<span class="{state}">{counts[state]} {state}</span>'
    yield f'<span>{dollars(total)}{" (partly estimated)" if estimated else ""}</span></p>\n<main>\n'
    for entry in entries:
        yield from _card(entry, folder, home)
    yield "</main>\n</body></html>\n"


def _card(entry: Entry, folder: Path, home: Path) -> Iterator[str]:
    yield f'<article id="{_text(entry.key)}"><div class="made">'
    made = [_medium(_relative(folder / name, home), name) for name in entry.files]
    made = made or list(_media((entry.reply or {}).get("output"), home))
    yield "".join(made) or f'<div class="none">{_nothing(entry)}</div>'
    yield '</div><div class="text"><div class="head">'
    yield f'<b>{_text(entry.key)}</b><span class="{entry.state}">{entry.state}</span>'
    yield f'<span class="cost">{_cost(entry)}</span></div>'
    yield f'<div class="model">{_text(entry.model_id)}</div>'
    if prompt := next((p for name in _PROMPTS if isinstance(p := entry.input.get(name), str)), ""):
        yield f'<p class="prompt" title="{_text(prompt)}">{_text(prompt)}</p>'
    if given := "".join(_media(entry.input, home)):
        yield f'<div class="given">{given}</div>'
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
    """The pictures and videos that JSON names: those on this machine, and those on the web."""
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
    """A URL that leads from the page to a file."""
    try:
        relative = os.path.relpath(path, home)
    except ValueError:  # another drive
        return path.absolute().as_uri()
    return quote(relative.replace(os.sep, "/"))


def _text(text: str) -> str:
    return escape(text, quote=True)
