"""Writes a generation to disk through its manifest, `codegen.lock.json`.

Only files that the generator wrote are replaced or removed, and only while nobody has edited them.
All is prepared before the first file is replaced. The manifest is the first, and names the old and the
new hashes, so that a run after an interruption knows every file as its own.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from .disk import read_text, write_together
from .earlier import NOTHING, Earlier, content_digest
from .generation import Generation
from .manifest import MANIFEST, Manifest
from .problems import Problem
from .toolchain import tool_versions


class Change(NamedTuple):
    """One file that differs. why: "new", "changed", "removed" or "edited" (by hand); cause: where known."""

    path: str
    why: str
    old: str = ""
    new: str = ""
    cause: str = ""

    def unified_diff(self) -> str:
        """As `diff -u` prints it."""
        # Not splitlines(): to a diff, a form feed or U+2028 is no end of a line.
        old, new = (re.findall(r".*\n|.+\Z", text) for text in (self.old, self.new))
        lines = difflib.unified_diff(old, new, f"{self.path} (on disk)", f"{self.path} (generated)")
        unended = "\n\\ No newline at end of file\n"
        return "".join(line if line.endswith("\n") else line + unended for line in lines)


def compare(
    generation: Generation,
    out: Path,
    manifest: Manifest,
    earlier: Earlier = NOTHING,
    inputs: str = "",
) -> list[Change]:
    """What publishing would do, in the order of the paths; the manifest comes last. Raises OSError."""
    target = _target(generation, manifest, earlier)
    changes = _changes(generation, out, manifest, earlier, target)
    text = _settled(target, manifest, changes).dumps(inputs)
    on_disk = read_text(out / MANIFEST)
    if on_disk != text:
        why = "new" if on_disk is None else "changed"
        changes.append(Change(MANIFEST, why, on_disk or "", text))
    return changes


def publish(
    generation: Generation,
    out: Path,
    manifest: Manifest,
    earlier: Earlier = NOTHING,
    inputs: str = "",
    *,
    force: bool = False,
) -> tuple[list[Change], list[Problem]]:
    """Bring the folder up to date; returns what was changed, and a problem for each file edited by hand.

    earlier: what has been read already; inputs: digest of what the run is made from, if it is to be sealed.
    Raises OSError; the next run then goes on from there.
    """
    target = _target(generation, manifest, earlier)
    changes = _changes(generation, out, manifest, earlier, target)
    if force:
        manifest = _adopting(manifest, changes)
    # The run may have taken a minute, and somebody may have edited a file since it was read.
    seen = {change.path for change in changes}
    unread = {path: text for path, text in earlier.files.items() if path not in seen}
    changes = _changes(generation, out, manifest, earlier._replace(files=unread), target)
    text = _settled(target, manifest, changes).dumps(inputs)
    edited = [change for change in changes if change.why == "edited"]
    due = [change for change in changes if change.why != "edited"]
    _refuse_links(out, {os.path.dirname(change.path) for change in due})  # noqa: PTH120
    updated = {each.path: each.new.encode() for each in due if each.why != "removed"}
    removed = {each.path: None for each in due if each.why == "removed"}
    final = {MANIFEST: text.encode()}
    if due:
        # From here on both contents of each file are the generator's own, whenever it stops.
        before = {each.path: content_digest(each.old) for each in due if each.old}
        after = {each.path: content_digest(each.new) for each in due if each.new}
        interim = manifest._replace(files={**manifest.files, **before}, pending=after)
        write_together(out, {MANIFEST: interim.dumps().encode()}, updated, removed, final)
    elif read_text(out / MANIFEST) != text:
        write_together(out, final)
    # Those of an earlier run as well: it may not have come so far.
    for path in {*manifest.files, *manifest.pending} - generation.keys():
        _remove_empty_folders((out / path).parent, out)
    return due, [_edited(out / change.path) for change in edited]


def _changes(
    generation: Generation, out: Path, manifest: Manifest, earlier: Earlier, target: Manifest
) -> list[Change]:
    """The files that differ."""
    changes: list[Change] = []
    for path in sorted({*target.files, *manifest.files, *manifest.pending}):
        if path in target.files and path not in generation:
            continue  # of an endpoint that is kept
        on_disk = earlier.files[path] if path in earlier.files else read_text(f"{out}/{path}")
        new = generation.get(path)
        if on_disk == new:
            continue
        ours = on_disk is None or manifest.wrote(path, content_digest(on_disk))
        why = "new" if on_disk is None else "removed" if new is None else "changed"
        cause = _cause(path, why, generation, manifest) if ours else ""
        changes.append(Change(path, why if ours else "edited", on_disk or "", new or "", cause))
    return changes


def _settled(target: Manifest, manifest: Manifest, changes: Iterable[Change]) -> Manifest:
    """The manifest when these changes are made."""
    # What is no longer generated and yet edited stays in it until somebody decides.
    undecided = {
        change.path: manifest.files[change.path]
        for change in changes
        if change.why == "edited" and change.path in manifest.files.keys() - target.files.keys()
    }
    return target._replace(files={**target.files, **undecided})


def _cause(path: str, why: str, generation: Generation, manifest: Manifest) -> str:
    """What made a file stale; empty on a first run."""
    if why == "new" and path in manifest.files:
        return "it was deleted"
    if made_by := manifest.tools:
        now = tool_versions()
        if different := [name for name in now if made_by.get(name) != now[name]]:
            return f"{', '.join(map(_in_words, different))} changed"
    if model_id := generation.endpoint_files.get(path) or manifest.endpoints.get(path):
        return f"{model_id}: {_ENDPOINT_CAUSES[why]}"
    return "the set of endpoints changed" if manifest.files else ""


def _in_words(tool: str) -> str:
    return {"templates": "the templates", "generator": "the generator's code"}.get(tool, tool)


_ENDPOINT_CAUSES = {
    "new": "it is new",
    "changed": "its schema, overlay or names changed",
    "removed": "it is no longer among the chosen schemas",
}


def _refuse_links(out: Path, folders: Iterable[str]) -> None:
    """Nothing outside the output folder is written or removed. Raises OSError."""
    home = os.path.realpath(out)
    for folder in folders:
        if os.path.commonpath((home, os.path.realpath(f"{home}/{folder}"))) != home:
            why = "a link leads out of the output folder"
            raise NotADirectoryError(errno.ENOTDIR, why, str(out / folder))


def _adopting(manifest: Manifest, changes: list[Change]) -> Manifest:
    """The manifest as if the generator had written what was edited."""
    edited = {each.path: content_digest(each.old) for each in changes if each.why == "edited"}
    return manifest._replace(files={**manifest.files, **edited})


def _target(generation: Generation, manifest: Manifest, earlier: Earlier) -> Manifest:
    """The manifest after publishing: what was generated, and what stays of endpoints that are kept."""
    staying = {
        path: model_id
        for path, model_id in manifest.endpoints.items()
        if model_id in generation.kept and path in manifest.files and path not in generation
    }
    return Manifest(
        files={path: earlier.digest_of(path, text) for path, text in generation.items()}
        | {path: manifest.files[path] for path in staying},
        endpoints={**staying, **generation.endpoint_files},
        tools=tool_versions(),
        record=generation.record._replace(
            seals=_those(manifest.record.seals, staying) | {**generation.record.seals},
            findings=_those(manifest.record.findings, staying.values())
            | {**generation.record.findings},
        ),
    )


def _those(texts: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    return {key: texts[key] for key in keys if key in texts}


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
