"""`generate --check` believes nothing that was committed, and nothing that somebody put in its cache."""

from __future__ import annotations

import importlib.util
import json
import marshal
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from runcomfy_codegen.build.incremental import content_digest
from runcomfy_codegen.disk import cache
from runcomfy_codegen.publish.manifest import MANIFEST

from .._support.git import git
from .._support.project import Project, tree

GOOD = "runcomfy/models/acme/good.py"
PLANTED = "import os\n"


class Published(Project):
    """A project whose SDK is up to date. record: what is remembered of it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        cache_folder = Path(os.environ["RUNCOMFY_CODEGEN_CACHE"])
        before = set(cache_folder.glob("sdk-*.json"))
        self.add("acme/good")
        self.add("acme/other")
        assert self.run("generate").exit_code == 0
        assert self.run("generate", "--check").exit_code == 0
        (self.record,) = set(cache_folder.glob("sdk-*.json")) - before


@pytest.fixture
def project(tmp_path: Path) -> Published:
    return Published(tmp_path)


def lock_lines(project: Published) -> list[str]:
    return (project.out / MANIFEST).read_text("utf-8").splitlines()


def rewrite_lock(project: Published, lines: list[str]) -> None:
    (project.out / MANIFEST).write_text("\n".join(lines) + "\n", "utf-8")


def plant_a_line_and_fit_the_lock(project: Published) -> str:
    path = project.out / GOOD
    old = path.read_text("utf-8")
    path.write_text(old + PLANTED, "utf-8")
    digests = content_digest(old), content_digest(old + PLANTED)
    rewrite_lock(project, [line.replace(*digests) for line in lock_lines(project)])
    return GOOD


def plant_a_module_and_list_it(project: Published) -> str:
    planted = "runcomfy/models/acme/zero.py"
    (project.out / planted).write_text(PLANTED, "utf-8")
    lines = lock_lines(project)
    at = next(number for number, line in enumerate(lines) if GOOD in line)
    lines.insert(at, f'  "{planted}": "{content_digest(PLANTED)} acme/good",')
    rewrite_lock(project, lines)
    return planted


def plant_a_line_and_take_the_file_out_of_the_lock(project: Published) -> str:
    with (project.out / GOOD).open("a", encoding="utf-8") as file:
        file.write(PLANTED)
    rewrite_lock(project, [line for line in lock_lines(project) if GOOD not in line])
    return GOOD


def plant_a_package_before_a_module(project: Published) -> str:
    folder = project.out / GOOD.removesuffix(".py")
    folder.mkdir()
    (folder / "__init__.py").write_text(PLANTED, "utf-8")
    return f"{GOOD.removesuffix('.py')}/__init__.py"


def plant_a_compiled_module(project: Published) -> str:
    planted = GOOD.removesuffix(".py") + ".so"
    (project.out / planted).write_bytes(b"\x7fELF")
    return planted


def plant_a_stub(project: Published) -> str:
    planted = GOOD + "i"
    (project.out / planted).write_text("", "utf-8")
    return planted


def plant_bytecode(project: Published) -> str:
    """Python takes it for the module without a look at its source (PEP 552)."""
    planted = "runcomfy/models/acme/__pycache__/good.cpython-311.pyc"
    (project.out / planted).parent.mkdir()
    (project.out / planted).write_bytes(b"\xa7\x0d\x0d\x0a\x01\0\0\0" + b"\0" * 8)
    return planted


def plant_bytecode_with_the_hash_of_its_source(project: Published) -> str:
    """Python compares the hash, and then runs whatever code is in it."""
    planted = "runcomfy/models/acme/__pycache__/good.cpython-311.pyc"
    (project.out / planted).parent.mkdir()
    source = (project.out / GOOD).read_bytes()
    flags, hashed = b"\3\0\0\0", importlib.util.source_hash(source)
    code = marshal.dumps(compile(PLANTED, GOOD, "exec"))
    (project.out / planted).write_bytes(importlib.util.MAGIC_NUMBER + flags + hashed + code)
    return planted


def commit_bytecode(project: Published) -> str:
    planted = "runcomfy/models/__pycache__/x.cpython-311.pyc"
    (project.out / planted).parent.mkdir()
    (project.out / planted).write_bytes(b"\xa7\x0d\x0d\x0a\0\0\0\0")
    git(project.root, "init", "--quiet")
    git(project.root, "add", "--force", "--all")
    return planted


def plant_a_neighbour(project: Published) -> str:
    """With the output folder on the path it is imported in place of the dependency."""
    (project.out / "httpx").mkdir()
    (project.out / "httpx/__init__.py").write_text(PLANTED, "utf-8")
    return "httpx/__init__.py"


def plant_a_link(project: Published) -> str:
    (project.root / "elsewhere").mkdir()
    (project.root / "elsewhere/__init__.py").write_text(PLANTED, "utf-8")
    (project.out / "runcomfy/extra").symlink_to(project.root / "elsewhere")
    return "runcomfy/extra"


def plant_a_hidden_module(project: Published) -> str:
    (project.out / "runcomfy/.models.py").write_text(PLANTED, "utf-8")
    return "runcomfy/.models.py"


def plant_a_hidden_folder(project: Published) -> str:
    planted = "runcomfy/models/.hidden/start.pth"
    (project.out / planted).parent.mkdir()
    (project.out / planted).write_text(PLANTED, "utf-8")
    return planted


def plant_a_hidden_start_file(project: Published) -> str:
    (project.out / ".pth").write_text(PLANTED, "utf-8")
    return ".pth"


def replace_a_file_by_a_link(project: Published) -> str:
    path = project.out / GOOD
    path.rename(project.root / "good.py")
    path.symlink_to(project.root / "good.py")
    return GOOD


def replace_a_page_by_a_link(project: Published) -> str:
    path = project.out / "docs/index.md"
    path.rename(project.root / "index.md")
    path.symlink_to(project.root / "index.md")
    return "docs/index.md"


def replace_the_package_by_a_link(project: Published) -> str:
    (project.out / "runcomfy").rename(project.root / "elsewhere")
    (project.out / "runcomfy").symlink_to(project.root / "elsewhere")
    return "runcomfy"


LINKS = [
    plant_a_link,
    replace_a_file_by_a_link,
    replace_a_page_by_a_link,
    replace_the_package_by_a_link,
]
FORGERIES = [
    plant_a_line_and_fit_the_lock,
    plant_a_module_and_list_it,
    plant_a_line_and_take_the_file_out_of_the_lock,
    plant_a_package_before_a_module,
    plant_a_compiled_module,
    plant_a_stub,
    plant_bytecode,
    plant_bytecode_with_the_hash_of_its_source,
    commit_bytecode,
    plant_a_neighbour,
    plant_a_hidden_module,
    plant_a_hidden_folder,
    plant_a_hidden_start_file,
    *LINKS,
]


@pytest.mark.parametrize(
    ("path", "effect"),
    [
        ("runcomfy/notes.md", "it would be published with the SDK"),
        ("runcomfy/models/acme/deep/extra.py", "Python may import it"),
        ("runcomfy/__init__.pyi", "type checkers read it in place of the module"),
        ("start.pth", "Python may run it at every start"),
        ("setup.cfg", "it changes what a build of the SDK holds"),
    ],
)
def test_a_foreign_file_is_named_with_what_it_does(
    project: Published, path: str, effect: str
) -> None:
    (project.out / path).parent.mkdir(exist_ok=True)
    (project.out / path).write_text("", "utf-8")
    check = project.run("generate", "--check")
    assert f"{path}: error: the generator did not write this file, and {effect}" in check.stderr


@pytest.mark.parametrize("remembers", [True, False])
@pytest.mark.parametrize("forge", FORGERIES)
def test_check_finds_what_was_planted(
    project: Published, forge: Callable[[Published], str], remembers: bool
) -> None:
    planted = forge(project)
    if not remembers:
        project.record.unlink()
    for _ in range(1 + remembers):  # what was found is not remembered as fine
        check = project.run("generate", "--check")
        assert check.exit_code == 1
        assert f"{project.out / planted}: " in check.stderr


@pytest.mark.parametrize("forge", FORGERIES[3:])
def test_generate_reports_foreign_files_and_leaves_them(
    project: Published, forge: Callable[[Published], str]
) -> None:
    planted = project.out / forge(project)
    for options in ([], ["--force"]):
        result = project.run("generate", *options)
        assert result.exit_code == 1
        wrong = "must be a file or" if forge in LINKS else "the generator did not write this file"
        assert f"{planted}: error: {wrong}" in result.stderr
        assert planted.exists()


def test_generate_undoes_what_fits_the_lock(project: Published) -> None:
    before = tree(project.out)
    plant_a_line_and_fit_the_lock(project)
    plant_a_module_and_list_it(project)
    assert project.run("generate").exit_code == 0
    assert tree(project.out) == before


def test_what_tools_leave_behind_is_not_foreign(project: Published) -> None:
    """Bytecode, caches, and what builds and developers put beside the package."""
    for path in (
        "runcomfy/__pycache__/client.cpython-311.pyc",
        "runcomfy/.DS_Store",
        "runcomfy/models/.DS_Store",
        "runcomfy/.client.py.swp",
        "runcomfy/.mypy_cache/3.11/runcomfy.data.json",
        "runcomfy/models/.ipynb_checkpoints/x-checkpoint.py",
        ".venv/lib/x.py",
        "dist/x.whl",
        "build/lib/runcomfy/client.py",
        "uv.lock",
        "tests/test_mine.py",
    ):
        (project.out / path).parent.mkdir(parents=True, exist_ok=True)
        (project.out / path).write_bytes(b"\xa7\x0d\x0d\x0a\0\0\0\0")
    checked = project.out / "runcomfy/__pycache__/client.cpython-311-pytest-9.2.0.pyc"
    checked.write_bytes(b"\xa7\x0d\x0d\x0a\3\0\0\0" + b"\0" * 8)  # as newer pytest writes it
    (project.out / "runcomfy/._client.py").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    assert project.run("generate", "--check").exit_code == 0


def spoil(path: Path) -> None:
    path.write_bytes(b"\xff\x00{")


def refit(path: Path) -> None:
    """Fit the lock to the files, as one would who knows that it has their digests."""
    old, new = (content_digest(text) for text in ("", PLANTED))
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def replace_by_a_copy(path: Path) -> None:
    """Replace the cache by a copy whose digests are right, but which another machine wrote."""
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    copy.replace(path)


def make_it_everybodys(path: Path) -> None:
    path.chmod(0o666)


@pytest.mark.skipif(os.name == "nt", reason="looks at owners and modes")
@pytest.mark.parametrize("poison", [spoil, refit, replace_by_a_copy, make_it_everybodys])
def test_a_record_that_nobody_can_vouch_for_is_not_used(
    project: Published, poison: Callable[[Path], None]
) -> None:
    record = project.record
    assert cache.read_record(record.stem)
    poison(record)
    assert cache.read_record(record.stem) == {}
    (project.out / "runcomfy/py.typed").write_text(PLANTED, "utf-8")
    check = project.run("generate", "--check")
    assert check.exit_code == 1
    assert "py.typed: edited by hand" in check.stderr
    assert cache.read_record(record.stem), "the full run is remembered"


@pytest.mark.parametrize("value", [[], {"files": {}}, {"files": 1}])
def test_a_record_of_another_shape_is_not_used(project: Published, value: object) -> None:
    record = project.record
    fields = json.loads(record.read_text("utf-8").partition("\n")[2])
    cache.write_record(record.stem, {**fields, "files": value} if value else {"x": "y"})
    assert project.run("generate", "--check").exit_code == 0


@pytest.mark.parametrize("place", ["", "file/cache"])
def test_without_a_cache_all_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Try with the cache off, and where nothing can be written."""
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("RUNCOMFY_CODEGEN_CACHE", str(tmp_path / place) if place else "")
    project = Project(tmp_path)
    project.add("acme/good")
    for arguments in (["generate"], ["generate", "--check"]):
        assert project.run(*arguments).exit_code == 0


def test_old_records_go_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNCOMFY_CODEGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "_MAX_SIZE", 250)  # the real bound would take minutes to reach
    for number in range(5):
        cache.write_record(f"sdk-{number}", {"a": "b"})
        os.utime(tmp_path / f"cache/sdk-{number}.json", (number, number))
    cache.write_record("sdk-last", {"a": "b"})
    assert {path.stem for path in (tmp_path / "cache").iterdir()} == {"sdk-last", "sdk-4", "sdk-3"}
