"""Models that an SDK had once: since which version they are gone, and what replaces them."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Generation, Project, generate
from runcomfy_codegen.names.former import Alias, EndpointName, Removed
from runcomfy_codegen.names.lifetimes import bring_up_to, living_replacement
from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.names.lock_file import read_names

from .._support import project as projects
from .._support.generator import Sdk, errors, imported, source

PACKAGE = "sdk_with_removed"
SCHEMA = {"type": "object", "properties": {"prompt": {"type": "string"}}}
LIVING = ("acme/paint/v2", "acme/paint/v1/draft", "acme/edit")
ADVICE = "use client.acme.paint.v2"
GONE = f"client.acme.paint.v0 has been gone since version 0.4.0; {ADVICE}"


def names_with(*removed: str) -> Names:
    names = Names()
    names.add_endpoints([*LIVING, *removed])
    return names


def removed(names: Names, model_id: str, version: str = "0.3.1", replacement: str = "") -> None:
    names.removed[model_id] = Removed(names.endpoints[model_id], version, replacement)


def sdk_of(names: Names, version: str = "0.4.0") -> Generation:
    absent = frozenset(names.endpoints.keys() - {*LIVING})
    sources = tuple(source(model_id) for model_id in LIVING)
    return generate(Project(sources, names, PACKAGE, version, absent=absent))


@pytest.fixture
def sdk(tmp_path: Path) -> Iterator[Sdk]:
    names = names_with("acme/paint/v0", "acme/paint/v1", "acme/edit/fast", "lone/a", "lone/b")
    removed(names, "acme/paint/v0", replacement="acme/paint/v2")
    removed(names, "acme/paint/v1", replacement="acme/paint/v0")
    removed(names, "acme/edit/fast")
    removed(names, "lone/a", "0.4.0", "other/model")
    generation = sdk_of(names)
    assert not errors(generation)
    with imported(tmp_path, generation, PACKAGE) as sdk:
        yield sdk


def attribute(owner: Any, path: str) -> Any:
    for name in path.split("."):
        owner = getattr(owner, name)
    return owner


@pytest.mark.parametrize("kind", ["RunComfy", "AsyncRunComfy"])
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("acme.paint.v0", f"'v0': {GONE}"),
        (
            "acme.paint.v1.submit",
            f"client.acme.paint.v1 has been gone since version 0.4.0; {ADVICE}",
        ),
        ("acme.paint.v1.job", f"client.acme.paint.v1 has been gone since version 0.4.0; {ADVICE}"),
        ("acme.edit.fast", "client.acme.edit.fast has been gone since version 0.4.0"),
        (
            "lone",
            "client.lone.a has been gone since the version after 0.4.0; use the model other/model;"
            " client.lone.b has been gone since the version after 0.4.0",
        ),
    ],
)
def test_the_attribute_says_since_when_and_what_replaces_it(
    sdk: Sdk, kind: str, path: str, says: str
) -> None:
    client = getattr(sdk.package, kind)("token")
    with pytest.raises(AttributeError) as caught:
        attribute(client, path)
    assert str(caught.value).endswith(says)
    if kind == "AsyncRunComfy":
        asyncio.run(client.aclose())
    else:
        client.close()


def test_other_attributes_are_only_missing(sdk: Sdk) -> None:
    with sdk.package.RunComfy("token") as client:
        for path in ("acme.paint.v", "acme.submit", "acme.paint._v0", "acme.edit.slow", "lon"):
            with pytest.raises(AttributeError) as caught:
                attribute(client, path)
            assert "been gone" not in str(caught.value)
        assert not hasattr(client, "lone")
        assert "lone" not in dir(client)


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("acme.paint.v0", GONE),
        ("lone.b", "client.lone.b has been gone since the version after 0.4.0"),
    ],
)
def test_the_import_says_the_same(sdk: Sdk, module: str, says: str) -> None:
    name = f"{PACKAGE}.models.{module}"
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.import_module(name)
    assert str(caught.value) == f"No module named '{name}': {says}"
    assert caught.value.name == name


def test_a_class_that_was_beside_a_living_namespace_says_the_same(sdk: Sdk) -> None:
    module = sdk.module("models.acme.paint.v1")
    for name in ("PaintV1", "PaintV1Request", "PaintV1Output"):
        with pytest.raises(ImportError, match=r"acme\.paint\.v1 has been gone since"):
            getattr(module, name)
    assert not hasattr(module, "PaintV1Other")


def test_the_look_up_says_the_same(sdk: Sdk) -> None:
    with pytest.raises(sdk.package.UnknownEndpointError) as caught:
        sdk.package.get_endpoint("acme/paint/v0")
    assert f"this SDK has no endpoint 'acme/paint/v0'; {GONE}." in str(caught.value)
    assert "acme/paint/v0" not in sdk.package.list_endpoints()


@pytest.mark.parametrize("command", ["show", "run"])
def test_the_command_line_says_the_same(
    sdk: Sdk, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    sdk.module("cli").main([command, "acme/paint/v0"])
    assert GONE in " ".join(capsys.readouterr().err.split())


def test_importing_the_sdk_does_not_read_the_record(sdk: Sdk) -> None:
    assert sdk.module("_schemas.registry")._removed.cache_info().currsize == 0
    with sdk.package.RunComfy("token") as client:
        _ = client.acme.paint.v2
    assert sdk.module("_schemas.registry")._removed.cache_info().currsize == 0


def test_an_sdk_that_lost_nothing_has_no_record() -> None:
    generation = sdk_of(names_with())
    assert f"{PACKAGE}/_removed.json" not in generation


def test_the_texts_of_a_record_are_only_data(tmp_path: Path) -> None:
    names = names_with('a"""b/\n{{x}}')
    removed(names, 'a"""b/\n{{x}}', replacement='"; import os #')
    generation = sdk_of(names)
    assert not errors(generation)
    with (
        imported(tmp_path, generation, PACKAGE) as sdk,
        pytest.raises(KeyError, match="gone since"),
    ):
        sdk.package.get_endpoint('a"""b/\n{{x}}')


