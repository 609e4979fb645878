"""An incremental run gives, to the byte, what a full run gives."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Generation
from runcomfy_codegen.build.incremental import content_digest, counts_in
from runcomfy_codegen.emit.toolchain import NOT_SHAPING
from runcomfy_codegen.publish.manifest import MANIFEST
from runcomfy_codegen.text.problems import Severity
from runcomfy_codegen.workspace import Workspace, open_workspace

from .._support.generator import PROMPT, REPOSITORY, source, write
from .._support.project import Project, tree

GOOD = "runcomfy/models/acme/good.py"
# An endpoint below another, names that have to give way, an output of its own, an odd construct.
IDS = ["acme/a-b", "acme/a_b", "acme/tool", "acme/tool/draft", "beta/run", "beta/x/y", "zeta/4k"]
PROPERTIES: list[Any] = [
    PROMPT,
    {"prompt": {"type": "string", "description": "Two\nlines.", "maxLength": 7}},
    {"promptImage": {"type": "string", "format": "image_uri"}, "class": {"enum": ["a", "b"]}},
    {"class": {"enum": ["a", "b" * 120]}, "x-y": {"type": "float", "default": "one"}, "x_y": {}},
    {"loras": {"type": "array", "items": {"type": "object", "properties": {"a-b": {"type": "string"}}}}},
    {"n": {"type": ["integer", "null"], "minimum": 0.5}, "m": {"type": "array", "minItems": 1}},
]  # fmt: skip
BAD = {"x": {"$ref": "#/x"}}
OWN_OUTPUT = {"type": "object", "properties": {"text": {"type": "string"}}}


class Folder:
    """A project that random hands work on."""

    def __init__(self, root: Path, seed: int) -> None:
        self.schemas, self.out, self.random = root / "schemas", root / "out", random.Random(seed)
        for model_id in IDS[::2]:
            self.change(model_id)

    def open(self) -> Workspace:
        return open_workspace(self.schemas, self.out, "runcomfy")

    def change(self, model_id: str | None = None, properties: Any = None) -> None:
        """Change an endpoint, or add it."""
        chosen = self.random.choice(PROPERTIES)
        more: dict[str, Any] = {"output": OWN_OUTPUT} if self.random.random() < 0.2 else {}
        title = self.random.choice(["One", "Two"])
        model_id = model_id or self.random.choice(IDS)
        write(self.schemas, source(model_id, properties or chosen, display_name=title, **more))

    def remove(self) -> None:
        present = sorted(self.schemas.rglob("endpoint.json"))
        if len(present) > 1:
            for file in list(self.random.choice(present).parent.glob("*.json")):
                file.unlink()

    def correct(self) -> None:
        endpoint = self.random.choice(sorted(self.schemas.rglob("endpoint.json"))).parent
        entry = {"at": "/properties/added", "now": {"type": "boolean"}, "reason": "r"}
        (endpoint / "overlay.json").write_text(json.dumps([entry]), "utf-8")

    def spoil(self) -> None:
        self.change(properties=BAD)

    def rename(self) -> None:
        lock = self.schemas / "names.lock.json"
        names = json.loads(lock.read_text("utf-8"))
        model_id = self.random.choice(sorted(names["endpoints"]))
        path, _, _ = names["endpoints"][model_id].partition(":")
        names["endpoints"][model_id] = f"{path}:Renamed{self.random.randrange(10**9)}"
        lock.write_text(json.dumps(names), "utf-8")

    def lose(self) -> None:
        self.random.choice(sorted(self.out.rglob("*.py"))).unlink()

    def forget(self) -> None:
        """Empty the cache folder, which may happen at any time."""
        for record in cache().glob("sdk-*"):
            record.unlink()


def cache() -> Path:
    return Path(os.environ["RUNCOMFY_CODEGEN_CACHE"])


def findings(generation: Generation) -> Counter[Severity]:
    counts = counts_in(generation.reused_counts)
    counts.update(problem.severity for problem in generation.problems)
    return +counts


@pytest.mark.parametrize("seed", range(5))
def test_any_sequence_of_changes(tmp_path: Path, seed: int) -> None:
    """At every step the whole generation is the same with and without what was there before."""
    folder = Folder(tmp_path, seed)
    steps: list[Callable[[], None]] = [
        folder.change, folder.change, folder.change, folder.remove, folder.correct, folder.spoil,
        folder.rename, folder.lose, folder.forget,
    ]  # fmt: skip
    copied = 0
    workspace = folder.open()
    first = workspace.generate()
    workspace.publish(first, force=False)
    workspace.remember(first)
    for _ in range(10):
        folder.random.choice(steps)()
        workspace = folder.open()
        cold, warm = workspace.generate(), workspace.regenerate()
        assert dict(warm) == dict(cold)
        assert warm.names.dumps() == cold.names.dumps()
        assert warm.endpoint_files == cold.endpoint_files
        assert (warm.kept, warm.lock) == (cold.kept, cold.lock)
        assert findings(warm) == findings(cold)
        copied += len(warm.reused_counts)
        workspace.publish(warm, force=False)
        workspace.remember(warm)
    assert copied > 10
    for model_id in IDS:
        folder.change(model_id, PROMPT)
    for overlay in folder.schemas.rglob("overlay.json"):
        overlay.unlink()
    workspace = folder.open()
    last = workspace.regenerate()
    workspace.publish(last, force=False)
    workspace.remember(last)
    assert folder.open().is_current
    shutil.copytree(folder.schemas, tmp_path / "again/schemas")
    again = open_workspace(tmp_path / "again/schemas", tmp_path / "again/out", "runcomfy")
    again.publish(again.generate(), force=False)
    assert tree(folder.out) == tree(tmp_path / "again/out")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("acme/good", {"x": {"type": "float", "default": "one"}})
    made.add("acme/other")
    assert made.run("generate").exit_code == 0
    return made


def environment(root: Path = REPOSITORY) -> dict[str, str]:
    """Return the environment of a process that runs the generator in this folder."""
    return {**os.environ, "PYTHONPATH": str(root / "generator"), "PATH": ""}


def loaded(project: Project, *command: str) -> tuple[int, set[str]]:
    """Return what a command of its own process has imported at its end, whole packages only."""
    code = (
        "import sys\n"
        "from runcomfy_codegen.cli.app import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*{name.partition('.')[0] for name in sys.modules})"
    )
    folders = ["--schemas", str(project.schemas), "--out", str(project.out)]
    done = subprocess.run(
        [sys.executable, "-c", code, *command, *folders],
        env=environment(),
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, set(done.stdout.split())


TOOLS = {"black", "datamodel_code_generator", "jinja2"}


@pytest.mark.parametrize("command", [["generate"], ["generate", "--check"]])
def test_a_run_with_nothing_to_do_loads_no_tool(project: Project, command: list[str]) -> None:
    before = tree(project.root)
    code, modules = loaded(project, *command)
    assert code == 0
    assert modules.isdisjoint(TOOLS)
    assert tree(project.root) == before


def test_a_known_structure_is_not_asked_for_again(project: Project) -> None:
    """Answers of datamodel-code-generator are remembered for types that differ in values only."""
    size = {"type": ["integer", "null"], "minimum": 3, "maximum": 4}
    names = {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2, "default": "a"}
    project.add("acme/good", {"size": size, "names": names})
    code, modules = loaded(project, "generate")
    assert code == 0
    assert "datamodel_code_generator" in modules
    size = {**size, "maximum": 5}
    names = {**names, "items": {"enum": ["c"]}}
    project.add("acme/good", {"count": size, "labels": names})
    code, modules = loaded(project, "generate")
    assert code == 0
    assert "jinja2" in modules
    assert "datamodel_code_generator" not in modules
    assert "Field(ge=3, le=5)" in (project.out / GOOD).read_text("utf-8")


@pytest.mark.parametrize(
    ("type_", "count", "of_several"),
    [("number", 4, set()), ("string", 7, {"index.md", "llms.txt", "__init__.py"})],
    ids=["the same kinds of input", "text as well"],
)
def test_only_what_changed_is_written(
    type_: str, count: int, of_several: set[str], project: Project
) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.out.rglob("*") if path.is_file()}
    project.add("acme/good", {"y": {"type": type_}})
    assert f"{count} written" in project.run("generate").stderr
    after = {path: path.stat().st_mtime_ns for path in project.out.rglob("*") if path.is_file()}
    assert {path.name for path in after if after[path] != before[path]} == {
        "good.py", "good.json", "good.md", MANIFEST, *of_several,
    }  # fmt: skip


def test_the_manifest_changes_only_with_the_output(project: Project) -> None:
    before = (project.out / MANIFEST).read_bytes()
    for file in project.schemas.rglob("*.json"):
        value = json.loads(file.read_text("utf-8"))
        if file.name == "endpoint.json":
            value["source"] = "elsewhere"
        if file.parent != project.schemas:
            file.write_text(json.dumps(value, indent=7), "utf-8")
    result = project.run("generate")
    assert result.exit_code == 0, result.stderr
    assert ", 0 written to" in result.stderr
    assert (project.out / MANIFEST).read_bytes() == before


def test_findings_of_reused_endpoints_are_counted(project: Project) -> None:
    said = [project.run("generate").stderr.splitlines()[-1]]
    project.add("acme/other", {"y": {"type": "string"}})
    said.append(project.run("generate").stderr.splitlines()[-1])
    shutil.rmtree(project.out)
    said.append(project.run("generate").stderr.splitlines()[-1])
    assert said == ["1 warning, 3 notes: runcomfy-codegen lint lists them"] * 3


@pytest.mark.parametrize("section", ["files", "endpoints"])
def test_a_manifest_that_lost_a_section_is_mended(project: Project, section: str) -> None:
    """The SDK is as it should be, so that --check only has a note about it."""
    path = project.out / MANIFEST
    text = path.read_text("utf-8")
    manifest = json.loads(text)
    manifest[section] = {}
    path.write_text(json.dumps(manifest), "utf-8")
    check = project.run("generate", "--check")
    assert (check.exit_code, check.stdout) == (0, "")
    assert "note: " in check.stderr
    assert project.run("generate").exit_code == 0
    assert path.read_text("utf-8") == text


def test_an_old_state_that_comes_back_is_recognised(project: Project) -> None:
    before = tree(project.out)
    project.add("acme/good", BAD)
    assert project.run("generate").exit_code == 1
    assert project.run("generate", "--check").exit_code == 1
    project.add("acme/good", {"x": {"type": "float", "default": "one"}})
    assert project.run("generate").exit_code == 0
    assert tree(project.out) == before


def test_check_says_why_a_file_is_stale(project: Project) -> None:
    (project.out / GOOD).unlink()
    other = project.out / "runcomfy/models/acme/other.py"
    text = other.read_text("utf-8")
    other.write_text(text + "# older\n", "utf-8")
    path = project.out / MANIFEST
    digests = content_digest(text), content_digest(text + "# older\n")
    path.write_text(path.read_text("utf-8").replace(*digests), "utf-8")
    said = project.run("generate", "--check").stderr
    assert f"{GOOD}: missing (it was deleted)" in said
    generator = "the generator or its templates changed"
    assert f"other.py: the generator would write other content ({generator})" in said
    project.add("acme/other", {"y": {"type": "string"}})
    assert "(acme/other: its schema, overlay or names changed)" in (
        project.run("generate", "--check").stderr
    )


@pytest.mark.parametrize("edited", ["runtime/_transport/retry.py", "runtime/cli/commands/run.py"])
def test_a_change_of_the_runtime_is_noticed(project: Project, tmp_path: Path, edited: str) -> None:
    """In a generator of its own, as the one that runs the tests is not to be edited."""
    shutil.copytree(REPOSITORY / "generator", tmp_path / "generator")
    shutil.copytree(REPOSITORY / "templates", tmp_path / "templates")

    def generate(*options: str) -> tuple[int, str]:
        folders = ["--schemas", str(project.schemas), "--out", str(tmp_path / "out")]
        done = subprocess.run(
            [sys.executable, "-m", "runcomfy_codegen", "generate", *options, *folders],
            env=environment(tmp_path),
            cwd=project.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stderr

    generate()
    assert generate("--check")[0] == 0
    with (tmp_path / "generator/runcomfy_codegen" / edited).open("a", encoding="utf-8") as file:
        file.write("# a change\n")
    code, said = generate("--check")
    assert code == 1
    assert edited.removeprefix("runtime/") in said


def test_what_is_left_out_of_the_fingerprint_shapes_nothing(tmp_path: Path) -> None:
    """Were one of these modules part of a generation, a change of it would have to be noticed."""
    project = Project(tmp_path)
    project.add("acme/good")
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from runcomfy_codegen.build.generation import Project, generate\n"
        "from runcomfy_codegen.schemas.folder import read_schemas\n"
        "assert generate(Project(read_schemas(Path('schemas'))[0]))\n"
        "print(*(name for name in sys.modules if name.startswith('runcomfy_codegen.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    modules = [name.split(".") for name in done.stdout.split()]
    assert {"generation", "datamodel", "rule", "normalise"} <= {name[-1] for name in modules}
    assert {name[1] for name in modules} & NOT_SHAPING <= {
        "runtime"
    }, "two helpers of the runtime are used here too"


def test_a_run_that_is_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    """SIGKILL at several moments: every file is the old or the new one, and nothing is left behind."""
    project = Project(tmp_path)
    names = [f"acme/m{number}" for number in range(40)]
    for each in names:
        project.add(each)
    assert project.run("generate").exit_code == 0
    old = tree(project.out)
    for each in names:
        project.add(each, {"other": {"type": "string"}})
    shutil.copytree(project.schemas, tmp_path / "clean/schemas")
    clean = open_workspace(tmp_path / "clean/schemas", tmp_path / "clean/out", "runcomfy")
    clean.publish(clean.generate(), force=False)
    new = tree(tmp_path / "clean/out")
    command = [sys.executable, "-m", "runcomfy_codegen", "generate"]
    folders = ["--schemas", str(project.schemas), "--out", str(project.out)]
    cut_short = 0
    for number in range(6):
        with subprocess.Popen(
            [*command, *folders], env=environment(), stderr=subprocess.DEVNULL
        ) as run:
            # The first change on disk is the manifest's; then a little further each time.
            while (
                run.poll() is None and (project.out / MANIFEST).read_text("utf-8") == old[MANIFEST]
            ):
                pass
            time.sleep(0.002 * number)
            run.kill()
        now = tree(project.out)
        for path in old.keys() | new.keys():
            assert path == MANIFEST or now.get(path) in (old.get(path), new.get(path)), path
        cut_short += now != new
        for each in names:
            project.add(each)
        assert project.run("generate").exit_code == 0
        assert tree(project.out) == old
        for each in names:
            project.add(each, {"other": {"type": "string"}})
    assert cut_short
    assert project.run("generate").exit_code == 0
    assert tree(project.out) == new
