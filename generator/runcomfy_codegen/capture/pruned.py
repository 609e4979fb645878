"""Remember the names of endpoints that a sync deletes, and which endpoints replace them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ..dialect.replacements import is_gone, nearest
from ..disk.files import write_together
from ..names import LOCK_FILE
from ..names.lifetimes import record_removed
from ..names.lock import Names
from ..names.lock_file import read_names
from ..schemas.folder import EndpointSource, read_schemas
from ..text.problems import Problem, has_errors


class PrunedNames:
    """The names of endpoints that are about to be deleted.

    Attributes:
        problems: What is wrong with the lock of names. Nothing may be deleted if there are errors.
    """

    def __init__(self, root: Path, model_ids: Collection[str], version: str) -> None:
        self._root, self._ids, self._version = root, frozenset(model_ids), version
        self.problems: list[Problem] = []
        self._sources: dict[str, EndpointSource] = {}
        if self._ids:
            _, self.problems = self._read()
            self._sources = {
                model_id: source
                for model_id, source in self._on_disk().items()
                if model_id in self._ids
            }

    def remember(self) -> None:
        """Write them into the lock, each with the endpoint that is nearest among those on disk.

        Called before the deletion, so that an interrupted run loses no name, and after it, when the new
        endpoints are on disk too.

        Raises:
            OSError: If the lock cannot be read or written.
        """
        lock = self._root / LOCK_FILE
        if not self._ids or not lock.exists():
            return
        names, problems = self._read()
        if has_errors(problems):
            return
        sources = self._on_disk()
        living = {
            key: sources[key] for key in sources.keys() - self._ids if not is_gone(sources[key])
        }
        for model_id in self._ids:
            names.removed.pop(model_id, None)
        replacements = {key: nearest(source, living) for key, source in self._sources.items()}
        record_removed(names, self._ids, self._version, replacements)
        content = names.dumps().encode()
        if content != lock.read_bytes():
            write_together(self._root, {LOCK_FILE: content})

    def _read(self) -> tuple[Names, list[Problem]]:
        lock = self._root / LOCK_FILE
        return read_names(lock.read_bytes() if lock.exists() else None, str(lock))

    def _on_disk(self) -> dict[str, EndpointSource]:
        """Return all endpoints that can be read."""
        sources, _ = read_schemas(self._root)
        return {source.model_id: source for source in sources}