RENAMED = Alias(EndpointName("acme.old", "Old"), "acme/edit", "0.3.1")


@pytest.mark.parametrize(
    ("after", "version", "stays"),
    [
        ("0.3.1", "0.3.1", True),
        ("0.3.1", "0.3.2", True),
        ("0.3.1", "0.4.0", True),
        ("0.3.1", "0.4.9", True),
        ("0.3.1", "0.5.0", False),
        ("0.3.1", "1.0.3", True),
        ("0.3.1", "1.1.0", False),
        ("1.3.0", "3.0.0", False),
        ("", "0.9.0", True),
    ],
)
def test_an_alias_stays_for_one_minor_version(after: str, version: str, stays: bool) -> None:
    names = names_with()
    names.aliases["acme/old"] = RENAMED._replace(version=after)
    bring_up_to(names, version)
    assert ("acme/old" in names.aliases) is stays
    if not stays:
        assert str(names.removed["acme/old"]) == f"acme.old:Old since {version} acme/edit"


def test_an_alias_that_ended_leads_to_the_new_name(tmp_path: Path) -> None:
    names = names_with()
    names.aliases["acme/old"] = RENAMED
    with (
        imported(tmp_path, sdk_of(names, "0.5.0"), PACKAGE) as sdk,
        sdk.package.RunComfy("token") as client,
        pytest.raises(AttributeError) as caught,
    ):
        _ = client.acme.old
    says = "client.acme.old has been gone since version 0.5.0; use client.acme.edit"
    assert str(caught.value).endswith(says)


def test_an_alias_of_a_removed_model_ends_with_it() -> None:
    names = names_with("acme/now")
    names.aliases["acme/old"] = Alias(EndpointName("acme.old", "Old"), "acme/now", "0.3.1")
    removed(names, "acme/now", replacement="acme/edit")
    bring_up_to(names, "0.4.0")
    assert str(names.removed["acme/old"]) == "acme.old:Old since 0.4.0 acme/now"
    assert living_replacement(names, "acme/old") == "acme/edit"


def test_removed_models_that_name_each_other_have_no_replacement() -> None:
    names = names_with("a/x", "a/y")
    removed(names, "a/x", replacement="a/y")
    removed(names, "a/y", replacement="a/x")
    assert living_replacement(names, "a/x") == ""


@pytest.mark.parametrize(
    "entry",
    [
        7,
        "acme.old:Old",
        "acme.old:Old since",
        "acme.old:Old since 0.4",
        "acme.old:Old before 0.4.0",
        "acme:Old since 0.4.0",
        "acme.old:Old since 0.4.0 no//id",
    ],
)
def test_a_broken_record_is_reported(entry: object) -> None:
    lock = {"endpoints": {}, "properties": {}, "removed": {"acme/old": entry}}
    _, (problem,) = read_names(json.dumps(lock).encode(), "names.lock.json")
    assert (problem.rule, problem.severity) == ("names-lock", "error")


def test_the_records_of_two_branches_are_both_kept() -> None:
    side = '  "removed": {{\n    "acme/{0}": "acme.{0}:{1} since 0.4.0"\n  }}\n'
    sides = side.format("x", "X"), side.format("y", "Y")
    text = (
        '{{\n  "endpoints": {{}},\n  "properties": {{}},\n<<<<<<< a\n{}=======\n{}>>>>>>> b\n}}\n'
    )
    names, problems = read_names(text.format(*sides).encode(), "names.lock.json")
    assert [problem.severity for problem in problems] == ["warning"]
    assert names.removed.keys() == {"acme/x", "acme/y"}


