"""The commands: exit codes, streams, and no traceback for any input."""

from __future__ import annotations

import json
import os
import shutil
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from runcomfy_codegen.cli.app import main

from .._support.project import BAD, Project, tree

# The files that list all endpoints, with facts of those that can be read.
NAMESPACE = "runcomfy/models/acme/__init__.py"
INDEXES = {"codegen.lock.json", "docs/index.md", "docs/llms.txt", NAMESPACE}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("acme/good")
    return made


def test_generate_then_check(project: Project) -> None:
    result = project.run("generate")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "1 endpoint, " in result.stderr
    assert (project.out / "runcomfy/models/acme/good.py").is_file()
    assert (project.schemas / "names.lock.json").is_file()
    before = tree(project.root)
    check = project.run("generate", "--check")
    assert (check.exit_code, check.stdout) == (0, "")
    assert "up to date" in check.stderr
    assert tree(project.root) == before


def test_generate_counts_what_lint_lists(project: Project) -> None:
    project.add("acme/odd", {"x": {"type": "float", "default": "one"}})
    assert "1 warning, " in project.run("generate").stderr
    listed = project.run("lint").stdout
    assert listed.count(": warning: ") == 1
    assert ": warning: x: " in listed
    assert '"one"' in listed


def test_deleting_the_output_loses_nothing(project: Project) -> None:
    project.add("acme/b-c", {"x-y": {"type": "string"}})
    project.run("generate")
    before = tree(project.root)
    shutil.rmtree(project.out)
    assert project.run("generate").exit_code == 0
    assert tree(project.root) == before


def test_check_shows_each_stale_file_and_writes_nothing(project: Project) -> None:
    project.add("acme/gone")
    project.run("generate")
    shutil.rmtree(project.schemas / "acme/gone")
    project.add("acme/new")
    project.add("acme/good", {"prompt": {"type": "string", "maxLength": 7}})
    (project.out / "README.md").write_text("mine\n", "utf-8")
    before = tree(project.root)
    result = project.run("generate", "--check")
    assert result.exit_code == 1
    assert tree(project.root) == before
    for path, reason in [
        ("runcomfy/models/acme/good.py", "the generator would write other content"),
        ("runcomfy/models/acme/new.py", "missing"),
        ("runcomfy/models/acme/gone.json", "no longer generated"),
        ("README.md", "edited by hand"),
        ("names.lock.json", "is out of date"),
    ]:
        assert any(path in line and reason in line for line in result.stderr.splitlines()), path
    assert "+++ runcomfy/models/acme/good.py (generated)" in result.stdout
    assert "-    prompt: str | None = None" in result.stdout


def test_check_of_nothing_generated_yet(project: Project) -> None:
    assert project.run("generate", "--check").exit_code == 1
    assert not project.out.exists()
    assert not (project.schemas / "names.lock.json").exists()


def test_check_where_an_endpoint_cannot_be_read(project: Project) -> None:
    """Another run could not help, so nothing is called stale."""
    project.run("generate")
    project.add("acme/good", {"x": {"$ref": "#/x"}})
    project.run("generate")
    result = project.run("generate", "--check")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        f"{project.out} is up to date, except for the errors listed above\n"
    )


def test_a_damaged_lock_says_how_to_mend_it(project: Project) -> None:
    project.run("generate")
    path = project.schemas / "names.lock.json"
    path.write_text("<<<<<<< HEAD\n", "utf-8")
    result = project.run("generate")
    assert result.exit_code == 2
    first, *rest = result.stderr.splitlines()
    assert f"{path}:1:1" in first
    assert "restore it from version control" in result.stderr
    assert rest[-1] == "nothing was written"


def test_a_stale_lock_alone_is_drift(project: Project) -> None:
    project.run("generate")
    (project.schemas / "names.lock.json").unlink()
    assert project.run("generate", "--check").exit_code == 1
    assert project.run("generate").exit_code == 0
    assert project.run("generate", "--check").exit_code == 0


