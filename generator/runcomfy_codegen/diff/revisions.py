"""Open the two sides of a comparison: folders of schemas, or git revisions, which are not checked out."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from ..disk import git
from ..disk.files import with_plain_ends
from ..names import LOCK_FILE
from ..names.model_ids import check_model_id
from ..schemas.folder import ENDPOINT_FILES, EndpointSource, known_ids, read_schemas
from ..text.documents import Document
from ..text.problems import Problem

_MAX_LINKS = 8  # that lead to one another


class RevisionError(git.GitError):
    """A side that cannot be read; the text says why, and what could be."""


@dataclass(frozen=True)
class Tree:
    """The files of one side. hashes: path -> git's hash of the content, equal for equal content."""

    label: str
    hashes: Mapping[str, str]
    load: Callable[[Iterable[str]], dict[str, bytes]]

    @cached_property
    def endpoints(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Model id -> its files and their hashes."""
        files_of: dict[str, list[tuple[str, str]]] = {}
        for path, content in sorted(self.hashes.items()):
            model_id, _, name = path.rpartition("/")
            if name in ENDPOINT_FILES and model_id:
                files_of.setdefault(model_id, []).append((name, content))
        return {model_id: tuple(files) for model_id, files in files_of.items()}

    def names_lock(self) -> bytes | None:
        return self.load([LOCK_FILE])[LOCK_FILE] if LOCK_FILE in self.hashes else None

    def read(self, model_ids: Iterable[str]) -> tuple[dict[str, EndpointSource], list[Problem]]:
        """Read endpoints as `generate` does. File names begin with the label."""
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
        with self.copied(wanted) as root:
            sources, faults = read_schemas(root)
            prefix = root.as_posix()
        problems += (problem._replace(file=self._named(problem.file, prefix)) for problem in faults)
        return {source.model_id: self._relabelled(source, prefix) for source in sources}, problems

    @contextmanager
    def copied(self, paths: Iterable[str]) -> Generator[Path, None, None]:
        """Write some of the files into a temporary folder and yield it."""
        with TemporaryDirectory(prefix="runcomfy-codegen-") as temporary:
            root = Path(temporary)
            for path, content in self.load(paths).items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(content)
            yield root

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
    """Open a folder, or a git revision such as `HEAD~1` or `main:schemas`.

    Args:
        text: The folder or the revision.
        schemas: The folder of a revision that names none.

    Raises:
        RevisionError: If it is neither, or holds no schemas.
        OSError: If a file cannot be read.
    """
    folder = Path(text)
    if folder.is_dir():
        return open_folder(folder)
    if folder.exists():
        raise RevisionError(f"{text} is a file: give a folder of schemas or a git revision")
    return _open_revision(text, schemas)


def open_folder(root: Path) -> Tree:
    """Open a folder of schemas.

    Raises:
        RevisionError: If it holds no schemas.
        OSError: If a file cannot be read.
    """
    ids = known_ids(root) if root.is_dir() else frozenset[str]()
    if not ids:
        raise RevisionError(
            f"no schemas in {root.as_posix()}: expected <model id>/input.json below it"
        )
    paths = [LOCK_FILE]
    for model_id in ids:
        paths += (f"{model_id}/{name}" for name in ENDPOINT_FILES)
    home = root.resolve()
    contents = {
        path: (root / path).read_bytes() for path in paths if _is_readable(root / path, home)
    }
    # A checkout may have other line ends than git stores.
    hashes = {path: _git_hash(with_plain_ends(content)) for path, content in contents.items()}
    return Tree(root.as_posix(), hashes, lambda wanted: {path: contents[path] for path in wanted})


def _is_readable(path: Path, home: Path) -> bool:
    """Return whether a path is a regular file (a pipe would block) and not a link out of the schemas."""
    return path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(home))


def _git_hash(content: bytes) -> str:
    """Return the hash by which git names the content: so a revision is compared without being read."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _open_revision(text: str, schemas: Path) -> Tree:
    try:
        place = git.place_of(schemas)
    except git.GitMissing as error:
        raise RevisionError(f"{error}: give two folders of schemas") from None
    except git.GitError as error:
        raise RevisionError(
            f"{text}: must be a folder or a git revision; {schemas.absolute()} is not in a git repository "
            f"that can be read ({error})"
        ) from None
    if text.startswith("-"):
        raise RevisionError(f"{text}: must be a folder or a git revision; got an option")
    where = Path.cwd() if ":." in text else place.folder  # git takes `:./` from where it runs
    label, tree = text, ""
    if commit := git.commit_of(place.folder, text):
        label = f"{text}:{schemas.as_posix()}"
        tree = _tree(place.folder, f"{commit}:{place.path}")
    else:
        tree = _tree(where, text)
    if not tree:
        if not git.commit_of(place.folder, text.partition(":")[0]):
            raise RevisionError(
                f"{text}: neither a folder nor a git revision (give one such as HEAD~1, v1.2 or "
                "main:schemas; in a shallow clone, fetch it first)"
            )
        raise RevisionError(f"no schemas in {label}: that revision has no such folder")
    hashes = _listed(where, tree)
    opened = Tree(label, hashes, lambda wanted: _contents(where, hashes, wanted))
    if not opened.endpoints:
        raise RevisionError(f"no schemas in {label}: expected <model id>/input.json below it")
    return opened


def _tree(where: Path, spec: str) -> str:
    """Return the hash of the folder that a name stands for; empty if there is none."""
    # In two steps: after a colon, `^{tree}` would be part of the path.
    revision = git.line(where, "rev-parse", "--verify", "--quiet", spec)
    return revision and git.line(where, "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")


def _listed(where: Path, tree: str) -> dict[str, str]:
    """Return path and hash of each visible file, with links to files in the same tree followed."""
    hashes: dict[str, str] = {}
    links: dict[str, str] = {}
    # Without --full-tree, git looks in it for the folder that we are in.
    listing = git.output(where, "ls-tree", "-r", "-z", "--full-tree", tree)
    for line in listing.decode(errors="replace").split("\0"):
        details, _, path = line.partition("\t")
        if any(part.startswith(".") for part in path.split("/")):
            continue
        if details.startswith("100"):  # a regular file
            hashes[path] = details.split()[2]
        elif details.startswith("120000"):  # a symbolic link
            links[path] = details.split()[2]
    return {**_linked(where, links, hashes), **hashes} if links else hashes


def _linked(where: Path, links: Mapping[str, str], hashes: Mapping[str, str]) -> dict[str, str]:
    """Return path and hash of each link that leads to a file of the same tree."""
    targets = {
        path: posixpath.normpath(
            posixpath.join(posixpath.dirname(path), target.decode(errors="replace"))
        )
        for path, target in _contents(where, links, links).items()
    }
    linked: dict[str, str] = {}
    for path in links:
        end = path
        for _ in range(_MAX_LINKS):
            end = targets.get(end, end)
        if end in hashes:
            linked[path] = hashes[end]
    return linked


def _contents(where: Path, hashes: Mapping[str, str], wanted: Iterable[str]) -> dict[str, bytes]:
    paths = list(wanted)
    asked = "".join(f"{hashes[path]}\n" for path in paths).encode()
    reply = git.output(where, "cat-file", "--batch", stdin=asked)
    at = 0
    contents: dict[str, bytes] = {}
    for path in paths:
        # `<hash> blob <size>`, the content, a newline
        end = reply.index(b"\n", at)
        header = reply[at:end].split()
        if header[1:2] != [b"blob"]:
            raise RevisionError(f"git cannot read {path}: {reply[at:end].decode(errors='replace')}")
        contents[path] = reply[end + 1 : end + 1 + int(header[2])]
        at = end + int(header[2]) + 2
    return contents
