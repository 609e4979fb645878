"""A result as HTML, for notebooks: media as they are, everything else as text. Fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .._base.text import shorten
from .._schemas.media_kinds import KINDS
from .._transport.hosts import HostRules
from .._transport.public_urls import RefusedURLError
from .urls import FileKind, media_type_of, short_url

_MOST_FILES = 24  # that are shown; a result may name any number
_MAX_URL = 8192  # characters of an address that a page loads
_STYLE = "max-width:320px;max-height:320px;margin:4px;vertical-align:top"
_ELEMENTS = {
    "img": '<img src="{src}" style="{style}" loading="lazy" referrerpolicy="no-referrer" alt="{text}">',
    "video": '<video src="{src}" style="{style}" controls preload="metadata"></video>',
    "audio": '<audio src="{src}" controls preload="none"></audio>',
    "a": '<a href="{src}" target="_blank" rel="noopener noreferrer">{text}</a>',
}


def result_html(
    facts: Sequence[str], files: Sequence[tuple[str, FileKind]], hosts: HostRules
) -> str:
    """Show a result.

    Args:
        facts: Shown above the files, such as its id and its cost.
        files: The URL and the kind of each.
        hosts: The hosts that a page may load from.
    """
    shown = [file_html(url, kind, hosts) for url, kind in files[:_MOST_FILES]]
    if len(files) > _MOST_FILES:
        shown.append(f"<div>and {len(files) - _MOST_FILES:,} more</div>")
    head = " &middot; ".join(_text(fact) for fact in facts if fact)
    return f"<div><div>{head}</div>{''.join(shown)}</div>"


def file_html(url: str, kind: FileKind, hosts: HostRules) -> str:
    """Show one file: what a page may load as an element, anything else as its address."""
    media_type = media_type_of(url)
    if media_type:
        return f"<div>{_text(media_type)} within the reply, {len(url):,} characters</div>"
    try:
        address = str(hosts.check(url)) if len(url) <= _MAX_URL else ""
    except (RefusedURLError, ValueError):
        address = ""
    text = _text(short_url(url))
    if not address:
        return f"<div>{text}</div>"
    element = "a" if kind == "file" else KINDS[kind].element
    return _ELEMENTS[element].format(src=escape(address), style=_STYLE, text=text)


def _text(text: str) -> str:
    return escape(shorten(text))
