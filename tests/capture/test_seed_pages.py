"""The two published pages this project began with, as they are and as a browser saves them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.capture import add_pages, read_page
from runcomfy_codegen.schemas.folder import read_schemas

from .._support.capture import SEEDS, as_lines, as_spans, snapshot

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/seeds is not here")

PAGES = {
    "gpt-4o-image-edit.en.txt": "openai/gpt-4o-image/edit",
    "gpt-image-2-edit.zh.txt": "openai/gpt-image-2/edit",
}
COMMITTED = Path(__file__).parents[2] / "schemas"


def published(page: str, opening: str) -> Any:
    """Return the JSON that begins in the line of `opening`, found by plain search."""
    start = page.index(opening)
    return json.JSONDecoder().raw_decode(page, page.index("{", start))[0]


@pytest.mark.parametrize(("name", "model_id"), PAGES.items())
@pytest.mark.parametrize("saved_as", [str, as_spans, as_lines])
def test_a_seed_page_is_captured(name: str, model_id: str, saved_as: Callable[[str], str]) -> None:
    page = (SEEDS / name).read_text(encoding="utf-8")
    captured, problems = read_page(saved_as(page), name)
    assert problems == []
    assert captured is not None
    assert captured.model_id == model_id
    assert captured.endpoint == {
        "model_id": model_id,
        "example": published(page, "--data '{"),
        "source": "page",
    }
    assert list(captured.endpoint) == ["model_id", "example", "source"]
    input_at = page.index('"type": "object"')
    assert pair(captured.input) == pair(published(page, page[page.rindex("{", 0, input_at) :]))
    output_at = page.index('"output": {')
    assert pair(captured.output) == pair(published(page, page[page.rindex("{", 0, output_at) :]))


def pair(value: Any) -> str:
    """JSON text: equal only if the order of keys and the kinds of numbers are, too."""
    return json.dumps(value)


def test_add_reproduces_what_is_committed(tmp_path: Path) -> None:
    root = tmp_path / "schemas"
    report = add_pages([SEEDS / name for name in PAGES], root)
    assert report.problems == ()
    written = snapshot(root)
    assert len(written) == 6
    assert {name: (COMMITTED / name).read_bytes() for name in written} == written
    sources, problems = read_schemas(root)
    assert problems == ()
    assert [source.model_id for source in sources] == sorted(PAGES.values())


def test_adding_again_changes_nothing(tmp_path: Path) -> None:
    pages = [SEEDS / name for name in PAGES]
    first = add_pages(pages, tmp_path)
    again = add_pages(pages, tmp_path)
    assert [len(page.changed) for page in first.added] == [3, 3]
    assert [page.changed for page in again.added] == [(), ()]
