"""A MkDocs hook that keeps the search index small.

A browser fetches the whole index, and most of a page is the same on all of them. These sections, and all
code but the first example, are indexed on one page only. They are marked as described in
https://squidfunk.github.io/mkdocs-material/setup/setting-up-site-search/#excluding-sections
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ALIKE = re.compile(
    r'<h2 (?=id="(?:try-it|authentication|submit-a-request|ask-for-the-status|get-the-result|cancel'
    r'|file-inputs|input-schema|output-schema)")'
)
_CODE = re.compile(r'<div class="[^"]*\bhighlight"')
_EXCLUDED = " data-search-exclude "


def on_page_content(html: str, page: Any, config: Mapping[str, Any], **_: object) -> str:
    """Mark what to leave out of the index, unless `extra.indexed_whole` names this page."""
    if page.file.src_uri == config["extra"]["indexed_whole"]:
        return html
    first = _CODE.search(html)
    if first:
        rest = _CODE.sub(lambda match: f"<div{_EXCLUDED}{match[0][5:]}", html[first.end() :])
        html = html[: first.end()] + rest
    return _ALIKE.sub(lambda match: f"<h2{_EXCLUDED}", html)
