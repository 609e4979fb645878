"""The command on folders and on revisions of a real repository."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from runcomfy_codegen.cli.app import main

from .._support.diff import MODEL
from .._support.generator import source, write
from .._support.git import git
from .._support.repository import TEXT, Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.write(MODEL, {"x": TEXT, "y": TEXT})
    made.write("acme/old")
    made.commit()
    made.git("tag", "v1")
    made.write(MODEL, {"x": TEXT})
    made.write("acme/new")
    for file in (made.schemas / "acme/old").iterdir():
        file.unlink()
    made.commit()
    return made


EXPECTED = [
    (MODEL, "input-property-removed"),
    ("acme/old", "endpoint-removed"),
    ("acme/new", "endpoint-added"),
]


@pytest.mark.parametrize(
    "sides",
    [
        ("HEAD~1",),
        ("v1", "HEAD"),
        ("v1:schemas", "HEAD:schemas"),
        ("v1", "@"),
    ],
)
def test_revisions(repository: Repository, sides: tuple[str, ...]) -> None:
    assert sorted(repository.changes(*sides)) == sorted(EXPECTED)
    assert repository.diff(*sides).exit_code == 1


@pytest.mark.parametrize("folder", ["vendor/s", "services/x/schemas"])
def test_schemas_anywhere_in_the_repository(tmp_path: Path, folder: str) -> None:
    made = Repository(tmp_path / "repository")
    made.schemas = made.root / folder
    made.write(MODEL, {"x": TEXT, "y": TEXT})
    made.commit()
    made.write(MODEL, {"x": TEXT})
    expected = [(MODEL, "input-property-removed")]
    for sides in ((), ("HEAD",), (f"HEAD:{folder}",), (f"HEAD:{folder}", str(made.schemas))):
        assert made.changes(*sides) == expected


def test_nothing_is_checked_out_and_nothing_written(repository: Repository) -> None:
    before = repository.git("status", "--porcelain"), sorted(repository.root.rglob("*"))
    assert repository.diff("v1").exit_code == 1
    assert (repository.git("status", "--porcelain"), sorted(repository.root.rglob("*"))) == before


def test_the_working_folder_is_the_new_side(repository: Repository) -> None:
    assert repository.changes("HEAD") == []
    repository.write("acme/draft")
    assert repository.changes("HEAD") == [("acme/draft", "endpoint-added")]
    assert repository.changes() == [("acme/draft", "endpoint-added")]  # the last commit if left out
    result = repository.diff("HEAD")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "additive: acme/draft: new, client.acme.draft [endpoint-added]\n1 new endpoint"
    )


def test_what_is_only_in_a_revision_is_named_by_it(repository: Repository) -> None:
    shown = repository.diff("v1:schemas", "HEAD").stdout
    assert f"v1:schemas/{MODEL}/input.json:" in shown


def test_folders(repository: Repository, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, source(MODEL, {"x": TEXT}), source("acme/new", {"x": TEXT}))
    assert repository.changes(str(other)) == []
    assert repository.changes(str(other), str(repository.schemas)) == []
    write(other, source(MODEL, {"x": {**TEXT, "title": "X"}}))
    assert repository.changes(str(other)) == [(MODEL, "input-text-changed")]


def test_line_ends_mean_nothing(repository: Repository, tmp_path: Path) -> None:
    for file in repository.schemas.rglob("*.json"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert repository.changes("HEAD") == []


@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("v9", "v9: neither a folder nor a git revision"),
        ("v9:schemas", "v9:schemas: neither a folder nor a git revision"),
        ("v1:elsewhere", "no schemas in v1:elsewhere"),
        ("HEAD:schemas/acme/demo/edit", "expected <model id>/input.json below it"),
        ("v1^{tree", "neither a folder nor a git revision"),
        ("\x1b[31m", "<U+001B>[31m: neither"),
    ],
)
def test_a_side_that_cannot_be_read(repository: Repository, side: str, message: str) -> None:
    result = repository.diff(side)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_wrong_usage(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no schemas in" in repository.diff(str(tmp_path / "empty")).stderr
    file = repository.schemas / MODEL / "input.json"
    assert "is a file" in repository.diff(str(file)).stderr
    outside = CliRunner().invoke(main, ["diff", "HEAD", "--schemas", str(tmp_path / "schemas")])
    assert outside.exit_code == 2
    assert repository.diff("v1", "HEAD", "--format", "xml").exit_code == 2


def test_only_the_endpoints_of_one_sdk(repository: Repository) -> None:
    assert repository.changes("v1", "--only", "*/old") == [("acme/old", "endpoint-removed")]
    result = repository.diff("v1", "--only", "kling/*")
    assert result.exit_code == 2
    assert "[only-unmatched]" in result.stderr
    assert result.stderr.endswith("error: no endpoint matches kling/*\n")


def test_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = repository.diff("HEAD")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: git is not installed: give two folders of schemas\n",
    )
    assert repository.diff(str(repository.schemas)).exit_code == 0


def test_unreadable_endpoint_is_neither_new_nor_removed(repository: Repository) -> None:
    bad = repository.schemas / MODEL / "input.json"
    bad.write_text("{", "utf-8")
    result = repository.diff("HEAD")
    assert result.exit_code == 1
    assert "[json-syntax]" in result.stdout
    assert "1 error; suggested version: unknown (not all endpoints can be read)" in result.stdout
    result = repository.diff("HEAD", "--format", "markdown")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[json-syntax]" in result.stderr


def test_broken_names_are_no_basis_for_a_comparison(repository: Repository) -> None:
    (repository.schemas / "names.lock.json").write_text("<<<<<<< HEAD", "utf-8")
    result = repository.diff("HEAD")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "names.lock.json:1:1" in result.stderr


def test_links_and_pipes_are_not_followed(repository: Repository, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text("{}", "utf-8")
    overlay = repository.schemas / MODEL / "overlay.json"
    overlay.symlink_to(outside)
    assert repository.changes("HEAD") == []
    overlay.unlink()
    os.mkfifo(overlay)
    assert repository.changes("HEAD") == []


def test_a_tree_made_by_hand_cannot_leave_the_folder(repository: Repository) -> None:
    """`git mktree` takes names that no checkout would."""
    blob = repository.git("rev-parse", f"HEAD:schemas/{MODEL}/input.json").strip()
    inner = _mktree(repository, f"100644 blob {blob}\tinput.json\n")
    odd = _mktree(repository, f"040000 tree {inner}\ta:b\n040000 tree {inner}\t.hidden\n")
    whole = _mktree(repository, f"040000 tree {odd}\tacme\n")
    result = repository.diff(whole)
    assert result.exit_code == 1
    assert "[model-id]" in result.stdout
    assert "hidden" not in result.stdout


def _mktree(repository: Repository, entries: str) -> str:
    return git(repository.root, "mktree", stdin=entries).strip()


def test_variables_of_a_hook_are_ignored(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ignore what git sets for hooks: the repository that the hook runs for."""
    other = Repository(tmp_path / "other")
    other.write("acme/elsewhere")
    other.commit()
    for name, value in {
        "GIT_DIR": other.root / ".git",
        "GIT_WORK_TREE": other.root,
        "GIT_INDEX_FILE": tmp_path / "no-index",
        "GIT_OBJECT_DIRECTORY": tmp_path / "none",
        "GIT_PREFIX": "acme/",
        "GIT_NAMESPACE": "x",
        "GIT_CEILING_DIRECTORIES": repository.root,
    }.items():
        monkeypatch.setenv(name, str(value))
    result = repository.diff("v1", "--format", "json")
    found = [(each["model_id"], each["rule"]) for each in json.loads(result.stdout)["changes"]]
    assert sorted(found) == sorted(EXPECTED)


