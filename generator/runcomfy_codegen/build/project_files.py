"""The files of the schemas folder: each is read when it is first needed, and only once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..disk.files import with_plain_ends
from ..names import LOCK_FILE
from ..names.model_ids import matches
from ..text.documents import to_text
from ..text.problems import Problem

if TYPE_CHECKING:
    from ..names.lock import Names
    from ..schemas.folder import EndpointSource


class SchemasFolder(NamedTuple):
    """The endpoints that can be read, all problems, and the ids of all endpoints."""

    sources: tuple[EndpointSource, ...]
    problems: tuple[Problem, ...]
    ids: frozenset[str]


class NamesFile(NamedTuple):
    names: Names
    problems: list[Problem]


class Changelog(NamedTuple):
    text: str = ""
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class ProjectFiles:
    """The schemas folder of a project.

    Attributes:
        schemas: The folder.
        only: Globs of model ids, if no other endpoints are wanted.
    """

    schemas: Path
    only: tuple[str, ...] = ()

    # The methods import the generator themselves, because a run with nothing to do does not need it.

    def digest(self, options: str) -> str:
        """Return a digest of the options and the chosen endpoints' files; empty if some cannot be read."""
        if self.contents is None:
            return ""
        inputs = hashlib.sha256(options.encode())
        for path, content in self.contents.items():
            folder = path.rpartition("/")[0]
            if matches(folder, self.only) if folder else path != LOCK_FILE:
                text = with_plain_ends(content)
                begin = f"{path}\0{len(text)}\0".encode(errors="surrogateescape")
                inputs.update(begin + text)
        return inputs.hexdigest()

    @cached_property
    def contents(self) -> Mapping[str, bytes] | None:
        from ..schemas.folder import read_contents

        return read_contents(self.schemas)

    @cached_property
    def chosen(self) -> frozenset[str]:
        return frozenset(model_id for model_id in self.folder.ids if matches(model_id, self.only))

    @property
    def absent(self) -> frozenset[str]:
        """Ids in the lock of names that have no schemas any more, among those that `only` chooses."""
        names = self.names_file.names
        absent = {*names.endpoints, *names.removed} - self.folder.ids
        return frozenset(model_id for model_id in absent if matches(model_id, self.only))

    @cached_property
    def folder(self) -> SchemasFolder:
        from ..schemas.folder import read_folder

        return SchemasFolder(*read_folder(self.schemas, self.contents))

    @cached_property
    def names_file(self) -> NamesFile:
        from ..names.lock_file import read_names

        def published() -> Iterable[bytes]:
            from ..names.history import published_versions

            return published_versions(self.schemas.absolute() / LOCK_FILE)

        return NamesFile(*read_names(self.lock, str(self.schemas / LOCK_FILE), published))

    @cached_property
    def changelog(self) -> Changelog:
        from ..schemas.folder import CHANGELOG

        path = self.schemas / CHANGELOG
        if not path.is_file():
            return Changelog()
        text, problems = to_text(with_plain_ends(path.read_bytes()), path.as_posix())
        return Changelog(text or "", problems)

    @property
    def lock(self) -> bytes | None:
        path = self.schemas / LOCK_FILE
        return path.read_bytes() if path.exists() else None
