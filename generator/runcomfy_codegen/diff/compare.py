"""Compare two sides. Only endpoints that differ in a byte or a name are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..build.reading import Reading, read, read_as_published
from ..names import LOCK_FILE
from ..names.lock_file import read_names
from ..names.model_ids import matches
from ..names.renaming import respelled
from ..schemas.folder import EndpointSource
from ..text.problems import Problem, has_errors
from .changes import Difference, SchemaChange
from .endpoints import compare_endpoints, compare_schemas, presence, renaming
from .revisions import RevisionError, Tree
from .rules import Direction
from .surface import effects


def compare(old: Tree, new: Tree, only: tuple[str, ...] = ()) -> Difference:
    """Return all differences, the most important first.

    Args:
        old: The earlier side.
        new: The later side.
        only: Globs of the model ids to compare; empty for all.

    Raises:
        RevisionError: If a side cannot be read, or nothing matches `only`.
    """
    chosen = _chosen(old, new, only)
    sides = _Side(old), _Side(new)
    changed = [model_id for model_id in chosen if _differ(model_id, *sides)]
    for side in sides:
        side.read(model_id for model_id in changed if model_id in side.tree.endpoints)
    changes: list[SchemaChange] = []
    surface: dict[str, tuple[str, ...]] = {}
    moved, perhaps_moved = _renamed(*sides, changed)
    for old_id, new_id in moved.items():
        former, latter = sides[0].readings[old_id], sides[1].readings[new_id]
        changes += renaming(former, latter)
        if lines := _alias(former, latter):
            surface[old_id] = lines
    for model_id in changed:
        if model_id in (*moved, *moved.values()):
            continue
        compared, lines = _compared(model_id, sides, perhaps_moved)
        changes += compared
        if lines:
            surface[model_id] = lines
    return _difference(changes, surface, *sides)


def _compared(
    model_id: str, sides: tuple[_Side, _Side], perhaps_moved: Mapping[str, str]
) -> tuple[list[SchemaChange], tuple[str, ...]]:
    """Return the changes of an endpoint, and what they mean in Python."""
    old, new = sides
    was, now = (side.readings.get(model_id) for side in sides)
    if was and now:
        changes = _with_origin(list(compare_endpoints(was, now)), was, now, sides)
        return changes, tuple(effects(was, now))
    if now and model_id not in old.tree.endpoints:
        lines = (f"client.{now.name.attribute_path} added",)
        return [presence(now, Direction.WIDER)], lines
    if was and model_id not in new.tree.endpoints:
        lines = (f"client.{was.name.attribute_path} removed",)
        return [_removal(was, perhaps_moved.get(model_id))], lines
    return [], ()


def _difference(
    changes: list[SchemaChange], surface: dict[str, tuple[str, ...]], old: _Side, new: _Side
) -> Difference:
    """Return everything that was found, in its order."""
    all_problems = (*old.problems, *new.problems)
    problems = {problem for problem in all_problems if problem.severity == "error"}
    notices = {problem for problem in new.problems if problem.rule == "overlay-expired"} - problems
    ordered = tuple(sorted(changes, key=lambda change: change.sort_key))
    return Difference(ordered, surface, tuple(sorted(problems)), tuple(sorted(notices)))


def _chosen(old: Tree, new: Tree, only: tuple[str, ...]) -> list[str]:
    """Return the model ids of either side that match `only`."""
    ids = {*old.endpoints, *new.endpoints}
    chosen = sorted(model_id for model_id in ids if matches(model_id, only))
    if only and not chosen:
        raise RevisionError(f"no endpoint matches {' '.join(only)}")
    return chosen


def _alias(old: Reading, new: Reading) -> tuple[str, ...]:
    """Return what a renaming means in Python; nothing if the attribute path stays."""
    before, after = (f"client.{reading.name.attribute_path}" for reading in (old, new))
    if before == after:
        return ()
    return (f"{before} is now {after}, and stays as a deprecated alias",)


def _differ(model_id: str, old: _Side, new: _Side) -> bool:
    """Return whether an endpoint differs in a byte or in a name."""
    if old.tree.endpoints.get(model_id) != new.tree.endpoints.get(model_id):
        return True
    return old.names_of(model_id) != new.names_of(model_id)


def _removal(reading: Reading, heir: str | None) -> SchemaChange:
    """Return the change of an endpoint that is gone; heir: the id that it may have now."""
    change = presence(reading, Direction.NARROWER)
    if heir is None:
        return change
    hint = f"renamed? runcomfy-codegen rename {reading.source.model_id} {heir} keeps its names"
    return replace(change, message=f"{change.message}; {hint}")


def _renamed(
    old: _Side, new: _Side, changed: Iterable[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the ids whose names were moved to another id, and those that look as if they should be."""
    gone = [
        model_id
        for model_id in changed
        if model_id in old.readings and model_id not in new.tree.endpoints
    ]
    added = [
        model_id
        for model_id in changed
        if model_id in new.readings and model_id not in old.tree.endpoints
    ]
    holders = {new.names.endpoints[model_id]: model_id for model_id in added}
    moved: dict[str, str] = {}
    for model_id in gone:
        alias = new.names.aliases.get(model_id)
        heir = alias.model_id if alias else holders.get(old.names.endpoints[model_id])
        if heir in added:
            moved[model_id] = heir
    left = {
        model_id: old.readings[model_id].source.input.value
        for model_id in gone
        if model_id not in moved
    }
    taken = set(moved.values())
    candidates = {
        model_id: new.readings[model_id].source.input.value
        for model_id in added
        if model_id not in taken
    }
    return moved, dict(respelled(left, candidates))


class _Side:
    """One side, as far as it has been read."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        file = f"{tree.label}/{LOCK_FILE}"
        self.names, problems = read_names(tree.names_lock(), file)
        # Other names would be given, and every one of them be reported as a change.
        if has_errors(problems):
            raise RevisionError("\n".join(map(str, problems)))
        self.problems: list[Problem] = []
        self._remembered = self.names.properties_by_module()
        self.names.add_endpoints(tree.endpoints)
        self.sources: dict[str, EndpointSource] = {}
        self.readings: dict[str, Reading] = {}

    def names_of(self, model_id: str) -> object:
        """Return the names of the endpoint and of its properties; None if it is not on this side."""
        if model_id not in self.tree.endpoints:
            return None
        name = self.names.endpoints[model_id]
        path = name.attribute_path
        return name, self._remembered.get(path), self.names.classes.get(path)

    def read(self, model_ids: Iterable[str]) -> None:
        self.sources, problems = self.tree.read(model_ids)
        self.problems += problems
        for model_id, source in self.sources.items():
            reading, faults = read(source, self.names)
            self.problems += faults
            if reading:
                self.readings[model_id] = reading


def _with_origin(
    changes: list[SchemaChange], was: Reading, now: Reading, sides: tuple[_Side, _Side]
) -> list[SchemaChange]:
    """Mark the changes that come from overlays of this project: the published schemas do not have them."""
    if not was.source.overlay and not now.source.overlay:
        return changes
    model_id = was.source.model_id
    before, after = (read_as_published(side.sources[model_id], side.names) for side in sides)
    if not before or not after:
        return changes
    theirs = {(change.rule_id, change.place) for change, _ in compare_schemas(before, after)}
    return [
        (
            replace(change, by_overlay=True)
            if change.pointer
            and change.rule_id.startswith(("input-", "output-"))
            and (change.rule_id, change.place) not in theirs
            else change
        )
        for change in changes
    ]
