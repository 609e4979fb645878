"""Writes a generation to disk through its manifest, `codegen.lock.json`.

Only files that the generator wrote are replaced or removed, and only while nobody has edited them.
Each file is replaced atomically; the manifest names the new hashes before the first file changes, so
that a run after an interruption knows every file as its own.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .documents import parse
from .generation import Generation, tool_versions
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
        old, new = (text.splitlines(keepends=True) for text in (self.old, self.new))
        return "".join(
            difflib.unified_diff(old, new, f"{self.path} (on disk)", f"{self.path} (generated)")
        )


def read_manifest(out: Path) -> tuple[Manifest, list[Problem]]:
    """The manifest of an output folder; an empty one where there is none."""
    path = out / MANIFEST
    if not path.is_file():
        return Manifest(), []
    document, problems = parse(path.read_bytes(), str(path))
    if document is None:
        return Manifest(), problems
    value: Any = document.value
    try:
        sections = [
            {str(key): str(item) for key, item in value.get(section, {}).items()}
            for section in ("files", "endpoints", "pending", "tools")
        ]
    except AttributeError:
        hint = "restore it from version control, or delete the whole output folder"
        return Manifest(), [
            document.problem("manifest", "error", "not a manifest of this generator", "", hint)
        ]
    return Manifest(*sections), []


def compare(
    generation: Generation, kept: frozenset[str], out: Path, manifest: Manifest
) -> list[Change]:
    """What publishing would do, in the order of the paths."""
    target = _target(generation, kept, manifest)
    changes: list[Change] = []
    for path in sorted({*target.files, *manifest.files, *manifest.pending}):
        if path in manifest.files and path in target.files and path not in generation:
            continue  # an endpoint that failed: its files stay as they are
        on_disk = _read(out / path)
        new = generation.get(path)
        if on_disk == new:
            continue
        ours = on_disk is None or manifest.wrote(path, _digest(on_disk))
        why = (
            ("new" if on_disk is None else "removed" if new is None else "changed")
            if ours
            else "edited"
        )
        changes.append(Change(path, why, on_disk or "", new or ""))
    manifest_text = _read(out / MANIFEST)
    if manifest_text != target.dumps():
        why = "new" if manifest_text is None else "changed"
        changes.append(Change(MANIFEST, why, manifest_text or "", target.dumps()))
    return changes


def publish(
    generation: Generation,
    kept: frozenset[str],
    out: Path,
    manifest: Manifest,
    *,
    force: bool = False,
) -> tuple[list[Change], list[Problem]]:
    """Bring the folder up to date; returns what was changed, and a problem for each file edited by hand."""
    changes = compare(generation, kept, out, manifest)
    edited = [] if force else [change for change in changes if change.why == "edited"]
    due = [change for change in changes if change not in edited]
    if due:
        pending = {**manifest.pending, **_target(generation, kept, manifest).files}
        write_atomically(out / MANIFEST, replace(manifest, pending=pending).dumps())
    # The manifest is last in the list: it drops `pending` when all files are in place.
    for change in due:
        if change.why == "removed":
            (out / change.path).unlink(missing_ok=True)
            _remove_empty_folders((out / change.path).parent, out)
        else:
            write_atomically(out / change.path, change.new)
    return due, [_edited(out / change.path) for change in edited]


def write_atomically(path: Path, text: str) -> None:
    """The old content or the new, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
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


def _target(generation: Generation, kept: frozenset[str], manifest: Manifest) -> Manifest:
    """The manifest after publishing: what was generated, and what stays of endpoints that failed."""
    staying = {
        path: model_id
        for path, model_id in manifest.endpoints.items()
        if model_id in kept and path not in generation
    }
    return Manifest(
        files={path: _digest(text) for path, text in generation.items()}
        | {path: manifest.files[path] for path in staying if path in manifest.files},
        endpoints={**staying, **generation.endpoint_files},
        tools=tool_versions(),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
