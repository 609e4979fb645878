"""Open a project on disk: the schemas, the lock of names and the output folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .build.incremental import BuildLock, PreviousBuild, content_digest, digest, from_record
from .build.project_files import ProjectFiles
from .disk.cache import read_record, write_record
from .disk.files import read_text, with_plain_ends, write_together
from .emit.toolchain import answers_digest, runtime_digest, tool_versions
from .names import LOCK_FILE
from .names.model_ids import matches, unmatched
from .publish.foreign import foreign_files
from .publish.manifest import MANIFEST, Manifest, digests_of, read_manifest, read_previous
from .text.merging import is_index
from .text.problems import Problem, has_errors
from .text.versions import FIRST

_ANSWERS = "answers-"  # prefix of the record of annotations, which all projects share

if TYPE_CHECKING:
    from .build.generation import Generation, Project
    from .names.former import Removed
    from .names.lock import Names
    from .publish.write import FileChange
    from .schemas.folder import EndpointSource


class _ManifestFile(NamedTuple):
    manifest: Manifest
    problems: list[Problem]


@dataclass(frozen=True)
class Workspace:
    """A project on disk. Files are read when they are first needed, and only once.

    Every method and property that reads may raise OSError.

    Attributes:
        schemas: The folder of the captured schemas.
        out: The output folder.
        package: The import name of the SDK.
        only: Globs of model ids, if the SDK is to have no other endpoints.
        install: What pip is given for the SDK; empty for its folder.
        version: The version of the SDK.
    """

    schemas: Path
    out: Path
    package: str
    only: tuple[str, ...] = ()
    install: str = ""
    version: str = FIRST

    # The methods import the generator themselves, because a run with nothing to do does not need it.

    def generate(self, jobs: int = 1) -> Generation:
        """Generate everything anew.

        Args:
            jobs: Number of processes that share the work.

        Returns:
            The files and all findings. Nothing is written.
        """
        from .build.generation import generate

        return generate(self.project, jobs)

    def regenerate(self, jobs: int = 1) -> Generation:
        """Generate what has changed, and reuse the rest.

        Args:
            jobs: Number of processes that share the work.

        Returns:
            The same files as `generate`. Findings in endpoints that are reused are only counted.
        """
        from .build.generation import generate

        return generate(self.project, jobs, self.previous)

    @cached_property
    def is_current(self) -> bool:
        """Whether the last run left nothing to report, and neither inputs nor outputs have changed.

        Decided by what this machine remembers, never by a file of the project.
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
        """What the last run made, empty if that is not remembered."""
        return from_record(read_record(self._record))

    def remember(self, generation: Generation, *, is_published: bool = True) -> None:
        """Remember what this run made, for later runs.

        Args:
            generation: The generated files.
            is_published: Whether they have been written.
        """
        lock, answers = generation.lock, {**generation.answers}
        written = {**self.lock.written}
        if is_published:
            written = {path: digest for path, digest in lock.files.items() if is_index(path)}
        lock = lock._replace(written=written)
        clean = not self.problems and not has_errors(generation.problems)
        if clean and self._inputs:
            from .publish.write import manifest_text

            text = read_text(self.out / MANIFEST) or ""
            if text == manifest_text(generation, self.manifest):
                lock = lock._replace(
                    run=self._run(generation.names), published=content_digest(text)
                )
        if lock != self.lock:
            write_record(self._record, lock._asdict())
        if answers != self.previous.answers:
            write_record(_ANSWERS + answers_digest(), answers)

    @cached_property
    def project(self) -> Project:
        """Everything that determines the output.

        Endpoints that cannot be read keep their published files.
        """
        from .build.generation import Project

        published = {
            path: model_id
            for path, model_id in self.manifest.owners.items()
            if model_id in self._files.chosen
        }
        return Project(
            self.sources,
            self._files.names_file.names,
            self.package,
            self.version,
            changelog=self._files.changelog.text,
            install=self.install,
            published=published,
            absent=self._files.absent,
        )

    @cached_property
    def sources(self) -> tuple[EndpointSource, ...]:
        """The chosen endpoints that can be read."""
        return tuple(
            source for source in self._files.folder.sources if source.model_id in self._files.chosen
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Findings of reading the project, without those in endpoints that are not chosen."""
        return (*self.schema_problems, *self._manifest.problems)

    @property
    def schema_problems(self) -> tuple[Problem, ...]:
        """Findings in the schemas folder. The output folder is not read."""
        others = {
            self.schemas / model_id for model_id in self._files.folder.ids - self._files.chosen
        }
        problems = [
            problem
            for problem in self._files.folder.problems
            if Path(problem.file).parent not in others
        ]
        return (*problems, *self._files.names_file.problems, *self._files.changelog.problems)

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The globs of `only` that match no endpoint."""
        if not self.only:
            return ()
        if self._files.contents is None:
            ids: Iterable[str] = self._files.folder.ids
        else:
            ids = {path.rpartition("/")[0] for path in self._files.contents}
        return unmatched(self.only, ids)

    @property
    def removed(self) -> Mapping[str, Removed]:
        """The endpoints that the SDK had once, by model id."""
        from .names.lifetimes import record_removed

        names = self._files.names_file.names.copy()
        record_removed(names, self._files.absent, self.version, {})
        return names.removed

    @property
    def has_endpoints(self) -> bool:
        """Whether any endpoint is chosen."""
        return bool(self._files.chosen)

    @property
    def usable(self) -> bool:
        """Whether an SDK can be generated into the output folder."""
        return self.readable and not has_errors(self._manifest.problems)

    @property
    def readable(self) -> bool:
        """Whether the schemas folder has endpoints to work on. The output folder is not read."""
        problems = (*self._files.names_file.problems, *self._files.changelog.problems)
        return self.has_endpoints and not has_errors(problems)

    @property
    def manifest(self) -> Manifest:
        """The manifest of the output folder."""
        return self._manifest.manifest

    @cached_property
    def previous(self) -> PreviousBuild:
        """The files in the output folder, and what is remembered of the last run."""
        manifest, lock = self.manifest, self.lock
        paths = {**lock.files, **manifest.files, **manifest.pending}
        answers: Mapping[str, Any] = read_record(_ANSWERS + answers_digest())
        if not all(isinstance(answer, str) for answer in answers.values()):
            answers = {}
        return read_previous(self.out, paths, lock, answers)

    def foreign(self, generation: Generation) -> list[Path]:
        """Return files in the output folder that the generator did not write."""
        known = {*generation, *self.manifest.files, *self.manifest.pending}
        return [self.out / path for path in foreign_files(self.out, self.package, known)]

    def planned_renames(self) -> list[Problem]:
        """Return notes about locked names that the current naming rules would not give."""
        from .names.planned_renames import planned_renames

        return planned_renames(
            self._files.lock, str(self.schemas / LOCK_FILE), self._files.folder.ids
        )

    def names_are_stale(self, names: Names) -> bool:
        """Return whether the lock file holds other names than these."""
        if self._files.lock is None or self._files.names_file.problems:
            return True
        return names.dumps() != self._files.names_file.names.dumps()

    def names_are_wrong(self, names: Names) -> bool:
        """Return whether the lock file holds other names, apart from choices that it does not list yet."""
        if not self.names_are_stale(names):
            return False
        if self._files.lock is None or self._files.names_file.problems:
            return True
        known = self._files.names_file.names
        return names.without_new_choices(known).dumps() != known.dumps()

    def manifest_is_stale(self, generation: Generation) -> bool:
        """Return whether publishing would change the manifest."""
        from .publish.write import manifest_is_stale

        return manifest_is_stale(generation, self.manifest)

    def compare(self, generation: Generation) -> list[FileChange]:
        """Return the files that publishing would change."""
        from .publish.write import compare

        return compare(generation, self.out, self.manifest, self.previous)

    def publish(
        self, generation: Generation, *, force: bool
    ) -> tuple[list[FileChange], list[Problem]]:
        """Write the names and the files. Nothing is written if no endpoint could be generated.

        The names are written first, because a name that users may have seen must not be lost.

        Args:
            generation: The files.
            force: Whether to overwrite files that were edited by hand.

        Returns:
            The files that were changed, and a problem for each file that was edited by hand.
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
        return publish(generation, self.out, self.manifest, self.previous, force=force)

    def _run(self, names: Names | None = None) -> str:
        """Return a digest of everything that a run reads; empty if some of it cannot be read.

        Args:
            names: The names; by default those of the lock file.
        """
        if not self._inputs:
            return ""
        if names is None and not self.only:
            text = with_plain_ends(self._files.lock or b"").decode(errors="surrogateescape")
        else:
            names = names or self._files.names_file.names
            chosen = [model_id for model_id in names.endpoints if matches(model_id, self.only)]
            text = (names.of(chosen) if self.only else names).dumps()
        return digest(self._tools, self._inputs, runtime_digest(), text)

    @cached_property
    def _tools(self) -> str:
        return digest(*(f"{tool} {version}" for tool, version in sorted(tool_versions().items())))

    @cached_property
    def _record(self) -> str:
        return f"sdk-{digest(str(self.out.resolve()), self.package)}"

    @cached_property
    def _inputs(self) -> str:
        """Digest of the chosen endpoints' files and of the options; empty if some cannot be read."""
        if self._files.contents is None:
            return ""
        options = (self.package, self.version, self.install, self._files.changelog.text)
        return self._files.digest(digest(*options, *self.only))

    @cached_property
    def _files(self) -> ProjectFiles:
        return ProjectFiles(self.schemas, self.only)

    @cached_property
    def _manifest(self) -> _ManifestFile:
        return _ManifestFile(*read_manifest(self.out))


def open_workspace(
    schemas: Path,
    out: Path = Path("generated"),
    package: str = "runcomfy",
    only: tuple[str, ...] = (),
    install: str = "",
    version: str = FIRST,
) -> Workspace:
    """Open a project. Nothing is read yet.

    Args:
        schemas: The folder of the captured schemas.
        out: The output folder.
        package: The import name of the SDK.
        only: Globs of model ids, if the SDK is to have no other endpoints.
        install: What pip is given for the SDK; empty for its folder.
        version: The version of the SDK.
    """
    return Workspace(schemas, out, package, only, install, version)
