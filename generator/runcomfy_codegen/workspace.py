"""A project on disk: `schemas/`, the names lock and the output folder, read into one value."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from .generation import Generation, Project, generate
from .names import LOCK_FILE, Names, read_names
from .problems import Problem, has_errors
from .publish import Change, Manifest, compare, publish, read_manifest, write_atomically
from .schemas_folder import known_ids, read_schemas


@dataclass(frozen=True)
class Workspace:
    """What a run works on. problems: what reading found; usable is False where nothing can be done."""

    schemas: Path
    out: Path
    project: Project
    manifest: Manifest
    problems: tuple[Problem, ...]
    usable: bool

    def generate(self, jobs: int = 1) -> Generation:
        return generate(self.project, jobs)

    def names_are_stale(self, names: Names) -> bool:
        """Whether the lock file does not hold these names yet."""
        return _content(self.schemas / LOCK_FILE) != names.dumps().encode()

    def compare(self, generation: Generation) -> list[Change]:
        return compare(generation, self.out, self.manifest)

    def publish(self, generation: Generation, *, force: bool) -> tuple[list[Change], list[Problem]]:
        """Writes the names first: they must survive whatever happens to the output.

        Where no endpoint is left, nothing is written at all.
        """
        if not generation:
            return [], []
        if self.names_are_stale(generation.names):
            write_atomically(self.schemas / LOCK_FILE, generation.names.dumps())
        return publish(generation, self.out, self.manifest, force=force)


def open_workspace(schemas: Path, out: Path, package: str, only: tuple[str, ...] = ()) -> Workspace:
    """Read everything. A bad endpoint is a problem and keeps what was published of it, and so does one
    that `only` leaves out. Raises OSError."""
    sources, problems = read_schemas(schemas)
    names, name_problems = read_names(_content(schemas / LOCK_FILE), str(schemas / LOCK_FILE))
    manifest, manifest_problems = read_manifest(out)
    present = known_ids(schemas)
    chosen = {each for each in present if _matches(each, only)}
    published = {path: each for path, each in manifest.endpoints.items() if each in present}
    return Workspace(
        schemas=schemas,
        out=out,
        project=Project(
            tuple(source for source in sources if source.model_id in chosen),
            names,
            package,
            published=published,
        ),
        manifest=manifest,
        problems=(*problems, *name_problems, *manifest_problems),
        usable=bool(chosen) and not has_errors((*name_problems, *manifest_problems)),
    )


def _matches(model_id: str, only: tuple[str, ...]) -> bool:
    return not only or any(fnmatchcase(model_id, glob) for glob in only)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