class Folder(projects.Project):
    """A project whose catalogue is in a file, with an SDK of a version of its own."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.set_version("0.3.1")

    def set_version(self, version: str, only: str = "") -> None:
        table = f'[tool.runcomfy-codegen]\nversion = "{version}"\n{only}'
        (self.root / "pyproject.toml").write_text(table, "utf-8")

    def sync(self, schemas: Mapping[str, Any], *options: str) -> int:
        models = [
            {"model_id": model_id, "categories": ["text-to-image"], "input_schema": schema}
            for model_id, schema in schemas.items()
        ]
        file = self.root / "catalogue.json"
        file.write_text(json.dumps({"models": models, "total": len(models)}), "utf-8")
        return self.run("sync", "--from", str(file), *options, folders=False).exit_code

    def generate(self, *options: str) -> str:
        result = self.run("generate", *options, folders=False)
        return f"{result.exit_code} {result.stderr}"

    @property
    def record(self) -> dict[str, str]:
        file = self.out / "runcomfy/_removed.json"
        record: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        return record

    @property
    def lock(self) -> dict[str, str]:
        names = json.loads((self.schemas / "names.lock.json").read_text("utf-8"))
        removed: dict[str, str] = names.get("removed", {})
        return removed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    made = Folder(tmp_path)
    assert made.sync({"acme/a": SCHEMA, "acme/b": SCHEMA}) == 0
    assert made.generate().startswith("0")
    return made


def test_prune_remembers_what_is_nearest(folder: Folder) -> None:
    other = {"type": "object", "properties": {"image": {"type": "string"}}}
    assert folder.sync({"acme/b": other, "acme/c": SCHEMA}, "--prune") == 0
    assert folder.lock == {"acme/a": "acme.a:A after 0.3.1 acme/c"}
    assert folder.generate().startswith("0")
    assert folder.record == {"acme/a": "acme.a:A since the version after 0.3.1; use client.acme.c"}
    folder.set_version("0.4.0")
    assert folder.generate().startswith("0")
    assert folder.lock == {"acme/a": "acme.a:A since 0.4.0 acme/c"}
    folder.set_version("0.5.0")
    assert folder.generate().startswith("0")
    assert folder.record == {"acme/a": "acme.a:A since version 0.4.0; use client.acme.c"}
    assert folder.generate("--check").startswith("0")


def test_a_deleted_folder_is_remembered_by_generate(folder: Folder) -> None:
    for file in (folder.schemas / "acme/a").iterdir():
        file.unlink()
    assert folder.generate("--check").startswith("1")
    assert folder.lock == {}
    assert folder.generate().startswith("0")
    assert folder.lock == {"acme/a": "acme.a:A after 0.3.1"}
    assert folder.generate("--check").startswith("0")


def test_a_model_that_comes_back_has_its_names(folder: Folder) -> None:
    folder.sync({"acme/b": SCHEMA}, "--prune")
    folder.generate()
    stub = folder.out / "runcomfy/models/acme/a.py"
    assert "refuse_removed" in stub.read_text("utf-8")
    folder.sync({"acme/a": SCHEMA, "acme/b": SCHEMA})
    assert folder.generate().startswith("0")
    assert folder.lock == {}
    assert "class A(" in stub.read_text("utf-8")
    assert not (folder.out / "runcomfy/_removed.json").exists()


def test_a_broken_lock_keeps_the_pruned_models(folder: Folder) -> None:
    (folder.schemas / "names.lock.json").write_text("{", "utf-8")
    assert folder.sync({"acme/b": SCHEMA}, "--prune") == 1
    assert (folder.schemas / "acme/a/input.json").exists()


def test_a_dry_run_remembers_nothing(folder: Folder) -> None:
    assert folder.sync({"acme/b": SCHEMA}, "--prune", "--dry-run") == 0
    assert folder.lock == {}


def test_who_pins_a_removed_model_is_told_the_version(folder: Folder) -> None:
    folder.sync({"acme/b": SCHEMA}, "--prune")
    folder.set_version("0.4.0")
    folder.generate()
    folder.set_version("0.4.0", 'only = ["acme/a", "acme/b"]\n')
    assert folder.generate("--check").startswith("1")
    complaint = "only: must match a model id; got 'acme/a', which has been gone since version 0.4.0"
    for command in (
        ("generate", "--check"),
        ("lint",),
        ("sync", "--from", str(folder.root / "catalogue.json")),
        ("export", "openapi"),
    ):
        said = folder.run(*command, folders=False).output
        assert complaint in said, command
        assert "acme/b is the nearest model" in said


def test_an_sdk_with_only_some_models_tells_of_those(folder: Folder) -> None:
    folder.sync({"acme/b": SCHEMA, "other/x": SCHEMA})
    folder.generate()
    folder.sync({"acme/b": SCHEMA}, "--prune")
    folder.set_version("0.3.1", 'only = ["acme/*"]\n')
    folder.generate()
    assert folder.record.keys() == {"acme/a"}
