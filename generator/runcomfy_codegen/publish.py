"""Writes a generation to disk through its manifest, `codegen.lock.json`.

Only files that the generator wrote are replaced or removed, and only while nobody has edited them.
Each file is replaced atomically; the manifest names the new hashes before the first file changes, so
that a run after an interruption knows every file as its own.
"""

from __future__ import annotations

import contextlib
import difflib
import errno
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .documents import parse
from .documents import pointer as steps
from .generation import Generation, tool_versions
from .json_types import is_object
from .problems import Problem

MANIFEST = "codegen.lock.json"


@dataclass(frozen=True)
class Manifest:
    """files: path -> SHA-256 of what was written; endpoints: path -> model id, for files of one endpoint.

    pending: hashes of an interrupted run; tools: versions that shaped the output.
    """

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    endpoints: Mapping[str, str] = field(default_factory=dict[str, str])
    pending: Mapping[str, str] = field(default_factory=dict[str, str])
    tools: Mapping[str, str] = field(default_factory=dict[str, str])

    def wrote(self, path: str, digest: str) -> bool:
        """Whether a file with this content is the generator's own work."""
        return digest in (self.files.get(path), self.pending.get(path))

    def dumps(self) -> str:
        """A line for each file, sorted, so that it merges well in git."""
        content = {
            "tools": dict(sorted(self.tools.items())),
            "files": dict(sorted(self.files.items())),
            "endpoints": dict(sorted(self.endpoints.items())),
        }
        return (
            json.dumps(
                content | ({"pending": self.pending} if self.pending else {}),
                indent=1,
                ensure_ascii=False,
            )
            + "\n"
        )


@dataclass(frozen=True)
class Change:
    """One file that differs. why: "new", "changed", "removed" or "edited" (by hand)."""

    path: str
    why: str
    old: str = ""
    new: str = ""

    def unified_diff(self) -> str:
        """As `diff -u` prints it."""
        # Not splitlines(): to a diff, a form feed or U+2028 is no end of a line.
        old, new = (re.findall(r".*\n|.+\Z", text) for text in (self.old, self.new))
        lines = difflib.unified_diff(old, new, f"{self.path} (on disk)", f"{self.path} (generated)")
        unended = "\n\\ No newline at end of file\n"
        return "".join(line if line.endswith("\n") else line + unended for line in lines)


def read_manifest(out: Path) -> tuple[Manifest, list[Problem]]:
    """The manifest of an output folder; an empty one where there is none."""
    path = out / MANIFEST
    if not path.exists():
        return Manifest(), []
    document, problems = parse(path.read_bytes(), str(path))
    if document is None:
        return Manifest(), problems
    value: Any = document.value
    sections: list[dict[str, str]] = []
    for name in _SECTIONS:
        section = value.get(name, {}) if is_object(value) else None
        if not is_object(section) or not all(map(_is_text, section.values())):
            message = f"{name} is no object of texts: this is no manifest of the generator"
            problems.append(document.problem("manifest", "error", message, steps(name), _RESTORE))
            continue
        if name != "tools":
            for key in section:
                if not _is_inside(key):
                    message = f"{key!r} is no path inside the folder"
                    at = steps(name, key)
                    problems.append(document.problem("manifest", "error", message, at, _RESTORE))
        sections.append(section)
    return (Manifest(), problems) if problems else (Manifest(*sections), [])


_SECTIONS = ("files", "endpoints", "pending", "tools")
_RESTORE = "restore it from version control, or delete the whole output folder"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_inside(path: str) -> bool:
    return not {"", ".", ".."}.intersection(path.split("/")) and not set(path) & set("\\:\0")


def compare(generation: Generation, out: Path, manifest: Manifest) -> list[Change]:
    """What publishing would do, in the order of the paths; the manifest comes last. Raises OSError."""
    changes, text = _plan(generation, out, manifest)
    on_disk = _read(out / MANIFEST)
    if on_disk != text:
        why = "new" if on_disk is None else "changed"
        changes.append(Change(MANIFEST, why, on_disk or "", text))
    return changes


