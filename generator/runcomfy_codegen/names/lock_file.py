"""Read `schemas/names.lock.json`, and settle what a merge left in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..disk.files import with_plain_ends
from ..text.documents import Document, parse, pointer_to, to_text
from ..text.json_types import is_object
from ..text.merging import sides
from ..text.problems import Problem
from ..text.versions import is_version
from .clashes import has_clashes, settle
from .former import EndpointName, parse_alias, parse_removed
from .lock import Names
from .model_ids import check_model_id
from .rules import is_class_prefix, is_property_name, is_segment_name


def read_names(
    content: bytes | None, file: str, published: Callable[[], Iterable[bytes]] = tuple
) -> tuple[Names, list[Problem]]:
    """Return the names in a lock file, and everything that is wrong with it.

    What a merge has left is put in order, with a warning that says how: conflict markers, and names that
    two branches gave.

    Args:
        content: The file; None for a project that has none yet.
        file: What messages call it.
        published: Earlier versions of it, whose names are kept; asked where two names clash.
    """
    if content is None:
        return Names(), []
    text, problems = to_text(content, file)
    versions = (text and sides(with_plain_ends(content).decode())) or None
    if versions is None:
        document, problems = parse(content, file)
        names, faults = _from_document(document) if document else (Names(), [])
    else:
        names, faults = _merged(versions, file)
        document = Document(file, {})
    problems = [problem._replace(hint=_RESTORE) for problem in problems] + faults
    if problems or document is None:
        return Names(), problems
    if versions:
        message = "both sides of the conflict were kept"
        problems.append(document.problem("names-merged", "warning", message, "", _COMMIT))
    if has_clashes(names):
        kept = Names()
        for version in published():
            earlier, wrong = read_names(version, file)
            kept = kept if wrong else _joined(earlier, kept)
        for section, message in settle(names, kept):
            at = pointer_to(section)
            problems.append(document.problem("names-merged", "warning", message, at, _COMMIT))
    return names, problems


_COMMIT = "generate writes the names as they are now: commit them"


def _merged(versions: tuple[str, str], file: str) -> tuple[Names, list[Problem]]:
    """Return the names of both sides of a conflict; those of the first where they differ."""
    names, problems = Names(), list[Problem]()
    for version in reversed(versions):
        document, wrong = parse(version, file)
        read, faults = _from_document(document) if document else (Names(), [])
        problems += [problem._replace(hint=_RESTORE) for problem in wrong] + faults
        names = _joined(read, names)
    return names, problems


def _joined(names: Names, others: Names) -> Names:
    """Return all names; the first where one thing has two."""
    properties = {
        cls: {**others.properties.get(cls, {}), **names.properties.get(cls, {})}
        for cls in others.properties.keys() | names.properties.keys()
    }
    classes = {
        path: {**others.classes.get(path, {}), **names.classes.get(path, {})}
        for path in others.classes.keys() | names.classes.keys()
    }
    return Names(
        {**others.endpoints, **names.endpoints},
        properties,
        {**others.namespaces, **names.namespaces},
        classes,
        {**others.aliases, **names.aliases},
        {**others.removed, **names.removed},
    )


def _from_document(document: Document) -> tuple[Names, list[Problem]]:
    problems = [
        document.problem("names-lock", "error", message, at, _RESTORE)
        for at, message in _wrong(document)
    ]
    if problems:
        return Names(), problems
    endpoints: dict[str, str] = document.value["endpoints"]
    names = Names(
        {model_id: EndpointName(*entry.split(":")) for model_id, entry in endpoints.items()},
        document.value["properties"],
        document.value.get("namespaces", {}),
        document.value.get("classes", {}),
    )
    for old, entry in document.value.get("aliases", {}).items():
        if alias := parse_alias(entry):
            names.aliases[old] = alias
    for old, entry in document.value.get("removed", {}).items():
        if removed := parse_removed(entry):
            names.removed[old] = removed
    return names, []


_RESTORE = "restore it from version control: deleting it may rename published classes and methods"


def _wrong(document: Document) -> Iterator[tuple[str, str]]:
    """Yield JSON pointers with what is wrong there, after a merge or an edit by hand."""
    value: Any = document.value
    sections = ("endpoints", "properties")
    if not is_object(value) or not all(is_object(value.get(name)) for name in sections):
        yield "", f"expected an object with {' and '.join(sections)}"
        return
    yield from _wrong_endpoints(value["endpoints"])
    yield from _wrong_properties(value["properties"])
    yield from _wrong_namespaces(value.get("namespaces", {}))
    yield from _wrong_classes(value.get("classes", {}))
    yield from _wrong_aliases(value.get("aliases", {}))
    yield from _wrong_removed(value.get("removed", {}))


def _wrong_endpoints(endpoints: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for model_id, entry in endpoints.items():
        if not _is_name_of(model_id, entry):
            message = f"{entry!r} is not `<attribute path>:<class prefix>` of {model_id!r}"
            yield pointer_to("endpoints", model_id), message


def _wrong_properties(properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    expected = "expected an object: property -> its Python name, none of them reserved"
    for cls, python_names in properties.items():
        if not is_object(python_names) or not all(map(is_property_name, python_names.values())):
            yield pointer_to("properties", cls), expected


def _wrong_namespaces(namespaces: Any) -> Iterator[tuple[str, str]]:
    if not is_object(namespaces) or not all(map(is_class_prefix, namespaces.values())):
        message = "expected an object: attribute path -> the class of the namespace"
        yield pointer_to("namespaces"), message


def _wrong_aliases(aliases: Any) -> Iterator[tuple[str, str]]:
    if not is_object(aliases) or not all(isinstance(entry, str) for entry in aliases.values()):
        message = "expected an object: former model id -> its names and the new id"
        yield pointer_to("aliases"), message
        return
    for old, entry in aliases.items():
        alias = parse_alias(entry)
        named = alias and _is_name_of(old, str(alias.name)) and _is_since(alias.version)
        if not (alias and named) or check_model_id(alias.model_id):
            message = f"{entry!r} is not `<attribute path>:<class prefix> <model id>` of {old!r}"
            yield pointer_to("aliases", old), message


def _wrong_removed(removed: Any) -> Iterator[tuple[str, str]]:
    if not is_object(removed) or not all(isinstance(entry, str) for entry in removed.values()):
        message = "expected an object: model id -> its names and since when they are gone"
        yield pointer_to("removed"), message
        return
    for old, text in removed.items():
        entry = parse_removed(text)
        named = entry and _is_name_of(old, str(entry.name)) and is_version(entry.version)
        if not (entry and named) or (entry.replacement and check_model_id(entry.replacement)):
            form = "<attribute path>:<class prefix> since <version> [<model id>]"
            yield pointer_to("removed", old), f"{text!r} is not `{form}` of {old!r}"


def _is_since(version: str) -> bool:
    return not version or is_version(version)


def _is_name_of(model_id: str, entry: object) -> bool:
    """Return whether an entry is `<attribute path>:<class prefix>`, with a part for each of the id's."""
    path, _, prefix = entry.partition(":") if isinstance(entry, str) else ("", "", "")
    parts = path.split(".")
    named = all(map(is_segment_name, parts)) and is_class_prefix(prefix)
    return named and len(parts) == len(model_id.split("/"))


def _wrong_classes(classes: Any) -> Iterator[tuple[str, str]]:
    expected = "expected an object: nested class -> its place"
    if not is_object(classes):
        yield pointer_to("classes"), "expected an object: attribute path -> nested classes"
        return
    for path, nested in classes.items():
        if (
            not is_object(nested)
            or not all(map(is_class_prefix, nested))
            or not all(isinstance(place, str) and " {" in place for place in nested.values())
        ):
            yield pointer_to("classes", path), expected
