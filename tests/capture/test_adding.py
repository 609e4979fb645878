"""Pages on disk -> schemas/: what is written, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from runcomfy_codegen.capture import add_pages
from runcomfy_codegen.cli.app import main
from runcomfy_codegen.schemas.folder import read_schemas
from runcomfy_codegen.text.documents import dumps

from .._support.capture import BODY, INPUT, MODEL_ID, OUTPUT, make_page, pretty, snapshot


def saved(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def url(model_id: str) -> str:
    return f"https://api.example/v1/models/{model_id}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "schemas"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_three_files(tmp_path: Path, root: Path, encoding: str) -> None:
    page = saved(tmp_path, "misnamed.txt", make_page(), encoding)
    (added,) = add_pages([page], root).added
    folder = root / MODEL_ID
    assert added.changed == tuple(
        folder / name for name in ("endpoint.json", "input.json", "output.json")
    )
    assert snapshot(folder) == {
        "endpoint.json": dumps({"model_id": MODEL_ID, "example": BODY, "source": "page"}).encode(),
        "input.json": dumps(INPUT).encode(),
        "output.json": dumps(OUTPUT).encode(),
    }


def test_half_a_page_leaves_the_folder_as_it_was(tmp_path: Path, root: Path) -> None:
    add_pages([saved(tmp_path, "good.txt", make_page())], root)
    before = snapshot(root)
    bad = [
        saved(tmp_path, "a.txt", make_page(output_schema="")),
        saved(tmp_path, "b.txt", make_page(url=url("acme/new"), input_schema="")),
    ]
    report = add_pages(bad, root)
    assert report.added == ()
    assert [problem.file for problem in report.problems] == [path.as_posix() for path in bad]
    assert snapshot(root) == before
    assert not (root / "acme/new").exists()


def test_only_what_changed_is_written_and_overlays_stay(tmp_path: Path, root: Path) -> None:
    page = saved(tmp_path, "page.txt", make_page())
    add_pages([page], root)
    overlay = root / MODEL_ID / "overlay.json"
    overlay.write_text("[]")
    page.write_text(make_page(input_schema=pretty({**INPUT, "title": "New"})), encoding="utf-8")
    (added,) = add_pages([page], root).added
    assert added.changed == (root / MODEL_ID / "input.json",)
    assert overlay.read_text() == "[]"


def test_a_bad_page_stops_no_other(tmp_path: Path, root: Path) -> None:
    pages = [
        saved(tmp_path, "empty.txt", ""),
        tmp_path / "missing.txt",
        saved(tmp_path, "latin.txt", "Stra\u00dfe", "latin-1"),
        saved(tmp_path, "good.txt", make_page()),
    ]
    report = add_pages(pages, root)
    assert [page.model_id for page in report.added] == [MODEL_ID]
    assert {problem.rule for problem in report.problems} >= {"unreadable", "encoding"}
    assert {problem.file for problem in report.problems} == {p.as_posix() for p in pages[:3]}


def test_pages_that_disagree_are_not_added(tmp_path: Path, root: Path) -> None:
    pages = [
        saved(tmp_path, "en.txt", make_page()),
        saved(tmp_path, "de.txt", make_page(input_schema=pretty({**INPUT, "title": "Ein"}))),
        saved(tmp_path, "other.txt", make_page(url=url("acme/other"))),
    ]
    report = add_pages(pages, root)
    assert [page.model_id for page in report.added] == ["acme/other"]
    assert [problem.rule for problem in report.problems] == ["pages-disagree"] * 2
    again = add_pages([pages[0], pages[0], saved(tmp_path, "copy.txt", make_page())], root)
    assert again.problems == ()


def test_an_id_that_differs_in_case_from_a_known_one_is_refused(tmp_path: Path, root: Path) -> None:
    add_pages([saved(tmp_path, "a.txt", make_page(url=url("acme/x/4K/paint")))], root)
    report = add_pages([saved(tmp_path, "b.txt", make_page(url=url("acme/x/4k/draw")))], root)
    assert report.added == ()
    assert [problem.rule for problem in report.problems] == ["model-id-case"]


def test_a_prefix_of_another_id_is_an_endpoint_too(tmp_path: Path, root: Path) -> None:
    ids = ["acme/video", "acme/video/draft"]
    pages = [saved(tmp_path, f"{n}.txt", make_page(url=url(i))) for n, i in enumerate(ids)]
    assert add_pages(pages, root).problems == ()
    sources, problems = read_schemas(root)
    assert [source.model_id for source in sources] == ids
    assert problems == ()


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs links")
def test_nothing_is_written_through_a_link(tmp_path: Path, root: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root.mkdir()
    (root / "acme").symlink_to(outside)
    report = add_pages([saved(tmp_path, "page.txt", make_page())], root)
    assert [problem.rule for problem in report.problems] == ["schemas-not-written"]
    assert snapshot(outside) == {}


def test_a_disk_that_refuses_is_a_problem(tmp_path: Path, root: Path) -> None:
    (root / "acme").mkdir(parents=True)
    (root / "acme/demo").write_text("a file where a folder should be")
    before = snapshot(root)
    pages = [
        saved(tmp_path, "page.txt", make_page()),
        saved(tmp_path, "good.txt", make_page(url=url("acme/other"))),
    ]
    report = add_pages(pages, root)
    assert [problem.rule for problem in report.problems] == ["schemas-not-written"]
    assert before.items() <= snapshot(root).items()
    assert len(snapshot(root / "acme/other")) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_page_on_standard_input(root: Path, tmp_path: Path, encoding: str) -> None:
    page = make_page(url=url("acme/piped")).replace("\n", "\r\n")
    result = CliRunner().invoke(
        main, ["add", "-", "--schemas", str(root)], input=page.encode(encoding)
    )
    assert result.exit_code == 0, result.output
    assert result.stderr == ("standard input: acme/piped: endpoint.json, input.json, output.json\n")
    saved(tmp_path, "page.txt", page)
    add_pages([tmp_path / "page.txt"], tmp_path / "other")
    assert snapshot(root) == snapshot(tmp_path / "other")


def test_standard_input_that_is_no_page(root: Path) -> None:
    for content, code in ((b"", 1), (b"\x00\xff\r\n", 2)):
        result = CliRunner().invoke(main, ["add", "-", "--schemas", str(root)], input=content)
        assert (result.exit_code, root.exists()) == (code, False)
        assert result.stderr.startswith("standard input:1:")
