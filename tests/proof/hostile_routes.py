"""The ways into `schemas/`, and what each of them can carry."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote

from .hostile_schemas import Case, as_json

Route = Literal["folder", "catalogue", "page", "html"]
ROUTES: tuple[Route, ...] = ("folder", "catalogue", "page", "html")


def page_text(case: Case) -> str:
    example = case.info.get("example", {})
    url = f"https://api.example/v1/models/{quote(case.model_id, safe='/ ', errors='surrogatepass')}"
    return (
        f"Start\ncurl --request POST \\\n  --url {url} \\\n  --data '{as_json(example)}'\n"
        f"In\n{as_json(case.input, plain=True)}\nOut\n{as_json(case.output)}\n"
    )


def html_of(page: str) -> str:
    return f"<!DOCTYPE html><html><body><pre><code>{html.escape(page)}</code></pre></body></html>"


def _is_folder(case: Case) -> bool:
    """Return whether this disk can have it as a folder below another one."""
    segments = case.model_id.split("/")
    plain = case.model_id.isprintable() or not any(
        char in "\0\ud800\udfff\ude00\ud83d" for char in case.model_id
    )
    try:
        short = all(0 < len(each.encode()) < 200 for each in segments)
    except UnicodeEncodeError:
        return False
    return (
        plain
        and short
        and not {"", ".", ".."} & set(segments)
        and not any(each.startswith(".") for each in segments)
    )


def _is_followed(case: Case) -> bool:
    """Return whether the rest of a document can be read beside it."""
    try:
        json.loads(as_json([case.info, case.input, case.output]))
    except ValueError:
        return False
    return True


def _is_page(case: Case) -> bool:
    return (
        _is_followed(case)
        and isinstance(case.info.get("example", {}), dict)
        and case.overlay is None
        and not case.model_id.endswith(" ")  # a shell does not see the end of such a URL
    )


CARRIES: dict[Route, Callable[[Case], bool]] = {
    "folder": _is_folder,
    "catalogue": lambda case: _is_followed(case) and case.overlay is None,
    "page": _is_page,
    "html": _is_page,
}
