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

    def generate(self) -> Generation:
        return generate(self.project)

    def names_are_stale(self, names: Names) -> bool:
        """Whether the lock file does not hold these names yet."""
        return _text(self.schemas / LOCK_FILE) != names.dumps()

    def kept(self, generation: Generation) -> frozenset[str]:
        """Ids whose published files must stay: they failed, or could not be read."""
        return self.project.kept | (generation.failed & set(self.manifest.endpoints.values()))

    def compare(self, generation: Generation) -> list[Change]:
        return compare(generation, self.kept(generation), self.out, self.manifest)

    def publish(self, generation: Generation, *, force: bool) -> tuple[list[Change], list[Problem]]:
        """Writes the names first: they must survive whatever happens to the output."""
        if self.names_are_stale(generation.names):
            write_atomically(self.schemas / LOCK_FILE, generation.names.dumps())
        return publish(generation, self.kept(generation), self.out, self.manifest, force=force)


def open_workspace(schemas: Path, out: Path, package: str, only: tuple[str, ...] = ()) -> Workspace:
    """Read everything; a bad endpoint is a problem and keeps what was published of it."""
    sources, problems = read_schemas(schemas)
    names, name_problems = read_names(_text(schemas / LOCK_FILE), str(schemas / LOCK_FILE))
    manifest, manifest_problems = read_manifest(out)
    if only:
        sources = tuple(
            each for each in sources if any(fnmatchcase(each.model_id, glob) for glob in only)
        )
    readable = {source.model_id for source in sources}
    present = known_ids(schemas) if schemas.is_dir() else frozenset[str]()
    published = set(manifest.endpoints.values())
    selected = {
        each for each in present if not only or any(fnmatchcase(each, glob) for glob in only)
    }
    kept = frozenset((published & selected & names.endpoints.keys()) - readable)
    return Workspace(
        schemas=schemas,
        out=out,
        project=Project(sources, names, package, kept=kept),
        manifest=manifest,
        problems=(*problems, *name_problems, *manifest_problems),
        usable=bool(sources) and not has_errors((*name_problems, *manifest_problems)),
    )


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None
