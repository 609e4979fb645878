"""Two branches that each add or change models, as git puts them together."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .._support.generator import PROMPT
from .._support.git import attempted_git, git
from .._support.project import Project, tree

LOCK = "generated/codegen.lock.json"
NAMES = "schemas/names.lock.json"
MANY = [f"{provider}/tool/{part}" for provider in ("beta", "mu", "sigma") for part in "bfkps"]


class Repository(Project):
    """A project in git, with what its branches add."""

    def git(self, *arguments: str) -> int:
        return attempted_git(self.root, *arguments).returncode

    def commit(self) -> None:
        assert self.run("generate").exit_code == 0
        assert self.git("add", "-A") == 0
        assert self.git("commit", "-qm", "x") == 0

    def branch(self, name: str, change: Callable[[], object]) -> None:
        assert self.git("checkout", "-q", "-b", name, "main") == 0
        change()
        self.commit()

    def add_all(self, *model_ids: str, properties: Any = PROMPT) -> None:
        for model_id in model_ids:
            self.add(model_id, properties)

    def conflicts(self) -> set[str]:
        return set(git(self.root, "diff", "--name-only", "--diff-filter=U").split())

    def names(self) -> dict[str, str]:
        endpoints: dict[str, str] = json.loads((self.root / NAMES).read_text("utf-8"))["endpoints"]
        return endpoints

    def assert_whole(self) -> None:
        """Assert that all is up to date, and the same as if it had been generated from nothing."""
        assert self.run("generate", "--check").exit_code == 0
        published = tree(self.out)
        again = Project(self.root / "again")
        again.schemas = self.schemas
        assert again.run("generate").exit_code == 0
        assert tree(again.out) == published


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.git("init", "-q", "-b", "main")
    made.add_all(*MANY)
    made.commit()
    return made


def test_branches_that_add_models_merge_without_a_conflict(repository: Repository) -> None:
    """Providers and models of their own, in places that are not side by side."""
    added = ("alpha/first", "mu/tool/d"), ("mu/tool/q", "zeta/last")
    for name, ids in zip("ab", added, strict=True):
        repository.branch(name, lambda ids=ids: repository.add_all(*ids))  # type: ignore[misc]
    assert repository.git("merge", "-q", "a") == 0
    check = repository.run("generate", "--check")
    assert check.stdout == "", "git has made what the generator would"
    assert check.exit_code == 0
    assert repository.run("generate").exit_code == 0
    repository.assert_whole()


def test_generate_restores_all_after_conflicts(repository: Repository) -> None:
    """Neighbours in every file, and one endpoint that both changed."""
    repository.branch("a", lambda: repository.add_all("mu/tool/l", "mu/other"))
    repository.branch("b", lambda: repository.add_all("mu/tool/m", "mu/outer"))
    for name, text in (("a", "One."), ("b", "Two.")):
        repository.git("checkout", "-q", name)
        properties = {"prompt": {"type": "string", "description": text}}
        repository.add_all("sigma/tool/f", properties=properties)
        repository.commit()
    assert repository.git("merge", "-q", "a") != 0
    conflicts = repository.conflicts()
    assert {NAMES, "generated/docs/index.md", "generated/runcomfy/_endpoints.json"} <= conflicts
    assert "generated/runcomfy/models/sigma/tool/f.py" in conflicts
    repository.git("checkout", "--ours", "schemas/sigma/tool/f/input.json")
    result = repository.run("generate")
    assert result.exit_code == 0, result.stderr
    assert "both sides of the conflict were kept" in result.stderr
    assert {"mu/tool/l", "mu/tool/m", "mu/other", "mu/outer"} <= repository.names().keys()
    repository.assert_whole()


@pytest.mark.parametrize("published", ["", "acme/pix", "zeta/pix"])
def test_who_keeps_a_name_that_two_branches_gave(repository: Repository, published: str) -> None:
    """The published one; of two new ones the one whose id sorts first. Nobody else is concerned."""
    repository.branch("a", lambda: repository.add_all("acme/pix"))
    repository.branch("z", lambda: repository.add_all("zeta/pix"))
    if published:
        repository.git("checkout", "-q", "main")
        repository.git("merge", "-q", published[0])
    before = {key: name for key, name in repository.names().items() if key in MANY}
    repository.git("checkout", "-q", "z" if published != "zeta/pix" else "a")
    assert repository.git("merge", "-q", "a" if published != "zeta/pix" else "main") == 0
    assert repository.run("generate", "--check").exit_code == 1
    result = repository.run("generate")
    assert result.exit_code == 0
    assert "Pix is the name of " in result.stderr
    assert "by hand" not in result.stderr
    keeper = published or "acme/pix"
    loser = {"acme/pix": "zeta/pix", "zeta/pix": "acme/pix"}[keeper]
    names = repository.names()
    assert names[keeper].endswith(":Pix")
    assert names[loser].endswith(f":{loser.title().replace('/', '')}")
    assert names.items() >= before.items()
    repository.assert_whole()


def test_two_ids_with_one_attribute(repository: Repository) -> None:
    repository.branch("a", lambda: repository.add_all("mu/q-r", properties={"a-b": {}, "c-d": {}}))
    repository.branch("b", lambda: repository.add_all("mu/q_r"))
    repository.git("merge", "-q", "a")
    assert repository.run("generate").exit_code == 0
    names = repository.names()
    assert names["mu/q-r"].startswith("mu.q_r:")
    assert names["mu/q_r"].startswith("mu.q_r_2:")
    repository.assert_whole()


@pytest.mark.parametrize("broken", ["<<<<<<< a\n", "<<<<<<< a\n=======\n"])
def test_half_a_conflict_is_refused(repository: Repository, broken: str) -> None:
    path = repository.root / NAMES
    path.write_text(broken + path.read_text("utf-8"), "utf-8")
    result = repository.run("generate")
    assert result.exit_code == 2
    assert "restore it from version control" in result.stderr


def test_a_hand_edit_in_an_index_is_still_one(repository: Repository) -> None:
    """Lines of endpoints come and go; anything else was not written by the generator."""
    for path, text in (
        ("runcomfy/client.py", "    def mine(self) -> None: ...\n"),
        ("runcomfy/models/mu/__init__.py", "import os\n"),
        ("docs/index.md", "Read this.\n"),
    ):
        with (repository.out / path).open("a", encoding="utf-8") as file:
            file.write(text)
    result = repository.run("generate")
    assert result.exit_code == 1
    assert result.stderr.count("edited-by-hand") == 3


INDEXES = {
    "generated/docs/index.md": ("| [beta/tool/b]", "| Mine"),
    "generated/runcomfy/_endpoints.json": ('"beta/tool/b"', '"beta/tool/mine"'),
    "generated/runcomfy/client.py": ('    """beta"""', '    """Mine"""'),
}


@pytest.mark.parametrize("path", INDEXES)
@pytest.mark.parametrize("in_git", [True, False])
def test_a_row_that_was_edited_by_hand_is_left_alone(
    repository: Repository, path: str, in_git: bool
) -> None:
    if not in_git:
        (repository.root / ".git").rename(repository.root / "no-git")
    file = repository.root / path
    before = file.read_bytes()
    old, new = INDEXES[path]
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    edited = file.read_bytes()
    assert edited != before
    assert f"{file}: edited by hand" in repository.run("generate", "--check").stderr
    result = repository.run("generate")
    assert result.exit_code == 1
    assert "[edited-by-hand]" in result.stderr
    assert file.read_bytes() == edited
    assert repository.run("generate", "--force").exit_code == 0
    assert file.read_bytes() == before


def test_rows_of_runs_that_were_never_committed_are_our_own(repository: Repository) -> None:
    for model_id in ("alpha/first", "alpha/second"):
        repository.add_all(model_id)
        assert repository.run("generate").exit_code == 0
    for model_id in ("alpha/first", "alpha/second"):
        shutil.rmtree(repository.schemas / model_id)
        assert "by hand" not in repository.run("generate", "--check").stderr
        assert repository.run("generate").exit_code == 0
    assert repository.git("diff", "--quiet", "--", "generated/docs") == 0


def test_rows_that_git_checked_out_are_our_own(repository: Repository) -> None:
    repository.branch("a", lambda: repository.add_all("alpha/first"))
    assert repository.git("checkout", "-q", "main") == 0
    assert repository.run("generate").exit_code == 0
    assert repository.git("checkout", "-q", "a", "--", "generated") == 0
    assert repository.run("generate").exit_code == 0
