"""Write a generation to disk, and record it in the manifest `codegen.lock.json`.

Only files that the generator wrote are replaced or removed, and only if nobody has edited them. All files
are staged before the first is replaced. The manifest is written first with the old and the new digests,
so that a run after an interruption recognises every file.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..build.generation import Generation
from ..build.incremental import NO_BUILD, NO_TEXTS, PreviousBuild, Texts
from ..disk.files import read_text, write_together
from ..text.problems import Problem
from .manifest import BY_FORMATTER, BY_HAND, MANIFEST, Manifest, file_digest
from .rows import has_edited_rows


class FileChange(NamedTuple):
    """A file that differs from what was generated.

    Attributes:
        path: The path below the output folder.
        why: "new", "changed", "removed", "reformatted" (by another tool) or "edited" (by hand).
        old: The text on disk.
        new: The generated text.
        cause: What made it differ, if that is known.
    """

    path: str
    why: str
    old: str = ""
    new: str = ""
    cause: str = ""

    def unified_diff(self) -> str:
        """Return the difference as `diff -u` prints it."""
        import difflib  # only `--check` shows differences

        # Not splitlines(), which also splits at form feeds and U+2028.
        old, new = (re.findall(r".*\n|.+\Z", text) for text in (self.old, self.new))
        lines = difflib.unified_diff(old, new, f"{self.path} (on disk)", f"{self.path} (generated)")
        unended = "\n\\ No newline at end of file\n"
        return "".join(line if line.endswith("\n") else line + unended for line in lines)


def compare(
    generation: Generation, out: Path, manifest: Manifest, previous: PreviousBuild = NO_BUILD
) -> list[FileChange]:
    """Return what publishing would change, ordered by path. Raises OSError."""
    paths = _all_paths(generation, manifest)
    changes = _changes(generation, out, manifest, paths, previous.files)
    return [_checked_for_rows(change, out, manifest, previous) for change in changes]


def manifest_is_stale(generation: Generation, manifest: Manifest) -> bool:
    """Return whether publishing would change the manifest."""
    return _target(generation, manifest) != manifest


def manifest_text(generation: Generation, manifest: Manifest) -> str:
    """Return the manifest as it is after publishing, if nobody has edited a file."""
    return _target(generation, manifest).dumps()


def publish(
    generation: Generation,
    out: Path,
    manifest: Manifest,
    previous: PreviousBuild = NO_BUILD,
    *,
    force: bool = False,
) -> tuple[list[FileChange], list[Problem]]:
    """Bring the output folder up to date.

    Args:
        generation: The files.
        out: The output folder.
        manifest: The manifest that was read from it.
        previous: The files that have been read already.
        force: Whether to overwrite files that were edited by hand.

    Returns:
        The files that were changed, and a problem for each file that was edited by hand.

    Raises:
        OSError: If a file cannot be written. The next run then continues.
    """
    paths = _all_paths(generation, manifest)
    changes = _changes(generation, out, manifest, paths, previous.files)
    if force:
        manifest = _adopting(manifest, changes)
    # Read the changed files again, as somebody may have edited one since the run began.
    differing = [change.path for change in changes]
    changes = _changes(generation, out, manifest, differing, NO_TEXTS)
    if not force:
        changes = [_checked_for_rows(change, out, manifest, previous) for change in changes]
    text = _settled(_target(generation, manifest), manifest, changes).dumps()
    edited = [change for change in changes if change.why == BY_HAND]
    due = [change for change in changes if change.why != BY_HAND]
    _refuse_links(out, {os.path.dirname(change.path) for change in due})  # noqa: PTH120
    updated = {change.path: change.new.encode() for change in due if change.why != "removed"}
    removed = {change.path: None for change in due if change.why == "removed"}
    final = {MANIFEST: text.encode()}
    if due:
        # Wherever this is interrupted, the manifest knows both contents of each file.
        before = {change.path: file_digest(change.path, change.old) for change in due if change.old}
        after = {change.path: file_digest(change.path, change.new) for change in due if change.new}
        interim = manifest._replace(files={**manifest.files, **before}, pending=after)
        write_together(out, {MANIFEST: interim.dumps().encode()}, updated, removed, final)
    elif read_text(out / MANIFEST) != text:
        write_together(out, final)
    # Also the folders that an interrupted run has emptied.
    for path in {*manifest.files, *manifest.pending} - generation.keys():
        _remove_empty_folders((out / path).parent, out)
    return due, [_edited(out / change.path) for change in edited]


def _all_paths(generation: Generation, manifest: Manifest) -> list[str]:
    """Return the paths of generated files, and of those that earlier runs have written."""
    return sorted({*generation, *manifest.files, *manifest.pending})


def _changes(
    generation: Generation, out: Path, manifest: Manifest, paths: Iterable[str], known: Texts
) -> list[FileChange]:
    """Return the files that differ.

    Args:
        generation: The generated files.
        out: The output folder.
        manifest: Its manifest.
        paths: The paths to compare.
        known: Files that have been read already. The others are read now.
    """
    changes: list[FileChange] = []
    for path in paths:
        new = generation.get(path)
        if new is None and manifest.owners.get(path) in generation.kept:
            continue
        on_disk = known[path] if path in known else read_text(f"{out}/{path}")
        if on_disk == new:
            continue
        why = _why(path, on_disk, new, manifest)
        cause = "" if why == BY_HAND else _cause(path, why, generation, manifest)
        changes.append(FileChange(path, why, on_disk or "", new or "", cause))
    return changes


def _checked_for_rows(
    change: FileChange, out: Path, manifest: Manifest, previous: PreviousBuild
) -> FileChange:
    """Return the change, as an edit if somebody added rows to an index by hand."""
    # After an interruption, it is not known what was written.
    if change.why not in ("changed", "removed") or manifest.pending:
        return change
    if not has_edited_rows(out, change.path, change.old, change.new, previous):
        return change
    return change._replace(why=_editor_of(change.path, change.old, change.new), cause="")


def _why(path: str, on_disk: str | None, new: str | None, manifest: Manifest) -> str:
    if on_disk is None:
        return "new"
    if not manifest.wrote(path, on_disk):
        return _editor_of(path, on_disk, new)
    return "removed" if new is None else "changed"


def _editor_of(path: str, on_disk: str, new: str | None) -> str:
    """Return who has changed a file: a formatter, or somebody by hand."""
    from .reformatting import is_reformatted  # most files are as they were written

    return BY_FORMATTER if new and is_reformatted(path, on_disk, new) else BY_HAND


def _settled(target: Manifest, manifest: Manifest, changes: Iterable[FileChange]) -> Manifest:
    """Return the manifest when these changes are made."""
    # A file that is no longer generated, but was edited, stays listed until somebody decides.
    undecided = {
        change.path: manifest.files[change.path]
        for change in changes
        if change.why == BY_HAND and change.path in manifest.files.keys() - target.files.keys()
    }
    return target._replace(files={**target.files, **undecided})


def _cause(path: str, why: str, generation: Generation, manifest: Manifest) -> str:
    """Say what made a file stale; empty on a first run."""
    if why == "new" and path in manifest.files:
        return "it was deleted"
    if why == BY_FORMATTER or not manifest.files:
        return ""
    model_id = generation.endpoint_files.get(path) or manifest.owners.get(path)
    if model_id is None:
        if manifest.sources.keys() != generation.sources.keys():
            return "the set of endpoints changed"
        return "the generator or its templates changed"
    if why != "changed":
        return f"{model_id}: {_PRESENCE[why]}"
    if generation.sources.get(model_id) == manifest.sources.get(model_id):
        return "the generator or its templates changed"
    return f"{model_id}: its schema, overlay or names changed"


_PRESENCE = {"new": "it is new", "removed": "it is no longer among the chosen schemas"}


def _refuse_links(out: Path, folders: Iterable[str]) -> None:
    """Raise OSError if a link leads out of the output folder."""
    home = os.path.realpath(out)
    for folder in folders:
        if os.path.commonpath((home, os.path.realpath(f"{home}/{folder}"))) != home:
            why = "a link leads out of the output folder"
            raise NotADirectoryError(errno.ENOTDIR, why, str(out / folder))


def _adopting(manifest: Manifest, changes: list[FileChange]) -> Manifest:
    """Return the manifest as if the generator had written what was edited."""
    edited = {
        change.path: file_digest(change.path, change.old)
        for change in changes
        if change.why == BY_HAND
    }
    return manifest._replace(files={**manifest.files, **edited})


def _target(generation: Generation, manifest: Manifest) -> Manifest:
    """Return the manifest after publishing: the generated files, and those of kept endpoints."""
    staying = {
        path: model_id
        for path, model_id in manifest.owners.items()
        if model_id in generation.kept and path in manifest.files and path not in generation
    }
    sources: Mapping[str, str] = {
        model_id: manifest.sources[model_id]
        for model_id in generation.kept
        if model_id in manifest.sources
    }
    return Manifest(
        files={**generation.lasting_digests, **{path: manifest.files[path] for path in staying}},
        owners={**staying, **generation.endpoint_files},
        sources={**sources, **generation.sources},
    )


def _remove_empty_folders(folder: Path, out: Path) -> None:
    for path in _upwards(folder, out):
        try:
            path.rmdir()
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
        "the file was edited by hand, or not written by the generator; it was not changed",
        hint="move your change into the templates, the runtime or an overlay; --force overwrites it",
    )