def publish(
    generation: Generation, out: Path, manifest: Manifest, *, force: bool = False
) -> tuple[list[Change], list[Problem]]:
    """Bring the folder up to date; returns what was changed, and a problem for each file edited by hand.

    Raises OSError; the next run then goes on from there.
    """
    if force:
        manifest = _adopting(manifest, _plan(generation, out, manifest)[0])
    changes, text = _plan(generation, out, manifest)
    edited = [change for change in changes if change.why == "edited"]
    due = [change for change in changes if change.why != "edited"]
    for change in due:
        _refuse_links(out, out / change.path)
    if due:
        # From here on both contents of each file are the generator's own, whenever it stops.
        before = {each.path: _digest(each.old) for each in due if each.old}
        after = {each.path: _digest(each.new) for each in due if each.new}
        interim = replace(manifest, files={**manifest.files, **before}, pending=after)
        write_atomically(out / MANIFEST, interim.dumps())
    for change in due:
        if change.why == "removed":
            (out / change.path).unlink(missing_ok=True)
            _remove_empty_folders((out / change.path).parent, out)
        else:
            write_atomically(out / change.path, change.new)
    if _read(out / MANIFEST) != text:
        write_atomically(out / MANIFEST, text)
    return due, [_edited(out / change.path) for change in edited]


def _plan(generation: Generation, out: Path, manifest: Manifest) -> tuple[list[Change], str]:
    """The files that differ, and the manifest's text when they no longer do."""
    target = _target(generation, manifest)
    changes: list[Change] = []
    for path in sorted({*target.files, *manifest.files, *manifest.pending}):
        if path in target.files and path not in generation:
            continue  # of an endpoint that is kept
        on_disk, new = _read(out / path), generation.get(path)
        if on_disk == new:
            continue
        ours = on_disk is None or manifest.wrote(path, _digest(on_disk))
        why = "new" if on_disk is None else "removed" if new is None else "changed"
        changes.append(Change(path, why if ours else "edited", on_disk or "", new or ""))
    # What is no longer generated and yet edited stays in the manifest until somebody decides.
    undecided = {
        change.path: manifest.files[change.path]
        for change in changes
        if change.why == "edited" and change.path in manifest.files.keys() - target.files.keys()
    }
    return changes, replace(target, files={**target.files, **undecided}).dumps()


def _refuse_links(out: Path, path: Path) -> None:
    """Nothing outside the folder is written or removed. Raises OSError."""
    if not path.parent.resolve().is_relative_to(out.resolve()):
        raise NotADirectoryError(errno.ENOTDIR, "a link leads out of the output folder", str(path))


def _adopting(manifest: Manifest, changes: list[Change]) -> Manifest:
    """The manifest as if the generator had written what was edited."""
    edited = {each.path: _digest(each.old) for each in changes if each.why == "edited"}
    return replace(manifest, files={**manifest.files, **edited})


def write_atomically(path: Path, text: str) -> None:
    """The old content or the new, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        # mkstemp makes it private; a generated file is as readable as any other.
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _target(generation: Generation, manifest: Manifest) -> Manifest:
    """The manifest after publishing: what was generated, and what stays of endpoints that are kept."""
    staying = {
        path: model_id
        for path, model_id in manifest.endpoints.items()
        if model_id in generation.kept and path in manifest.files and path not in generation
    }
    return Manifest(
        files={path: _digest(text) for path, text in generation.items()}
        | {path: manifest.files[path] for path in staying},
        endpoints={**staying, **generation.endpoint_files},
        tools=tool_versions(),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _read(path: Path) -> str | None:
    try:
        # newline="": a file with other line ends is another file.
        with path.open(encoding="utf-8", newline="", errors="surrogateescape") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _remove_empty_folders(folder: Path, out: Path) -> None:
    for each in _upwards(folder, out):
        try:
            each.rmdir()
        except OSError:
            return


def _upwards(folder: Path, out: Path) -> Iterator[Path]:
    while folder != out and out in folder.parents:
        yield folder
        folder = folder.parent


def _edited(path: Path) -> Problem:
    return Problem(
        str(path),
        0,
        0,
        "edited-by-hand",
        "error",
        "the file is not what the generator wrote, so it was left alone",
        hint="move your change into the templates, the runtime or an overlay; --force overwrites it",
    )