def test_an_edited_file_is_reported_and_force_overwrites_it(project: Project) -> None:
    project.run("generate")
    readme = project.out / "README.md"
    original = readme.read_text("utf-8")
    readme.write_text("mine\n", "utf-8")
    result = project.run("generate")
    assert result.exit_code == 1
    assert "edited-by-hand" in result.stderr
    assert readme.read_text("utf-8") == "mine\n"
    assert project.run("generate", "--force").exit_code == 0
    assert readme.read_text("utf-8") == original


def test_one_bad_endpoint_beside_a_good_one(project: Project) -> None:
    project.add("acme/worse")
    project.run("generate")
    published = tree(project.out)
    project.add("acme/worse", BAD)
    for _ in range(2):
        result = project.run("generate")
        assert result.exit_code == 1
        assert "acme/worse/input.json:" in result.stderr
        assert "acme.worse" not in result.stderr
        assert _changed(published, project.out) <= INDEXES
        assert "worse: Worse[" in tree(project.out)[NAMESPACE]
    (project.schemas / "acme/worse/input.json").write_text("{", "utf-8")
    assert project.run("generate").exit_code == 1
    assert _changed(published, project.out) <= INDEXES
    project.add("acme/worse")
    assert project.run("generate").exit_code == 0
    assert tree(project.out) == published


def _changed(before: dict[str, str], out: Path) -> set[str]:
    after = tree(out)
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_only_bad_endpoints(project: Project) -> None:
    project.add("acme/good", BAD)
    for command in (["generate"], ["generate", "--check"], ["lint"]):
        result = project.run(*command)
        assert result.exit_code == 1
        assert not project.out.exists()
    (project.schemas / "acme/good/input.json").write_text("[]", "utf-8")
    for command in (["generate"], ["generate", "--check"], ["lint"]):
        assert project.run(*command).exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "--package", "not-a-name"],
        ["generate", "--package", "class"],
        ["generate", "--package", "os"],
        ["generate", "--package", "httpx"],
        ["generate", "--package", ""],
        ["generate", "--unknown"],
        ["generate", "extra"],
        ["lint", "--format", "yaml"],
        ["serve", "--port", "99999"],
        ["serve", "--host", "0.0.0.0"],
        ["serve", "--token", "a b"],
        ["serve", "--token", ""],
        ["add"],
        ["add", "no-such-page.txt"],
        ["nothing"],
    ],
)
def test_wrong_usage(project: Project, arguments: list[str]) -> None:
    result = project.run(*arguments)
    assert result.exit_code == 2
    assert "Error" in result.stderr
    assert not project.out.exists()


@pytest.mark.parametrize(
    "command", [["generate"], ["generate", "--check"], ["lint"], ["serve"], ["demo"]]
)
@pytest.mark.parametrize("schemas", ["missing", "empty", "file"])
def test_no_schemas(tmp_path: Path, command: list[str], schemas: str) -> None:
    project = Project(tmp_path)
    if schemas == "empty":
        project.schemas.mkdir()
    if schemas == "file":
        project.schemas.write_text("", "utf-8")
    result = project.run(*command)
    assert result.exit_code == 2
    assert str(project.schemas) in result.stderr + result.stdout
    assert not project.out.exists()


@pytest.mark.parametrize(
    "content", [b"{", b"\xff", b"[]", b'{"endpoints": {"acme/good": "x"}, "properties": {}}']
)
@pytest.mark.parametrize("command", [["generate"], ["generate", "--check"], ["lint"]])
def test_a_corrupt_lock(project: Project, command: list[str], content: bytes) -> None:
    lock = project.schemas / "names.lock.json"
    lock.write_bytes(content)
    result = project.run(*command)
    assert result.exit_code == 2
    assert "names.lock.json:1:" in result.output
    assert lock.read_bytes() == content
    assert not project.out.exists()


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
def test_odd_files_among_the_schemas(project: Project) -> None:
    loop, pipe = project.schemas / "names.lock.json", project.schemas / "acme/piped"
    loop.symlink_to(loop)
    pipe.mkdir()
    os.mkfifo(pipe / "input.json")
    result = project.run("generate")
    assert result.exit_code == 1
    assert "names.lock.json: error: a link" in result.stderr
    assert "acme/piped/input.json: error: it is not a regular file" in result.stderr
    assert (project.out / "runcomfy/models/acme/good.py").is_file()


