"""A hook of MkDocs: what the search of the site need not find on every page.

The index is fetched as a whole, and most of a page is what all of them say. What is alike can be found
on one page, and so can code, of which only the first example says something of the model.
Marked as https://squidfunk.github.io/mkdocs-material/setup/setting-up-site-search/#excluding-sections has it.
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
    """The page, marked, unless it is the one that `extra.indexed_whole` names."""
    if page.file.src_uri == config["extra"]["indexed_whole"]:
        return html
    first = _CODE.search(html)
    if first:
        rest = _CODE.sub(lambda found: f"<div{_EXCLUDED}{found[0][5:]}", html[first.end() :])
        html = html[: first.end()] + rest
    return _ALIKE.sub(lambda found: f"<h2{_EXCLUDED}", html)
