"""Writing to disk: only what is ours, only what nobody edited, whole at any moment."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Generation
from runcomfy_codegen.build.incremental import BuildLock
from runcomfy_codegen.disk.files import remove_leftovers, write_together
from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.publish.manifest import MANIFEST, Manifest, read_manifest, read_previous
from runcomfy_codegen.publish.write import compare, publish

from .._support.project import tree

FIRST = {
    "pkg/a.py": "a = 1\n",
    "pkg/m/b.py": "b = 1\n",
    "pkg/m/n/c.py": "c = 1\n",
    "README.md": "é\n",
}
SECOND = {
    "pkg/a.py": "a = 2\n",
    "pkg/m/b.py": "b = 1\n",
    "pkg/new/d.py": "d = 1\n",
    "README.md": "漢\n",
}
THIRD = {"pkg/a.py": "a = 3\n", "pkg/m/n/c.py": "c = 3\n", "pkg/new/e.py": "e = 1\n"}


def generation(
    files: Mapping[str, str], owners: Mapping[str, str] | None = None, *kept: str
) -> Generation:
    return Generation(files, (), Names(), owners or {}, frozenset(kept))


def written(out: Path) -> dict[str, str]:
    """Return the files but the manifest."""
    return {path: text for path, text in tree(out).items() if path != MANIFEST}


def run(out: Path, content: Mapping[str, str] | Generation, *, force: bool = False) -> list[str]:
    """Publish, and return the rules of the problems."""
    manifest, problems = read_manifest(out)
    assert not problems
    new = content if isinstance(content, Generation) else generation(content)
    return [problem.rule for problem in publish(new, out, manifest, force=force)[1]]


def reasons(out: Path, content: Mapping[str, str]) -> dict[str, str]:
    changes = compare(generation(content), out, read_manifest(out)[0])
    return {change.path: change.why for change in changes if change.path != MANIFEST}


def test_a_first_run_writes_everything_and_the_next_one_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, FIRST) == []
    assert written(tmp_path) == FIRST
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert run(tmp_path, FIRST) == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_the_manifest(tmp_path: Path) -> None:
    run(tmp_path, generation(FIRST, {"pkg/a.py": "acme/a"}))
    manifest, problems = read_manifest(tmp_path)
    assert not problems
    assert sorted(manifest.files) == sorted(FIRST)
    assert manifest.owners == {"pkg/a.py": "acme/a"}
    assert manifest.pending == {}
    assert list(json.loads((tmp_path / MANIFEST).read_text("utf-8"))["files"]) == sorted(FIRST)


def test_what_changed_went_and_came(tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    assert reasons(tmp_path, SECOND) == {
        "README.md": "changed",
        "pkg/a.py": "changed",
        "pkg/m/n/c.py": "removed",
        "pkg/new/d.py": "new",
    }
    assert run(tmp_path, SECOND) == []
    assert written(tmp_path) == SECOND
    assert not (tmp_path / "pkg/m/n").exists()  # empty folders go too
    assert (tmp_path / "pkg/m").is_dir()


def test_unknown_files_are_not_touched(tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    mine = tmp_path / "pkg/m/n/mine.py"
    mine.write_text("mine", "utf-8")
    assert run(tmp_path, SECOND) == []
    assert mine.read_text("utf-8") == "mine"
    assert "pkg/m/n/mine.py" not in reasons(tmp_path, SECOND)


@pytest.mark.parametrize("edit", ["# mine\n", "a = 0\r\n", ""])
def test_an_edited_file_is_neither_overwritten_nor_deleted(tmp_path: Path, edit: str) -> None:
    run(tmp_path, FIRST)
    for path in ("pkg/a.py", "pkg/m/n/c.py"):
        (tmp_path / path).write_bytes(edit.encode())
    for _ in range(2):  # and it is reported until somebody decides
        assert run(tmp_path, SECOND) == ["edited-by-hand"] * 2
        assert written(tmp_path) == {**SECOND, "pkg/a.py": edit, "pkg/m/n/c.py": edit}
        assert reasons(tmp_path, SECOND) == {"pkg/a.py": "edited", "pkg/m/n/c.py": "edited"}
    assert run(tmp_path, SECOND, force=True) == []
    assert written(tmp_path) == SECOND
    assert reasons(tmp_path, SECOND) == {}


def test_an_edit_that_is_undone_or_deleted_is_no_edit(tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    for path in ("pkg/a.py", "pkg/m/n/c.py"):
        (tmp_path / path).write_text("# mine\n", "utf-8")
    run(tmp_path, SECOND)
    (tmp_path / "pkg/a.py").write_text(SECOND["pkg/a.py"], "utf-8")
    (tmp_path / "pkg/m/n/c.py").unlink()
    assert run(tmp_path, SECOND) == []
    assert "pkg/m/n/c.py" not in read_manifest(tmp_path)[0].files


def test_a_file_that_was_there_before_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", "utf-8")
    assert run(tmp_path, FIRST) == ["edited-by-hand"]
    assert written(tmp_path) == {**FIRST, "README.md": "mine"}


def test_a_deleted_file_and_a_deleted_folder_come_back(tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    complete = tree(tmp_path)
    (tmp_path / "pkg/a.py").unlink()
    assert reasons(tmp_path, FIRST) == {"pkg/a.py": "new"}
    run(tmp_path, FIRST)
    assert tree(tmp_path) == complete
    for path in sorted(tmp_path.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    run(tmp_path, FIRST)
    assert tree(tmp_path) == complete


def test_files_of_a_kept_endpoint_stay(tmp_path: Path) -> None:
    owners = {"pkg/a.py": "acme/a", "pkg/m/b.py": "acme/b"}
    run(tmp_path, generation(FIRST, owners))
    rest = {path: text for path, text in FIRST.items() if path != "pkg/m/b.py"}
    assert run(tmp_path, generation(rest, {"pkg/a.py": "acme/a"}, "acme/b")) == []
    assert written(tmp_path) == FIRST
    assert read_manifest(tmp_path)[0].owners == owners
    assert run(tmp_path, generation(rest, {"pkg/a.py": "acme/a"})) == []
    assert written(tmp_path) == rest


def test_a_module_becomes_a_package_and_back(tmp_path: Path) -> None:
    module, package = {"m/x.py": "1\n"}, {"m/x/__init__.py": "1\n", "m/x/y.py": "2\n"}
    for files in (module, package, module):
        assert run(tmp_path, files) == []
        assert written(tmp_path) == files
    assert not (tmp_path / "m/x").exists()


@dataclass
class Disk:
    """Fails at one of the operations that change the disk. Audit hooks cannot be taken back, so it sleeps."""

    countdown: int = 0
    error: type[BaseException] = OSError
    seen: list[str] = field(default_factory=list[str])

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and arguments[2] & os.O_CREAT
        if self.countdown and (writes or event in ("os.rename", "os.remove")):
            self.countdown -= 1
            self.seen.append(event)
            if not self.countdown:
                raise self.error(errno.ENOSPC, os.strerror(errno.ENOSPC))


DISK = Disk()
sys.addaudithook(DISK)


@contextmanager
def failing_at(operation: int, error: type[BaseException]) -> Iterator[None]:
    DISK.countdown, DISK.error, DISK.seen = operation, error, []
    try:
        yield
    finally:
        DISK.countdown = 0


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_interruption_anywhere_is_repaired_by_the_next_run(
    tmp_path: Path, error: type[BaseException]
) -> None:
    """At every operation: each file is the old or the new one, and a later run takes all for its own."""
    final = tmp_path / "final"
    run(final, THIRD)
    for operation in range(1, 100):
        out = tmp_path / str(operation)
        run(out, FIRST)
        try:
            with failing_at(operation, error):
                run(out, SECOND)
        except error:
            pass
        else:
            break
        for path, text in written(out).items():
            assert text in (FIRST.get(path), SECOND.get(path)), path
        # Once more, on other input and at another place; then whole again.
        try:
            with failing_at(operation // 2 + 1, error):
                run(out, THIRD)
        except error:
            pass
        assert run(out, THIRD) == []
        assert tree(out) == tree(final)
        assert not (out / "pkg/m/b.py").exists()
    assert operation > 8
    assert {"open", "os.rename", "os.remove"} <= set(DISK.seen)


def test_what_a_killed_run_had_prepared_goes(tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    (tmp_path / ".codegen-0123abcd.tmp").mkdir()
    (tmp_path / ".codegen-0123abcd.tmp/0").write_text("half", "utf-8")
    (tmp_path / ".codegen-mine.tmp").write_text("mine", "utf-8")
    remove_leftovers(tmp_path)
    assert written(tmp_path) == FIRST | {".codegen-mine.tmp": "mine"}


def test_writing_is_all_or_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    write_together(tmp_path, {"x.txt": b"old\n", "y.txt": b"old\n"})
    before = tree(tmp_path)
    for operation, path in enumerate(("x.txt", "z/z.txt"), 1):
        with pytest.raises(OSError, match="space") as caught, failing_at(operation, OSError):
            write_together(tmp_path, {"x.txt": b"new\n"}, {"y.txt": None}, {"z/z.txt": b"new\n"})
        assert tree(tmp_path) == before
        assert caught.value.filename == str(tmp_path / path)
    write_together(tmp_path, {"x.txt": b"new\n"}, {"y.txt": None}, {"z/z.txt": b"new\n"})
    assert tree(tmp_path) == {"x.txt": "new\n", "z/z.txt": "new\n"}
    assert (tmp_path / "x.txt").stat().st_mode & 0o444 == 0o444 & ~_umask()


def test_an_edit_that_is_made_while_the_run_goes_on_is_an_edit(tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    manifest, _ = read_manifest(tmp_path)
    previous = read_previous(tmp_path, manifest.files, BuildLock(), {})
    (tmp_path / "pkg/a.py").write_text("# mine\n", "utf-8")
    (tmp_path / "pkg/new").mkdir()
    (tmp_path / "pkg/new/d.py").write_text("# mine\n", "utf-8")
    (tmp_path / "pkg/m/n/c.py").unlink()
    changes, problems = publish(generation(SECOND), tmp_path, manifest, previous)
    assert [change.path for change in changes] == ["README.md"]
    assert [problem.rule for problem in problems] == ["edited-by-hand"] * 2
    mine = {"pkg/a.py": "# mine\n", "pkg/new/d.py": "# mine\n"}
    assert written(tmp_path) == {**SECOND, **mine}


def test_folders_that_a_killed_run_had_emptied_go(tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    (tmp_path / "pkg/m/n/c.py").unlink()
    assert run(tmp_path, SECOND) == []
    assert not (tmp_path / "pkg/m/n").exists()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_diff_shows_lines_as_diff_does(tmp_path: Path) -> None:
    run(tmp_path, {"a.txt": "one\ntwo\x0c\u2028same\nthree"})
    (change,) = compare(
        generation({"a.txt": "one\n2\x0c\u2028same\nthree\n"}), tmp_path, read_manifest(tmp_path)[0]
    )
    assert change.unified_diff() == (
        "--- a.txt (on disk)\n+++ a.txt (generated)\n@@ -1,3 +1,3 @@\n one\n-two\x0c\u2028same\n-three\n"
        "\\ No newline at end of file\n+2\x0c\u2028same\n+three\n"
    )


@pytest.mark.parametrize(
    ("manifest", "pointer"),
    [
        ([], "/files"),
        ({"files": []}, "/files"),
        ({"files": {"a": 1}}, "/files"),
        ({"endpoints": "x"}, "/endpoints"),
        ({"files": {"../../x": "h"}}, "/files/..~1..~1x"),
        ({"files": {"/etc/passwd": "h"}}, "/files/~1etc~1passwd"),
        ({"pending": {"a/./b": "h"}}, "/pending/a~1.~1b"),
        ({"files": {"C:\\x": "h"}}, "/files/C:\\x"),
        ({"files": {"": "h"}}, "/files/"),
    ],
)
def test_a_manifest_that_no_run_could_have_written_is_refused(
    tmp_path: Path, manifest: Any, pointer: str
) -> None:
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    found, problems = read_manifest(tmp_path)
    assert found == Manifest()
    assert {(each.rule, each.severity) for each in problems} == {("manifest", "error")}
    assert pointer in {each.pointer for each in problems}
    assert problems[0].hint


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"files": {}, "files": {}}'])
def test_a_manifest_that_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    assert read_manifest(tmp_path)[1]


def test_no_manifest_means_nothing_written_yet(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "gone") == (Manifest(), [])


def test_text_that_is_not_utf_8_is_an_edit(tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    (tmp_path / "pkg/a.py").write_bytes(b"\xff\n")
    assert run(tmp_path, FIRST) == ["edited-by-hand"]
    assert (tmp_path / "pkg/a.py").read_bytes() == b"\xff\n"


def test_the_layout_is_that_of_json() -> None:
    manifest = Manifest({"b": '"\\\n', "a": "é\u2028\x07"}, pending={"p": "h"})
    text = manifest.dumps()
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"
    assert list(json.loads(text)["files"]) == ["a", "b"]
    assert json.loads(text)["files"]["b"] == '"\\\n'


def test_manifest_lists_pending_only_while_it_exists() -> None:
    assert "pending" not in Manifest().dumps()
    assert "pending" in Manifest()._replace(pending={"a": "h"}).dumps()