def test_corrections_cannot_nest_without_end(project: Project) -> None:
    project.add("acme/deep", {"x": {}})
    at, entries = "/properties/x", []
    for _ in range(30):
        now: dict[str, object] = {}
        for _ in range(45):
            now = {"d": now}
        entries.append({"at": f"{at}/d", "now": now, "reason": "r"})
        at += "/d" * 46
    (project.schemas / "acme/deep/overlay.json").write_text(json.dumps(entries), "utf-8")
    for command in ("lint", "generate"):
        result = project.run(command)
        assert result.exit_code == 1
        assert "overlay.json:1:1: error: after the corrections" in result.output
        assert "nested over 100 levels" in result.output


@pytest.mark.parametrize("package", ["annotated_types", "HTTPX", "os", "class", "a-b", "anyio"])
def test_a_package_name_that_would_hide_another(project: Project, package: str) -> None:
    assert project.run("generate", "--package", package).exit_code == 2
    assert not project.out.exists()


def test_a_page_that_is_no_text_and_one_that_lacks_a_part(project: Project) -> None:
    page = project.root / "page.html"
    for content, code in ((b"\xff\xfe\xfd", 2), (b"nothing here", 1)):
        page.write_bytes(content)
        result = project.run("add", str(page))
        assert result.exit_code == code
        assert "page.html:1:1: error: " in result.stderr


def test_a_failed_endpoint_reserves_no_name(project: Project) -> None:
    project.add("acme/bad", BAD)
    assert project.run("generate").exit_code == 1
    lock = json.loads((project.schemas / "names.lock.json").read_text("utf-8"))
    assert list(lock["endpoints"]) == ["acme/good"]


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_nothing_is_written_through_a_link(project: Project) -> None:
    outside = project.root / "outside"
    outside.mkdir()
    project.out.mkdir()
    (project.out / "runcomfy").symlink_to(outside)
    result = project.run("generate")
    assert result.exit_code == 2
    assert "a link leads out of the output folder" in result.stderr
    assert not list(outside.iterdir())


def test_a_corrupt_manifest(project: Project) -> None:
    project.run("generate")
    (project.out / "codegen.lock.json").write_text('{"files": {"../x": "h"}}', "utf-8")
    before = tree(project.root)
    result = project.run("generate")
    assert result.exit_code == 2
    assert "codegen.lock.json:1:12" in result.stderr
    assert tree(project.root) == before


@pytest.mark.parametrize(
    "obstacle",
    [
        "schemas/names.lock.json/",
        "schemas/acme/good/input.json/",
        "generated/codegen.lock.json/",
        "generated/README.md/x",
        "generated/runcomfy/client.py/x",
        "generated/runcomfy",
    ],
)
def test_a_disk_that_is_not_as_it_should_be(project: Project, obstacle: str) -> None:
    """A folder where a file belongs, or the other way round."""
    path = project.root / obstacle
    if (project.root / obstacle.rstrip("/")).is_file():
        (project.root / obstacle.rstrip("/")).unlink()
    if obstacle.endswith("/"):
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")
    for command in (["generate"], ["generate", "--check"], ["lint"]):
        result = project.run(*command)
        assert result.exit_code in (0, 1, 2)
        if command == ["generate"]:
            assert result.exit_code
            assert result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_no_permission(project: Project) -> None:
    project.root.chmod(0o500)
    try:
        result = project.run("generate")
    finally:
        project.root.chmod(0o700)
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr


def test_a_port_that_is_taken(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = project.run("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "in use" in result.stderr


def test_help_and_version() -> None:
    runner = CliRunner()
    for arguments in (["--help"], ["-h"], ["--version"], ["generate", "--help"]):
        assert runner.invoke(main, arguments).exit_code == 0
