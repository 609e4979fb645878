"""Read and write the folder schemas/, which has a folder for each endpoint."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, cast

from ..disk.files import read_bytes, with_plain_ends, write_together
from ..names.model_ids import ONE_FOLDER, check_model_id, clashes
from ..text.documents import Document, dumps, parse
from ..text.problems import Problem, has_errors
from .shape import shape_problems

REQUIRED_FILES = ("endpoint.json", "input.json", "output.json")
ENDPOINT_FILES = (*REQUIRED_FILES, "overlay.json")
CHANGELOG = "CHANGELOG.md"
ROOT_FILES = ("names.lock.json", CHANGELOG)
MAX_SIZE = 500_000
"""Bytes of a file that is still read; published schemas have some thousands."""

_HOW_TO_ADD = "run `runcomfy-codegen sync` to read the catalogue, or `runcomfy-codegen add PAGE` to add a saved API page"


class EndpointSource(NamedTuple):
    """The captured files of one endpoint. folder: posix path, `schemas/<model id>`."""

    model_id: str
    folder: str
    endpoint: Document
    input: Document
    output: Document
    overlay: Document | None


def read_schemas(root: Path) -> tuple[tuple[EndpointSource, ...], tuple[Problem, ...]]:
    """Return all good endpoints, sorted by model id, and all problems. Bad endpoints are left out."""
    return read_folder(root)[:2]


def read_folder(
    root: Path, contents: Mapping[str, bytes] | None = None
) -> tuple[tuple[EndpointSource, ...], tuple[Problem, ...], frozenset[str]]:
    """Return good endpoints, all problems, and the ids of all endpoints, good or bad.

    Args:
        root: The folder schemas/.
        contents: Its files as `read_contents` returned them, or None to read them now.
    """
    if not root.is_dir():
        message = "there is no such folder of captured schemas"
        return (), (_problem(root, "schemas-missing", message, _HOW_TO_ADD),), frozenset()
    problems: list[Problem] = []
    folders: dict[str, set[str]] = {}
    for folder, files in _walk(root, problems) if contents is None else _grouped(contents):
        expected = files.intersection(ENDPOINT_FILES if folder else ROOT_FILES)
        if folder and expected:
            folders[folder] = expected
        problems += [_stray(root / folder / name) for name in sorted(files - expected)]
    if not folders:
        problems.append(_problem(root, "schemas-empty", "it holds no endpoint", _HOW_TO_ADD))
    colliding = _collision_problems(root, folders)
    sources: list[EndpointSource] = []
    reader = _EndpointReader(root, contents or {})
    label = Path(os.path.abspath(root)).name  # noqa: PTH100 (resolves `..`, but no links)
    for model_id, files in sorted(folders.items()):
        folder = f"{label}/{model_id}"
        source, found_problems = reader.read(folder, model_id, files)
        problems += found_problems
        if source and model_id not in colliding:
            sources.append(source)
    problems += colliding.values()
    ids = frozenset(
        model_id for model_id in folders if folders[model_id].intersection(REQUIRED_FILES)
    )
    return tuple(sources), tuple(sorted(problems)), ids


def known_ids(root: Path) -> frozenset[str]:
    """Return the ids of all endpoint folders below root, good or bad."""
    folders = _walk(root, [])
    return frozenset(folder for folder, files in folders if files.intersection(REQUIRED_FILES))


def read_contents(root: Path) -> dict[str, bytes] | None:
    """Return the contents of all files by path, or None if anything is odd, which `read_folder` reports.

    Files at the top level are listed with empty contents.
    """
    contents: dict[str, bytes] = {}
    top = str(root)  # once: thousands of paths begin with it
    try:
        for path in _regular_files(top, ""):
            if path is None:
                return None
            content = read_bytes(f"{top}/{path}", MAX_SIZE) if "/" in path else b""
            if len(content) > MAX_SIZE:
                return None
            contents[path] = content
    except OSError:
        return None
    return contents


def folder_for(root: Path, model_id: str) -> Path:
    """Return the folder of an endpoint. Raises ValueError if it would be outside root."""
    if why := check_model_id(model_id):
        raise ValueError(f"the model id {model_id!r} {why}")
    folder = root.joinpath(*model_id.split("/"))
    if not folder.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"{folder.as_posix()} leads outside {root.as_posix()} through a link")
    return folder


def read_info(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Return an endpoint.json, empty if the file is missing, and why it cannot be read."""
    path = folder / "endpoint.json"
    if not path.exists():
        return {}, []
    document, problems = read_document(path)
    problems += shape_problems(path.name, document) if document else []
    return (document.value, []) if document and not problems else ({}, problems)


