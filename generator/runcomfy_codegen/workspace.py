"""A project on disk: `schemas/`, the names lock and the output folder. Everything is read when it is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .build.incremental import BuildLock, Earlier, content_digest, digest, from_record
from .disk.cache import read_record, write_record
from .disk.files import read_text, with_plain_ends, write_together
from .emit.toolchain import answers_digest, runtime_digest, tool_versions
from .names import LOCK_FILE
from .names.model_ids import matches, unmatched
from .publish.foreign import foreign_files
from .publish.manifest import MANIFEST, Manifest, digests_of, read_earlier, read_manifest
from .text.documents import to_text
from .text.merging import is_index
from .text.problems import Problem, has_errors
from .text.versions import FIRST

_ANSWERS = "answers-"  # of datamodel-code-generator; one record for all projects

if TYPE_CHECKING:
    from .build.generation import Generation, Project
    from .names.lock import Names
    from .publish.write import FileChange
    from .schemas.folder import EndpointSource


@dataclass(frozen=True)
class Workspace:
    """What a run works on, as it was when it was first looked at. All that reads may raise OSError.

    only: globs of model ids; the SDK has no other endpoints. install: what pip is given for the SDK.
    version: of the SDK.
    """

    schemas: Path
    out: Path
    package: str
    only: tuple[str, ...] = ()
    install: str = ""
    version: str = FIRST

    # What generates is imported in the methods that do: a run with nothing to do must not pay for it.

    def generate(self, jobs: int = 1) -> Generation:
        """Everything, with all that was found."""
        from .build.generation import generate

        return generate(self.project, jobs)

    def regenerate(self, jobs: int = 1) -> Generation:
        """The same, made from what has changed: what was found in the rest is only counted."""
        from .build.generation import generate

        return generate(self.project, jobs, self.earlier)

    @cached_property
    def is_current(self) -> bool:
        """Whether the last run left nothing to report, and nothing has been touched since.

        The answer comes from what this machine remembers, never from a file of the project.
        """
        lock = self.lock
        if not lock.run or lock.run != self._run():
            return False
        digests = digests_of(self.out, lock.files)
        manifest = read_text(self.out / MANIFEST) or ""
        return lock.is_current(lock.run, digests, manifest) and not foreign_files(
            self.out, self.package, lock.files.keys()
        )

    @cached_property
    def lock(self) -> BuildLock:
        """What the last run that is remembered made."""
        return from_record(read_record(self._record))

    def remember(self, generation: Generation, *, is_published: bool = True) -> None:
        """Keep for later runs what this one made.

        Args:
            generation: What it made.
            is_published: Whether that is on disk too.
        """
        lock, answers = generation.lock, {**generation.answers}
        written = {**self.lock.written}
        if is_published:
            written = {path: made for path, made in lock.files.items() if is_index(path)}
        lock = lock._replace(written=written)
        clean = not self.problems and not has_errors(generation.problems)
        manifest, wrong = read_manifest(self.out)
        if clean and not wrong and self._inputs:
            from .publish.write import manifest_is_stale

            if not manifest_is_stale(generation, manifest):
                text = read_text(self.out / MANIFEST) or ""
                lock = lock._replace(
                    run=self._run(generation.names), published=content_digest(text)
                )
        if lock != self.lock:
            write_record(self._record, lock._asdict())
        if answers != self.earlier.answers:
            write_record(_ANSWERS + answers_digest(), answers)

    @cached_property
    def project(self) -> Project:
        """All that determines the output: the good endpoints that are chosen, and the names.

        A bad one keeps what was published of it.
        """
        from .build.generation import Project

        published = {
            path: model_id
            for path, model_id in self.manifest.owners.items()
            if model_id in self._chosen
        }
        return Project(
            self.sources,
            self._names[0],
            self.package,
            self.version,
            changelog=self._changelog[0],
            install=self.install,
            published=published,
        )

    @cached_property
    def sources(self) -> tuple[EndpointSource, ...]:
        """The endpoints that can be read and are chosen."""
        return tuple(source for source in self._schemas[0] if source.model_id in self._chosen)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What reading found; nothing of endpoints that are not chosen."""
        return (*self.schema_problems, *self._manifest[1])

    @property
    def schema_problems(self) -> tuple[Problem, ...]:
        """Findings in the schemas folder. The output folder is not read."""
        others = {self.schemas / each for each in self._schemas[2] - self._chosen}
        found = [each for each in self._schemas[1] if Path(each.file).parent not in others]
        return (*found, *self._names[1], *self._changelog[1])

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The globs of `only` that match no endpoint."""
        if not self.only:
            return ()
        if self._contents is None:
            ids: Iterable[str] = self._schemas[2]
        else:
            ids = {path.rpartition("/")[0] for path in self._contents}
        return unmatched(self.only, ids)

    @property
    def has_endpoints(self) -> bool:
        """Whether any is chosen."""
        return bool(self._chosen)

    @property
    def usable(self) -> bool:
        """False where nothing can be done."""
        return self.readable and not has_errors(self._manifest[1])

    @property
    def readable(self) -> bool:
        """Whether the schemas folder has endpoints to work on. The output folder is not read."""
        return self.has_endpoints and not has_errors((*self._names[1], *self._changelog[1]))

    @property
    def manifest(self) -> Manifest:
        return self._manifest[0]

    @cached_property
    def earlier(self) -> Earlier:
        """What is in the output folder, and what is remembered of it."""
        manifest, lock = self.manifest, self.lock
        paths = {**lock.files, **manifest.files, **manifest.pending}
        answers: Mapping[str, Any] = read_record(_ANSWERS + answers_digest())
        if not all(isinstance(answer, str) for answer in answers.values()):
            answers = {}
        return read_earlier(self.out, paths, lock, answers)

    def foreign(self, generation: Generation) -> list[Path]:
        """Files in the package that the generator did not write. Raises OSError."""
        known = {*generation, *self.manifest.files, *self.manifest.pending}
        return [self.out / path for path in foreign_files(self.out, self.package, known)]

    def planned_renames(self) -> list[Problem]:
        """Notes about names that the lock holds and the rules would not give."""
        from .names.planned_renames import planned_renames

        return planned_renames(self._lock, str(self.schemas / LOCK_FILE), self._schemas[2])

    def names_are_stale(self, names: Names) -> bool:
        """Return whether the lock file does not hold exactly these names."""
        return self._lock is None or bool(self._names[1]) or names.dumps() != self._names[0].dumps()

    def manifest_is_stale(self, generation: Generation) -> bool:
        """Return whether the manifest says something else than it would if all were published."""
        from .publish.write import manifest_is_stale

        return manifest_is_stale(generation, self.manifest)

    def compare(self, generation: Generation) -> list[FileChange]:
        """Return what publishing would do."""
        from .publish.write import compare

        return compare(generation, self.out, self.manifest, self.earlier)

    def publish(
        self, generation: Generation, *, force: bool
    ) -> tuple[list[FileChange], list[Problem]]:
        """Write the names first: they must survive whatever happens to the output.

        Where no endpoint is left, nothing is written at all.
        """
        from .publish.write import publish

        if not generation:
            return [], []
        if self.names_are_stale(generation.names):
            try:
                write_together(self.schemas, {LOCK_FILE: generation.names.dumps().encode()})
            except OSError as error:
                why = f"new names were given and cannot be remembered here ({error.strerror})"
                raise OSError(error.errno, why, str(self.schemas / LOCK_FILE)) from error
        return publish(generation, self.out, self.manifest, self.earlier, force=force)

    def _run(self, names: Names | None = None) -> str:
        """Return a digest of all that a run reads; empty where there is something odd.

        Args:
            names: Those in the lock file if left out.
        """
        if not self._inputs:
            return ""
        if names is None and not self.only:
            text = with_plain_ends(self._lock or b"").decode(errors="surrogateescape")
        else:
            given = names or self._names[0]
            chosen = (each for each in given.endpoints if matches(each, self.only))
            text = (given.of(chosen) if self.only else given).dumps()
        return digest(self._tools, self._inputs, runtime_digest(), text)

    @cached_property
    def _tools(self) -> str:
        return digest(*(f"{tool} {version}" for tool, version in sorted(tool_versions().items())))

    @cached_property
    def _record(self) -> str:
        return f"sdk-{digest(str(self.out.resolve()), self.package)}"

    @cached_property
    def _inputs(self) -> str:
        """Digest of the chosen endpoints' files and of the options; empty where there is something odd."""
        if self._contents is None:
            return ""
        found = hashlib.sha256(
            digest(
                self.package, self.version, self.install, self._changelog[0], *self.only
            ).encode()
        )
        for path, content in self._contents.items():
            folder = path.rpartition("/")[0]
            if matches(folder, self.only) if folder else path != LOCK_FILE:
                text = with_plain_ends(content)
                begin = f"{path}\0{len(text)}\0".encode(errors="surrogateescape")
                found.update(begin + text)
        return found.hexdigest()

    @cached_property
    def _contents(self) -> Mapping[str, bytes] | None:
        from .schemas.folder import read_contents

        return read_contents(self.schemas)

    @cached_property
    def _chosen(self) -> frozenset[str]:
        return frozenset(each for each in self._schemas[2] if matches(each, self.only))

    @cached_property
    def _schemas(
        self,
    ) -> tuple[tuple[EndpointSource, ...], tuple[Problem, ...], frozenset[str]]:
        from .schemas.folder import read_folder

        return read_folder(self.schemas, self._contents)

    @cached_property
    def _names(self) -> tuple[Names, list[Problem]]:
        from .names.lock_file import read_names

        def published() -> Iterable[bytes]:
            from .names.history import published_versions

            return published_versions(self.schemas.absolute() / LOCK_FILE)

        return read_names(self._lock, str(self.schemas / LOCK_FILE), published)

    @cached_property
    def _changelog(self) -> tuple[str, list[Problem]]:
        from .schemas.folder import CHANGELOG

        path = self.schemas / CHANGELOG
        if not path.is_file():
            return "", []
        text, problems = to_text(with_plain_ends(path.read_bytes()), path.as_posix())
        return text or "", problems

    @property
    def _lock(self) -> bytes | None:
        path = self.schemas / LOCK_FILE
        return path.read_bytes() if path.exists() else None

    @cached_property
    def _manifest(self) -> tuple[Manifest, list[Problem]]:
        return read_manifest(self.out)


def open_workspace(
    schemas: Path,
    out: Path = Path("generated"),
    package: str = "runcomfy",
    only: tuple[str, ...] = (),
    install: str = "",
    version: str = FIRST,
) -> Workspace:
    """A project: where its schemas are, where its SDK goes, what that is called, and what is in it."""
    return Workspace(schemas, out, package, only, install, version)
