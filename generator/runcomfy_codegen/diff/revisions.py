"""The two sides of a comparison: folders of schemas, or git revisions that are read and never checked out."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from ..disk import with_plain_ends
from ..documents import Document
from ..model_ids import check_model_id
from ..names import LOCK_FILE
from ..problems import Problem
from ..schemas_folder import ENDPOINT_FILES, EndpointSource, known_ids, read_schemas


class RevisionError(Exception):
    """A side cannot be read; says why, and what would be readable."""


@dataclass(frozen=True)
class Tree:
    """The files of one side. hashes: path -> git's hash of the content, equal for equal content."""

    label: str
    hashes: Mapping[str, str]
    load: Callable[[Iterable[str]], dict[str, bytes]]

    @cached_property
    def endpoints(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Model id -> its files and their hashes."""
        found: dict[str, list[tuple[str, str]]] = {}
        for path, content in sorted(self.hashes.items()):
            model_id, _, name = path.rpartition("/")
            if name in ENDPOINT_FILES and model_id:
                found.setdefault(model_id, []).append((name, content))
        return {model_id: tuple(files) for model_id, files in found.items()}

    def names_lock(self) -> bytes | None:
        return self.load([LOCK_FILE])[LOCK_FILE] if LOCK_FILE in self.hashes else None

    def read(self, model_ids: Iterable[str]) -> tuple[dict[str, EndpointSource], list[Problem]]:
        """These endpoints, in the way `generate` reads them; file names begin with the label."""
        problems: list[Problem] = []
        wanted: list[str] = []
        for model_id in model_ids:
            if why := check_model_id(model_id):
                message = f"the folder's path, as a model id, {why}"
                place = f"{self.label}/{model_id}"
                problems.append(Problem(place, 0, 0, "model-id", "error", message))
            else:
                wanted += (f"{model_id}/{name}" for name, _ in self.endpoints[model_id])
        if not wanted:
            return {}, problems
        with TemporaryDirectory(prefix="runcomfy-codegen-") as temporary:
            root = Path(temporary)
            for path, content in self.load(wanted).items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(content)
            sources, found = read_schemas(root)
            prefix = root.as_posix()
        problems += (each._replace(file=self._named(each.file, prefix)) for each in found)
        return {source.model_id: self._relabelled(source, prefix) for source in sources}, problems

    def _named(self, file: str, prefix: str) -> str:
        return self.label + file.removeprefix(prefix)

    def _relabelled(self, source: EndpointSource, prefix: str) -> EndpointSource:
        def moved(document: Document) -> Document:
            return replace(document, file=self._named(document.file, prefix))

        return source._replace(
            endpoint=moved(source.endpoint),
            input=moved(source.input),
            output=moved(source.output),
            overlay=moved(source.overlay) if source.overlay else None,
        )


def open_tree(text: str, schemas: Path) -> Tree:
    """A folder, or a git revision such as `HEAD~1` or `main:schemas`. Raises RevisionError, OSError.

    schemas: the folder that is meant where a revision names none.
    """
    folder = Path(text)
    if folder.is_dir():
        return open_folder(folder)
    if folder.exists():
        raise RevisionError(f"{text} is a file: give a folder of schemas or a git revision")
    return _open_revision(text, schemas)


def open_folder(root: Path) -> Tree:
    """A folder of schemas. Raises RevisionError where there is none in it, OSError."""
    ids = known_ids(root) if root.is_dir() else frozenset[str]()
    if not ids:
        raise RevisionError(
            f"no schemas in {root.as_posix()}: expected <model id>/input.json below it"
        )
    paths = [LOCK_FILE, *(f"{model_id}/{name}" for model_id in ids for name in ENDPOINT_FILES)]
    home = root.resolve()
    contents = {
        path: (root / path).read_bytes() for path in paths if _is_readable(root / path, home)
    }
    # A checkout may have other line ends than git stores.
    hashes = {path: _git_hash(with_plain_ends(content)) for path, content in contents.items()}
    return Tree(root.as_posix(), hashes, lambda wanted: {path: contents[path] for path in wanted})


def _is_readable(path: Path, home: Path) -> bool:
    """A regular file (a pipe would block for ever), and no link out of the schemas."""
    return path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(home))


def _git_hash(content: bytes) -> str:
    """As git names content, so that a folder and a revision can be compared without reading the revision."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _open_revision(text: str, schemas: Path) -> Tree:
    folder = schemas.absolute()
    where = folder.parent if folder.parent.is_dir() else Path.cwd()
    repository = _run(where, "rev-parse", "--git-dir")
    if text.startswith("-") or repository.returncode:
        why = repository.stderr.decode(errors="replace").strip() or "not a revision"
        raise RevisionError(f"{text}: no such folder, and no git revision of {where}: {why}")
    label, spec = text, text
    if _resolve(where, f"{text}^{{commit}}"):
        label, spec = f"{text}:{schemas.as_posix()}", f"{text}:./{folder.name}"
    # In two steps: after a colon, `^{tree}` would be part of the path.
    tree = _resolve(where, f"{_resolve(where, spec)}^{{tree}}")
    if not tree:
        revision = text.partition(":")[0]
        if not _resolve(where, f"{revision}^{{commit}}"):
            raise RevisionError(
                f"{text}: neither a folder nor a git revision (give one such as HEAD~1, v1.2 or "
                "main:schemas; in a shallow clone, fetch it first)"
            )
        raise RevisionError(f"no schemas in {label}: that revision has no such folder")
    hashes: dict[str, str] = {}
    # Without --full-tree, git looks in it for the folder that we are in.
    listed = _git(where, "ls-tree", "-r", "-z", "--full-tree", tree).decode(errors="replace")
    for line in listed.split("\0"):
        details, _, path = line.partition("\t")
        # Mode 100...: a regular file. What is hidden, no side reads.
        if details.startswith("100") and not any(part.startswith(".") for part in path.split("/")):
            hashes[path] = details.split()[2]
    opened = Tree(label, hashes, lambda wanted: _contents(where, hashes, wanted))
    if not opened.endpoints:
        raise RevisionError(f"no schemas in {label}: expected <model id>/input.json below it")
    return opened


def _contents(where: Path, hashes: Mapping[str, str], wanted: Iterable[str]) -> dict[str, bytes]:
    paths = list(wanted)
    asked = "".join(f"{hashes[path]}\n" for path in paths).encode()
    reply, at, contents = _git(where, "cat-file", "--batch", stdin=asked), 0, dict[str, bytes]()
    for path in paths:
        # `<hash> blob <size>`, the content, a newline
        end = reply.index(b"\n", at)
        header = reply[at:end].split()
        if header[1:2] != [b"blob"]:
            raise RevisionError(f"git cannot read {path}: {reply[at:end].decode(errors='replace')}")
        contents[path] = reply[end + 1 : end + 1 + int(header[2])]
        at = end + int(header[2]) + 2
    return contents


def _resolve(where: Path, spec: str) -> str:
    """The hash that a name stands for; empty where there is none."""
    return _run(where, "rev-parse", "--verify", "--quiet", spec).stdout.decode().strip()


def _git(where: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    done = _run(where, *arguments, stdin=stdin)
    if done.returncode:
        raise RevisionError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _run(where: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - no shell
            ["git", "-C", str(where), *arguments],  # noqa: S607 - the user's git, wherever it is
            input=stdin,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise RevisionError("git is not installed: give two folders of schemas") from None