def test_the_way_to_the_folder_does_not_matter(repository: Repository, tmp_path: Path) -> None:
    """Through links, from any folder, in another working tree of the same repository."""
    (tmp_path / "link").symlink_to(repository.root)
    (tmp_path / "schemas-link").symlink_to(repository.schemas)
    repository.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "HEAD")
    for schemas in (
        tmp_path / "link/schemas",
        tmp_path / "schemas-link",
        tmp_path / "tree/schemas",
        repository.schemas / "acme/..",
    ):
        made = CliRunner().invoke(
            main, ["diff", "v1", "--format", "json", "--schemas", str(schemas)]
        )
        found = [(each["model_id"], each["rule"]) for each in json.loads(made.stdout)["changes"]]
        assert sorted(found) == sorted(EXPECTED), schemas


def test_schemas_at_the_top_of_the_repository(tmp_path: Path) -> None:
    made = Repository(tmp_path / "repository")
    made.schemas = made.root
    made.write(MODEL, {"x": TEXT, "y": TEXT})
    made.commit()
    made.write(MODEL, {"x": TEXT})
    assert made.changes() == [(MODEL, "input-property-removed")]


def test_a_link_inside_the_schemas_is_the_same_on_both_sides(repository: Repository) -> None:
    twin = repository.schemas / "acme/twin"
    repository.write("acme/twin")
    (twin / "output.json").unlink()
    (twin / "output.json").symlink_to("../new/output.json")
    repository.commit()
    assert repository.changes("HEAD") == []
    assert repository.changes("HEAD~1", "HEAD") == [("acme/twin", "endpoint-added")]
