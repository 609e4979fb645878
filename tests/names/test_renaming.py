"""An endpoint whose id changed: it is recognised, and its names move with it."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Generation, Project, generate
from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.names.lock_file import read_names
from runcomfy_codegen.names.renaming import rename, respelled

from .._support import project as projects
from .._support.generator import imported, source

TWO = {"type": "object", "properties": {"prompt": {}, "size": {}}}
OTHER = {"type": "object", "properties": {"video": {}}}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("wan-ai/wan-2-7/edit", "wan-ai/wan-2.7/edit", True),
        ("wan-ai/wan-2-7/edit", "wan-ai/Wan_2.7/Edit", True),
        ("wan-ai/wan-2-7/edit", "wan/wan-2-7/edit", True),
        ("wan-ai/wan-2-7/edit", "wan-ai/wan-v2.7/edit", True),
        ("wan-ai/wan-2-7/edit", "wan-ai/wan-2.8/edit", False),
        ("wan-ai/wan-2-7/edit", "wan-ai/wan-2-7/text-to-video", False),
        ("wan-ai/wan-2-7/edit", "kling/wan-2-7/edit", False),
    ],
)
def test_which_ids_are_one_in_another_spelling(old: str, new: str, same: bool) -> None:
    assert list(respelled({old: TWO}, {new: TWO})) == ([(old, new)] if same else [])
    assert list(respelled({old: TWO}, {new: OTHER})) == []


class Folder(projects.Project):
    """A project whose catalogue is in a file."""

    def sync(self, schemas: Mapping[str, Any], *options: str) -> str:
        models = [
            {"model_id": each, "kind": "model", "input_schema": schemas[each]} for each in schemas
        ]
        file = self.root / "catalogue.json"
        file.write_text(json.dumps({"models": models, "total": len(models)}), "utf-8")
        return self.run("sync", "--from", str(file), *options).stdout

    def rename(self, *ids: str) -> tuple[int, str]:
        result = self.run("rename", *ids, folders=False)
        return result.exit_code, result.stderr

    @property
    def names(self) -> Names:
        return read_names((self.schemas / "names.lock.json").read_bytes(), "names.lock.json")[0]


OLD, NEW, ELSEWHERE = "wan-ai/wan-2-7/edit", "wan-ai/wan-2.7/edit", "wan/wan-2-7/edit"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    made = Folder(tmp_path)
    made.sync({OLD: TWO})
    assert made.run("generate").exit_code == 0
    shutil.copytree(made.schemas, tmp_path / "before")
    return made


def test_sync_diff_and_lint_ask_whether_it_was_renamed(folder: Folder) -> None:
    question = f"renamed? {OLD} -> {NEW}: runcomfy-codegen rename {OLD} {NEW}"
    assert question in folder.sync({NEW: TWO}, "--dry-run")
    assert question in folder.sync({NEW: TWO}, "--prune")
    diff = folder.run("diff", str(folder.root / "before"), "schemas", folders=False)
    assert f"removed; renamed? runcomfy-codegen rename {OLD} {NEW}" in diff.stdout
    assert f"renamed to {NEW}?" in folder.run("lint", "--notes", folders=False).stdout


@pytest.mark.parametrize("prune", [["--prune"], []])
def test_a_new_spelling_takes_the_names_as_they_are(folder: Folder, prune: list[str]) -> None:
    before = folder.names.endpoints[OLD]
    (folder.schemas / OLD / "overlay.json").write_text("[]", "utf-8")
    folder.sync({NEW: TWO}, *prune)
    assert folder.run("generate").exit_code == 0  # the new one had names of its own in between
    own = folder.names.endpoints[NEW]
    code, said = folder.rename(OLD, NEW)
    assert code == 0
    assert "no name changed" in said
    assert folder.names.endpoints == {NEW: before}
    assert folder.names.aliases[NEW].name == own
    assert (folder.schemas / NEW / "overlay.json").exists() is not bool(prune)
    assert not (folder.schemas / OLD).exists()
    assert folder.run("generate").exit_code == 0
    diff = folder.run("diff", str(folder.root / "before"), "schemas", folders=False)
    assert diff.exit_code == 0
    assert f"renamed to {NEW} [endpoint-renamed]" in diff.stdout


def test_it_can_be_taken_back(folder: Folder) -> None:
    before = folder.names
    folder.sync({ELSEWHERE: TWO}, "--prune")
    assert folder.rename(OLD, ELSEWHERE)[0] == 0
    assert folder.names.aliases.keys() == {OLD}
    folder.sync({OLD: TWO}, "--prune")
    assert folder.rename(ELSEWHERE, OLD)[0] == 0
    assert folder.names.endpoints == before.endpoints


@pytest.mark.parametrize(
    ("ids", "why"),
    [
        ((OLD, OLD), "must be two ids"),
        (("wan-ai/wan-2-7/edi", NEW), f"did you mean {OLD}?"),
        ((OLD, "wan-ai/none"), "NEW must be an endpoint in"),
        ((OLD, NEW), f"{OLD} is still in"),
        ((OLD,), "Missing argument"),
    ],
)
def test_wrong_use_changes_nothing(folder: Folder, ids: tuple[str, ...], why: str) -> None:
    folder.sync({OLD: TWO, NEW: TWO})
    before = (folder.schemas / "names.lock.json").read_bytes()
    code, said = folder.rename(*ids)
    assert code == 2
    assert why in " ".join(said.split())
    assert (folder.schemas / "names.lock.json").read_bytes() == before


def renamed_sdk() -> Generation:
    """Two endpoints: one that had other names, and one in the namespace that it had."""
    names = Names()
    properties = {"x-y": {"type": "string"}, "size": {"enum": ["a", "b"]}}
    names.add_endpoints(["kling/v2/edit", "kling/v3/edit"])
    names.properties_of("kling.v2.edit.V2EditRequest", ["x-y"])
    rename(names, "kling/v2/edit", "kling-ai/video-2/edit", "0.1.0")
    sources = [source(each, properties) for each in ("kling-ai/video-2/edit", "kling/v3/edit")]
    return generate(Project(tuple(sources), names, package="renamed_sdk"))


def test_old_attributes_and_modules_work_and_warn(tmp_path: Path) -> None:
    generation = renamed_sdk()
    assert not [each for each in generation.problems if each.severity == "error"]
    with imported(tmp_path, generation, "renamed_sdk") as sdk:
        for client in (sdk.package.RunComfy("token"), sdk.package.AsyncRunComfy("token")):
            with pytest.warns(
                DeprecationWarning, match=r"use client.kling_ai.video_2.edit"
            ) as caught:
                old = client.kling.v2.edit
            assert caught[0].filename == __file__
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                assert type(old) is type(client.kling_ai.video_2.edit)
                assert client.kling.v3.edit
        new = sdk.module("models.kling_ai.video_2.edit")
        with pytest.warns(DeprecationWarning, match="was renamed"):
            former = sdk.module("models.kling.v2.edit")
        assert former.V2EditRequest is new.Video2EditRequest
        assert former.Size is new.Size
        assert new.Video2EditRequest(x_y="a").to_body() == {"x-y": "a"}
        with pytest.raises(AttributeError):
            _ = former.Nothing
        assert sdk.package.list_endpoints() == ("kling-ai/video-2/edit", "kling/v3/edit")


def test_later_endpoints_do_not_get_a_former_name() -> None:
    names = Names()
    names.add_endpoints(["a/x/edit"])
    rename(names, "a/x/edit", "b/y/edit", "0.1.0")
    names.add_endpoints(["a/x.edit", "c/x/edit", "a/X/edit"])
    given = [str(name) for name in names.endpoints.values()]
    former = names.aliases["a/x/edit"].name
    assert former.attribute_path not in {name.attribute_path for name in names.endpoints.values()}
    assert former.class_prefix not in {
        name.class_prefix for name in names.endpoints.values()
    }, given
    again, problems = read_names(names.dumps().encode(), "names.lock.json")
    assert (again.dumps(), problems) == (names.dumps(), [])