def write_endpoint(
    root: Path,
    model_id: str,
    endpoint: Mapping[str, Any],
    input: Mapping[str, Any],
    output: Mapping[str, Any],
) -> list[Path]:
    """Write the three files of an endpoint and return those that changed.

    Raises ValueError for an id that cannot be a folder, OSError if the disk refuses.
    """
    folder = folder_for(root, model_id)
    contents = zip(REQUIRED_FILES, (endpoint, input, output), strict=True)
    return write_files(root, folder, stale_files(folder, dict(contents)))


def stale_files(folder: Path, contents: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the new contents of the files that hold something else, by file name.

    Raises ValueError for a file that would be too large to be read back.
    """
    new = {name: dumps(value).encode() for name, value in contents.items()}
    for name, content in new.items():
        if len(content) > MAX_SIZE:
            raise ValueError(f"{name} would have {_too_large(len(content))}")
    return {name: content for name, content in new.items() if not _holds(folder / name, content)}


def write_files(root: Path, folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write some files of an endpoint, given by name, and return their paths. Raises OSError."""
    place = folder.relative_to(root).as_posix()
    # endpoint.json last: if it is missing or old, the next run writes the endpoint again.
    names = sorted(contents, key=lambda name: name == "endpoint.json")
    write_together(root, {f"{place}/{name}": contents[name] for name in names})
    return [folder / name for name in contents]


def delete_endpoint(root: Path, folder: Path) -> None:
    """Delete an endpoint's files, its overlay too. Raises OSError.

    Other files stay, and so do endpoints below this one.
    """
    # endpoint.json last: it marks the endpoint as gone if this run is interrupted.
    for name in reversed(ENDPOINT_FILES):
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # not empty
        while folder != root:
            folder.rmdir()
            folder = folder.parent


class _EndpointReader:
    """A reader of the folders of endpoints. contents: files that were read already, by path."""

    def __init__(self, root: Path, contents: Mapping[str, bytes]) -> None:
        self._root, self._contents = root, contents
        self._good: dict[tuple[str, bytes], Document] = {}

    def read(
        self, label: str, model_id: str, files: set[str]
    ) -> tuple[EndpointSource | None, list[Problem]]:
        """Return an endpoint and its problems; None in its place if it cannot be used."""
        folder = self._root / model_id
        problems: list[Problem] = []
        if why := check_model_id(model_id):
            message = f"the folder's path, as a model id, {why}"
            problems.append(_problem(folder, "model-id", message))
        for name in REQUIRED_FILES:
            if name not in files:
                missing = _problem(
                    folder / name, "schema-file-missing", "the file is missing", _AGAIN
                )
                problems.append(missing)
        documents: dict[str, Document] = {}
        for name in sorted(files):
            document, faults = self._document(f"{model_id}/{name}", name)
            if document:
                documents[name] = document
            problems += faults
        if (endpoint := documents.get("endpoint.json")) and not has_errors(problems):
            problems += _id_problems(endpoint, model_id)
        if has_errors(problems):
            return None, problems
        source = EndpointSource(
            model_id=model_id,
            folder=label,
            endpoint=documents["endpoint.json"],
            input=documents["input.json"],
            output=documents["output.json"],
            overlay=documents.get("overlay.json"),
        )
        return source, problems

    def _document(self, path: str, name: str) -> tuple[Document | None, list[Problem]]:
        content = self._contents.get(path)
        if content is None:
            document, faults = read_document(self._root / path)
            return document, shape_problems(name, document) if document else faults
        shown = f"{self._root.as_posix()}/{path}"
        # Nearly all endpoints publish one and the same output schema.
        if known := self._good.get((name, content)):
            return replace(known, file=shown), []
        document, faults = _parsed(content, shown)
        if document is None:
            return None, faults
        if faults := shape_problems(name, document):
            return document, faults
        self._good[name, content] = document
        return document, []


_AGAIN = "restore it from version control, or add or sync the endpoint again"


def read_document(path: Path) -> tuple[Document | None, list[Problem]]:
    """Return a file of the folder, or why it cannot be read."""
    try:
        status = os.stat(path)  # noqa: PTH116 (faster)
        if not stat.S_ISREG(status.st_mode):  # a pipe would block for ever
            return None, [_problem(path, "unreadable", "it is not a regular file")]
        if status.st_size > MAX_SIZE:
            message, hint = f"it has {_too_large(status.st_size)}", "see whether it is as published"
            return None, [_problem(path, "schema-size", message, hint)]
        content = read_bytes(path)
    except OSError as error:
        return None, [_problem(path, "unreadable", f"it cannot be read: {error.strerror}")]
    return _parsed(content, path.as_posix())


def _parsed(content: bytes, file: str) -> tuple[Document | None, list[Problem]]:
    document, problems = parse(content, file)
    return document, [problem._replace(hint=problem.hint or _AGAIN) for problem in problems]


def _too_large(size: int) -> str:
    return f"{size:,} bytes, at most {MAX_SIZE:,} are read"


def _id_problems(endpoint: Document, model_id: str) -> list[Problem]:
    named = cast("dict[str, Any]", endpoint.value)["model_id"]
    if named == model_id:
        return []
    message = f"model_id is {named!r}, the folder says {model_id!r}"
    hint = "the folder's path is the model id: rename the folder, or correct model_id"
    return [endpoint.problem("model-id", "error", message, "/model_id", hint)]


def _regular_files(root: str, folder: str) -> Iterator[str | None]:
    """Yield the visible files below a folder, sorted; None for anything that is not a file or folder."""
    with os.scandir(f"{root}/{folder}") as entries:
        children = sorted(entries, key=lambda entry: entry.name)
    for entry in children:
        if not entry.name.startswith("."):
            if entry.is_dir(follow_symlinks=False):
                yield from _regular_files(root, f"{folder}{entry.name}/")
            else:
                yield f"{folder}{entry.name}" if entry.is_file(follow_symlinks=False) else None


def _grouped(paths: Iterable[str]) -> Iterator[tuple[str, set[str]]]:
    """Yield every folder of some files with the names in it."""
    folders: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, set()).add(name)
    return iter(folders.items())


