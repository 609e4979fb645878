"""Bring schemas/ in line with the catalogue: plan all changes first, then write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..names.model_ids import ONE_FOLDER, clashes, matches
from ..names.renaming import respelled
from ..schemas.endpoint_json import marked_gone, merged, was_listed
from ..schemas.folder import (
    ENDPOINT_FILES,
    delete_endpoint,
    folder_for,
    known_ids,
    read_document,
    read_info,
    stale_files,
    write_files,
)
from ..schemas.shape import GENERIC_OUTPUT
from ..text.json_types import is_array, is_object, map_texts
from ..text.problems import Problem
from .catalogue.entries import CatalogueEntries, CatalogueEntry
from .page_texts import KEY as PAGE_TEXTS
from .page_texts import kept_texts, with_texts

Kind = Literal["pruned", "new", "changed", "back", "gone"]
Info = Mapping[str, Any]


@dataclass(frozen=True)
class SyncChange:
    """A change of one endpoint in schemas/.

    Attributes:
        model_id: The endpoint.
        kind: Why it changes.
        parts: Words for what is different.
        folder: Its folder.
        files: New contents by file name.
    """

    model_id: str
    kind: Kind
    parts: tuple[str, ...]
    folder: Path
    files: Mapping[str, bytes]

    def __str__(self) -> str:
        return f"{self.kind} {self.model_id}" + (f": {', '.join(self.parts)}" if self.parts else "")


@dataclass(frozen=True)
class SyncPlan:
    """The changes that a sync makes.

    Attributes:
        changes: The changes in the order in which they are made.
        unchanged: The number of endpoints that are as listed.
        gone: The number of endpoints that were marked as gone before.
        problems: What is wrong with the folder or with entries.
        renamed: Gone ids with the new ids that look like the same endpoint.
    """

    changes: tuple[SyncChange, ...]
    unchanged: int
    gone: int
    problems: tuple[Problem, ...]
    renamed: tuple[tuple[str, str], ...] = ()


def plan_sync(
    catalogue: CatalogueEntries, root: Path, only: tuple[str, ...] = (), *, prune: bool = False
) -> SyncPlan:
    """Plan what brings schemas/ in line with the catalogue. Nothing is written.

    Args:
        catalogue: The catalogue as it was read.
        root: The folder schemas/.
        only: Globs of model ids; other endpoints are neither changed nor marked.
        prune: Whether endpoints that are gone are deleted.
    """
    planner = _Planner(root)
    known = known_ids(root)
    vanished = known - catalogue.listed if catalogue.complete else frozenset[str]()
    planner.plan_vanished((model_id for model_id in vanished if matches(model_id, only)), prune)
    pruned = {change.model_id for change in planner.changes if change.kind == "pruned"}
    planner.plan_listed(catalogue, known - pruned)
    # Pruned first: the id may have come back in another spelling, which needs the folder.
    changes = sorted(planner.changes, key=lambda change: (change.kind != "pruned", change.model_id))
    new = {
        change.model_id: catalogue.entries[change.model_id].input
        for change in changes
        if change.kind == "new"
    }
    lost = {model_id: _input_of(root, model_id) for model_id in vanished} if new else {}
    return SyncPlan(
        tuple(changes),
        planner.unchanged,
        planner.gone,
        tuple(planner.problems),
        tuple(respelled(lost, new)),
    )


@dataclass
class _Planner:
    """A collector of the changes of a sync."""

    root: Path
    changes: list[SyncChange] = field(default_factory=list[SyncChange])
    problems: list[Problem] = field(default_factory=list[Problem])
    unchanged: int = 0
    gone: int = 0

    def plan_vanished(self, model_ids: Iterable[str], prune: bool) -> None:
        """Mark or delete endpoints that the catalogue no longer lists."""
        for model_id in sorted(model_ids):
            folder, info, problems = _known(self.root, model_id)
            self.problems += problems
            if problems or not was_listed(info):
                continue  # an endpoint that only a page knew is not gone
            if prune:
                names = tuple(name for name in ENDPOINT_FILES if (folder / name).exists())
                self.changes.append(SyncChange(model_id, "pruned", names, folder, {}))
            elif info.get("gone"):
                self.gone += 1
            else:
                files = stale_files(folder, {"endpoint.json": marked_gone(info)})
                self.changes.append(SyncChange(model_id, "gone", (), folder, files))

    def plan_listed(self, catalogue: CatalogueEntries, present: frozenset[str]) -> None:
        """Add or update the endpoints that the catalogue lists."""
        refused = dict(_refused(catalogue.entries.keys(), present, self.root))
        self.problems += refused.values()
        for model_id, entry in catalogue.entries.items():
            if model_id not in refused:
                self._plan_entry(entry)

    def _plan_entry(self, entry: CatalogueEntry) -> None:
        folder, info, problems = _known(self.root, entry.model_id)
        self.problems += problems
        if problems:
            return
        try:
            change = _planned(folder, entry, info)
        except ValueError as error:
            self.problems.append(_problem(self.root, entry.model_id, "schema-size", str(error)))
            return
        if change:
            self.changes.append(change)
        else:
            self.unchanged += 1


def _input_of(root: Path, model_id: str) -> Any:
    """Return the input schema of a captured endpoint; None where it cannot be read."""
    document, _ = read_document(root / model_id / "input.json")
    return document.value if document else None


def apply_sync(plan: SyncPlan, root: Path, done: Callable[[SyncChange], object]) -> list[Problem]:
    """Make the changes, and return those that failed as problems.

    An interrupted run leaves no half endpoint: endpoint.json is written last, so where it is missing or
    old, the next run writes the rest.

    Args:
        plan: The changes.
        root: The folder schemas/.
        done: Is called with each change that was made.

    Raises:
        OSError: If the disk refuses.
    """
    problems: list[Problem] = []
    for change in plan.changes:
        try:
            if change.kind == "pruned":
                delete_endpoint(root, change.folder)
            else:
                write_files(root, change.folder, change.files)
        except OSError as error:
            message = f"{change.model_id} cannot be written: {error}"
            problems.append(_problem(root, change.model_id, "schemas-not-written", message))
        else:
            done(change)
    return problems


def _planned(folder: Path, entry: CatalogueEntry, info: Info) -> SyncChange | None:
    """Return the change of an endpoint that the catalogue lists; None if it is as listed already.

    Raises ValueError if it is too large.
    """
    known, _ = read_document(folder / "input.json") if info else (None, ())
    texts = kept_texts(known.value, info) if known else {}
    schema, kept = with_texts(entry.input, texts)
    facts = {**entry.facts, PAGE_TEXTS: kept} if kept else entry.facts
    now = merged(info, {"model_id": entry.model_id, **facts}, "catalogue")
    contents: dict[str, Info] = {"endpoint.json": now, "input.json": schema}
    if not (folder / "output.json").exists():
        # The catalogue has no output schemas; one that a page published stays.
        contents["output.json"] = GENERIC_OUTPUT
    files = stale_files(folder, contents)
    if not files:
        return None
    if not info:
        return SyncChange(entry.model_id, "new", (), folder, files)
    parts = [_input_part(folder / "input.json", schema)] if "input.json" in files else []
    parts += ["output"] if "output.json" in files else []
    keys = [key for key in dict.fromkeys((*now, *info)) if key != PAGE_TEXTS]
    parts += [_part(key, info, now) for key in keys if _text(key, info) != _text(key, now)]
    if info.get("gone"):
        return SyncChange(
            entry.model_id, "back", tuple(part for part in parts if part != "gone"), folder, files
        )
    return SyncChange(
        entry.model_id, "changed", tuple(parts) or ("white space only",), folder, files
    )


_LABELS = {"display_name": "title", "base_price_usd": "price"}
_WITH_VALUES = ("base_price_usd", "source")  # short ones


def _part(key: str, old: Info, new: Info) -> str:
    label = _LABELS.get(key, key)
    if key in old and json.dumps(_collapsed(old[key])) == json.dumps(_collapsed(new.get(key))):
        return f"{label} (white space only)"
    if key not in _WITH_VALUES:
        return label
    before, after = (str(info.get(key, "unknown")) for info in (old, new))
    return f"{label} {before} -> {after}"


def _text(key: str, info: Info) -> str:
    """Return a value as text, because in Python 1 == True."""
    return json.dumps(info[key], sort_keys=True) if key in info else ""


# Small differences of two input schemas, from the least to the most: without these words they are equal.
_SMALL_DIFFERENCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("order of keys", ()),
    ("titles", ("title",)),
    ("titles and descriptions", ("title", "description")),
)


def _input_part(path: Path, new: Info) -> str:
    """Return `input`, and how it differs if only in words: a page and the catalogue word it differently."""
    document, _ = read_document(path)
    if document:
        layouts = [json.dumps(_collapsed(schema)) for schema in (document.value, new)]
        if layouts[0] == layouts[1]:
            return "input (white space only)"
        for difference, words in _SMALL_DIFFERENCES:
            old_text, new_text = (_without(words, schema) for schema in (document.value, new))
            if json.dumps(old_text, sort_keys=True) == json.dumps(new_text, sort_keys=True):
                return f"input ({difference} only)"
    return "input"


def _collapsed(value: Any) -> Any:
    """Return a value with each run of white space in its texts as one space, as browsers show it."""
    return map_texts(value, lambda text: " ".join(text.split()))


def _without(words: tuple[str, ...], value: Any) -> Any:
    """Return a schema without some keywords. A property of the same name stays: it is not a text."""
    if is_object(value):
        return {
            key: _without(words, member)
            for key, member in value.items()
            if not (key in words and isinstance(member, str))
        }
    return [_without(words, member) for member in value] if is_array(value) else value


def _refused(
    listed: Iterable[str], known: Iterable[str], root: Path
) -> Iterable[tuple[str, Problem]]:
    """Yield the new ids that would share a folder with another id on a disk that ignores case."""
    present = frozenset(known)
    for model_id, clash in clashes({*listed, *present}):
        if model_id not in present:
            message = f"{model_id} is not taken: {clash}"
            yield model_id, _problem(root, model_id, "model-id-case", message, ONE_FOLDER)


def _known(root: Path, model_id: str) -> tuple[Path, dict[str, Any], list[Problem]]:
    """Return an endpoint's folder, its endpoint.json, and why it must be left alone.

    A broken endpoint.json is such a reason: a sync would lose what only a page knew.
    """
    try:
        folder = folder_for(root, model_id)
    except ValueError as error:
        return root, {}, [_problem(root, model_id, "model-id", str(error))]
    return folder, *read_info(folder)


def _problem(root: Path, model_id: str, rule: str, message: str, hint: str = "") -> Problem:
    return Problem((root / model_id).as_posix(), 0, 0, rule, "error", message, "", hint)
