"""The contact sheet: what it shows, and that hostile text stays text."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from runcomfy import Journal, JournalError, RunComfy, contact_sheet
from runcomfy.testing import Behaviour, Emulator
from runcomfy.testing._media import png

from ..._support.batches import MODEL_ID, VIDEO

HOSTILE_KEY = '"><script>alert(1)</script><img src=x onerror=alert(2)> & </pre>'
HOSTILE = f"{HOSTILE_KEY} \u202e"


class Page(HTMLParser):
    """Its tags with their attributes, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(path.read_text("utf-8"))
        self.sources = [of["src"] or "" for _, of in self.tags if "src" in of]

    def handle_starttag(self, tag: str, attrs: list[Any]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def journal(tmp_path: Path, emulator: Emulator) -> Path:
    """Make a batch in which everything happened that can."""
    picture = tmp_path / "in put #1.png"
    picture.write_bytes(png(8, 8, (255, 0, 0), (0, 0, 255)))
    given: dict[str, Any] = {
        HOSTILE_KEY: {"model_id": MODEL_ID, "input": {"prompt": HOSTILE, "given": picture.as_uri()}},
        "clip": {"model_id": VIDEO.model_id, "input": {"prompt": "a clip"}},
        "failed": {"model_id": MODEL_ID, "input": {"prompt": "dark", "image": "javascript:alert(3)"}},
        "doubt": {"model_id": MODEL_ID, "input": {"prompt": "x", "of": "https://example.com/a.webp"}},
    }  # fmt: skip
    path, folder = tmp_path / "jobs.sqlite", tmp_path / "out"

    with RunComfy(emulator.token, base_url=emulator.base_url) as client:

        def run(*keys: str) -> None:
            chosen = {key: given[key] for key in keys}
            client.batch(chosen, journal=path, folder=folder).run()

        run(HOSTILE_KEY, "clip")
        emulator.behaviour = Behaviour(statuses=("failed",), failure=HOSTILE)
        run("failed")
        emulator.behaviour = Behaviour(submit_fault="drop_after_accept")
        run("doubt")
    return path


def test_it_shows_everything_and_runs_nothing(journal: Path, tmp_path: Path) -> None:
    page_path = contact_sheet(journal, tmp_path / "sheets" / "sheet.html")
    page = Page(page_path)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "iframe", "link", "object"}
    assert not [name for _, of in page.tags for name in of if name.startswith("on")]
    assert page.text.count(HOSTILE_KEY) >= 3
    assert "javascript:" not in "".join(page.sources)
    local = [source for source in page.sources if not source.startswith("http")]
    assert len(local) == 3
    for source in local:
        assert (page_path.parent / unquote(source)).resolve().is_file(), source
    assert "https://example.com/a.webp" in page.sources
    assert [of["id"] for tag, of in page.tags if tag == "article"] == [
        HOSTILE_KEY, "clip", "failed", "doubt",
    ]  # fmt: skip
    for words in ("2 completed", "1 failed", "1 unknown", "$0.04", "partly estimated"):
        assert words in page.text
    assert "video" in tags


def test_it_replaces_an_earlier_one(journal: Path, tmp_path: Path) -> None:
    page = tmp_path / "sheet.html"
    page.write_text("old")
    contact_sheet(journal, page)
    before = page.read_bytes()
    contact_sheet(journal, page)
    assert page.read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))


def test_it_does_not_take_the_place_of_the_journal(journal: Path, tmp_path: Path) -> None:
    (tmp_path / "link.html").symlink_to(journal)
    for page in (journal, tmp_path / "out" / ".." / journal.name, tmp_path / "link.html"):
        with pytest.raises(JournalError, match="must not be the journal itself"):
            contact_sheet(journal, page)
    assert len(Journal(journal).entries()) == 4


def test_not_while_the_batch_runs(journal: Path, tmp_path: Path) -> None:
    with Journal(journal), pytest.raises(JournalError, match="uses this journal"):
        contact_sheet(journal, tmp_path / "sheet.html")
    with pytest.raises(JournalError, match="no such journal"):
        contact_sheet(tmp_path / "other.sqlite", tmp_path / "sheet.html")