def _walk(root: Path, problems: list[Problem]) -> Iterator[tuple[str, set[str]]]:
    """Yield every folder, as a path below root, with its visible files. Links out of root are refused."""

    def unreadable(error: OSError) -> None:
        message = f"it cannot be read: {error.strerror}"
        problems.append(_problem(Path(error.filename), "unreadable", message))

    home = root.resolve()
    for name, folders, files in os.walk(root, onerror=unreadable):
        folder = Path(name)
        # islink() of a text: a Path for each of thousands of files takes longer than reading them.
        links = [
            folder / child
            for child in (*folders, *files)
            if os.path.islink(f"{name}/{child}")  # noqa: PTH114
            and (child in folders or not _leads_into(folder / child, home))
        ]
        hint = "put a copy of what it points to in its place"
        for link in links:
            message = "a link to a folder, or out of the schemas, is not followed"
            problems.append(_problem(link, "schema-link", message, hint))
        folders[:] = sorted(child for child in folders if not child.startswith("."))
        refused = {link.name for link in links}
        below = "" if folder == root else folder.relative_to(root).as_posix()
        yield below, {child for child in files if not child.startswith(".")} - refused


def _leads_into(link: Path, home: Path) -> bool:
    try:
        return link.resolve().is_relative_to(home)
    except (OSError, RuntimeError):  # a loop; which of the two depends on the Python version
        return False


def _collision_problems(root: Path, model_ids: Mapping[str, Any]) -> dict[str, Problem]:
    return {
        model_id: _problem(root / model_id, "model-id-case", f"in its path, {clash}", ONE_FOLDER)
        for model_id, clash in clashes(model_ids)
    }


def _stray(path: Path) -> Problem:
    message = "it is not a file of this folder's layout and is not read"
    return Problem(path.as_posix(), 0, 0, "schema-stray-file", "note", message)


def _problem(path: Path, rule: str, message: str, hint: str = "") -> Problem:
    return Problem(path.as_posix(), 0, 0, rule, "error", message, "", hint)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and with_plain_ends(path.read_bytes()) == content
