"""The Python names given to endpoints and properties, remembered in `schemas/names.lock.json`.

A name once given is input, not output: it never changes because something else appeared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..disk.files import with_plain_ends
from ..text.documents import Document, dumps, parse, to_text
from ..text.documents import pointer as steps
from ..text.json_types import is_object
from ..text.merging import sides
from ..text.problems import Problem
from .model_ids import check_model_id
from .nested import Remembered
from .rules import (
    RESERVED_CLASSES,
    camel_case,
    first_free,
    is_class_prefix,
    is_property_name,
    is_segment_name,
    property_name,
    segment_name,
    unique,
)


class EndpointName(NamedTuple):
    """attribute_path: `openai.gpt_image_2.edit`; class_prefix: `GptImage2Edit`."""

    attribute_path: str
    class_prefix: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.attribute_path.split("."))

    def __str__(self) -> str:
        return f"{self.attribute_path}:{self.class_prefix}"


class Alias(NamedTuple):
    """Names that an endpoint had before it was renamed. model_id: the endpoint as it is called now."""

    name: EndpointName
    model_id: str

    def __str__(self) -> str:
        return f"{self.name} {self.model_id}"


@dataclass
class Names:
    """All names given so far; asking for a new one gives and remembers it.

    properties: class (`openai.gpt_image_2.edit.GptImage2EditRequest`) -> wire name -> Python name,
    only where the two differ; namespaces: attribute path -> class, only where it is not the plain one;
    classes: attribute path -> nested class -> its place and its properties; aliases: former model id ->
    its names, which stay as deprecated ones.
    """

    endpoints: dict[str, EndpointName] = field(default_factory=dict[str, EndpointName])
    properties: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    namespaces: dict[str, str] = field(default_factory=dict[str, str])
    classes: dict[str, Remembered] = field(default_factory=dict[str, Remembered])
    aliases: dict[str, Alias] = field(default_factory=dict[str, Alias])

    def copy(self) -> Names:
        """Names that can be given without these being changed."""
        properties = {cls: dict(given) for cls, given in self.properties.items()}
        classes = {path: dict(given) for path, given in self.classes.items()}
        return Names(
            dict(self.endpoints), properties, dict(self.namespaces), classes, dict(self.aliases)
        )

    def of(self, model_ids: Iterable[str]) -> Names:
        """The names of some endpoints."""
        endpoints = {model_id: self.endpoints[model_id] for model_id in model_ids}
        paths = {name.attribute_path for name in endpoints.values()}
        properties = {
            cls: given for cls, given in self.properties.items() if cls.rpartition(".")[0] in paths
        }
        steps_ = {".".join(step) for path in paths for step in _steps(path)}
        namespaces = {path: name for path, name in self.namespaces.items() if path in steps_}
        classes = {path: given for path, given in self.classes.items() if path in paths}
        aliases = {old: alias for old, alias in self.aliases.items() if alias.model_id in endpoints}
        return Names(endpoints, properties, namespaces, classes, aliases)

    def apart(self, model_ids: Iterable[str]) -> Iterator[Names]:
        """The names of each of these endpoints and of its properties, by themselves."""
        properties = self.properties_by_module()
        for model_id in model_ids:
            name = self.endpoints[model_id]
            classes = {name.attribute_path: self.classes.get(name.attribute_path, {})}
            yield Names({model_id: name}, properties.get(name.attribute_path, {}), {}, classes)

    def namespace_class(self, parts: Sequence[str]) -> str:
        """`OpenaiGptImage2Namespace`: the whole path, as a step and its children share a module."""
        plain = camel_case("_".join((*parts, "namespace")))
        return self.namespaces.get(".".join(parts), plain)

    def properties_by_module(self) -> dict[str, dict[str, dict[str, str]]]:
        """Attribute path -> class -> wire name -> Python name."""
        modules: dict[str, dict[str, dict[str, str]]] = {}
        for cls, given in self.properties.items():
            modules.setdefault(cls.rpartition(".")[0], {})[cls] = given
        return modules

    def classes_of(self, name: EndpointName) -> Remembered:
        """Return the nested classes of an endpoint, for new ones to be added."""
        return self.classes.setdefault(name.attribute_path, {})

    def add_endpoints(self, model_ids: Iterable[str]) -> None:
        """Name the ids that have no name yet, in sorted order."""
        before = self._namespace_paths()
        for model_id in sorted(set(model_ids) - self.endpoints.keys()):
            if model_id in self.aliases:  # it was renamed, and is back
                self.endpoints[model_id] = self.aliases.pop(model_id).name
        children: dict[str, dict[str, str]] = {}
        taken = {*RESERVED_CLASSES}
        for model_id, alias in self.aliases.items():
            _remember(children, model_id.split("/"), alias.name.parts)
            taken |= importable(alias.name.class_prefix)
        for model_id, name in self.endpoints.items():
            _remember(children, model_id.split("/"), name.parts)
        for name in self.endpoints.values():
            taken |= importable(name.class_prefix)
        for model_id in sorted(set(model_ids) - self.endpoints.keys()):
            segments = model_id.split("/")
            parts: list[str] = []
            for depth, segment in enumerate(segments):
                # Namespaces that exist keep their names, so that siblings stay together.
                siblings = children.get("/".join(segments[:depth]), {})
                parts.append(
                    siblings.get(segment) or unique(segment_name(segment), siblings.values())
                )
                _remember(children, segments[: depth + 1], parts)
            short, long = class_prefixes(parts)
            # Scripts without capitals: there the short name would be that of the attribute itself.
            fits = short not in parts and taken.isdisjoint(importable(short))
            prefix = short if fits else first_free(long, importable, taken)
            taken |= importable(prefix)
            self.endpoints[model_id] = EndpointName(".".join(parts), prefix)
        self._add_namespaces([*sorted(before), *sorted(self._namespace_paths() - before)])

    def _namespace_paths(self) -> set[tuple[str, ...]]:
        """Of all steps that have children."""
        names = [*self.endpoints.values(), *(alias.name for alias in self.aliases.values())]
        return {step for name in names for step in _steps(name.attribute_path)}

    def _add_namespaces(self, paths: Iterable[tuple[str, ...]]) -> None:
        """Siblings meet in the module of their parent: `async-x` there may not be called as `x` is."""
        taken: dict[tuple[str, ...], set[str]] = {}
        for path in paths:
            siblings = taken.setdefault(path[:-1], {*RESERVED_CLASSES})
            wanted = self.namespace_class(path)
            known = ".".join(path) in self.namespaces
            given = wanted if known else first_free(wanted, _both, siblings)
            if given != wanted:
                self.namespaces[".".join(path)] = given
            siblings |= _both(given)

    def forget(self, model_ids: Iterable[str]) -> None:
        """Take back names that were given and never published."""
        paths = {self.endpoints.pop(model_id).attribute_path for model_id in model_ids}
        for cls in [cls for cls in self.properties if cls.rpartition(".")[0] in paths]:
            del self.properties[cls]
        for path in paths & self.classes.keys():
            del self.classes[path]
        steps_ = {".".join(path) for path in self._namespace_paths()}
        for path in self.namespaces.keys() - steps_:
            del self.namespaces[path]

    def move_parts(self, old: EndpointName, new: EndpointName) -> None:
        """Let an endpoint that is called otherwise keep the names of its properties and nested classes."""
        begin = f"{old.attribute_path}.{old.class_prefix}"
        for cls in [cls for cls in self.properties if cls.startswith(begin)]:
            rest = cls.removeprefix(begin)
            moved = f"{new.attribute_path}.{new.class_prefix}{rest}"
            given = self.properties.pop(cls)
            self.properties[moved] = {**self.properties.get(moved, {}), **given}
        for cls, place in self.classes.pop(old.attribute_path, {}).items():
            moved = new.class_prefix + cls.removeprefix(old.class_prefix)
            self.classes_of(new)[moved] = place

    def properties_of(self, cls: str, wires: Iterable[str]) -> Mapping[str, str]:
        """Python names for a class's properties, unique within it."""
        remembered = self.properties.get(cls, {})
        wanted = {wire: remembered.get(wire) or property_name(wire) for wire in wires}
        given: dict[str, str] = {wire: remembered[wire] for wire in wanted if wire in remembered}
        # A property whose name needs no change keeps it, whatever its neighbours would like.
        for wire in sorted(
            wanted.keys() - given.keys(), key=lambda wire: (wire != wanted[wire], wire)
        ):
            given[wire] = unique(wanted[wire], [*given.values(), *remembered.values()])
        changed = {wire: name for wire, name in given.items() if wire != name}
        if changed or remembered:
            self.properties[cls] = {**remembered, **changed}
        return given

    def dumps(self) -> str:
        """The lock file: sorted, a line for each endpoint and property, so that it merges well in git."""
        endpoints = {model_id: str(name) for model_id, name in sorted(self.endpoints.items())}
        properties = {cls: dict(sorted(given.items())) for cls, given in self.properties.items()}
        content: dict[str, Any] = {
            "endpoints": endpoints,
            "properties": dict(sorted(properties.items())),
        }
        if self.namespaces:
            content["namespaces"] = dict(sorted(self.namespaces.items()))
        classes = {
            path: dict(sorted(given.items())) for path, given in self.classes.items() if given
        }
        if classes:
            content["classes"] = dict(sorted(classes.items()))
        if self.aliases:
            content["aliases"] = {old: str(alias) for old, alias in sorted(self.aliases.items())}
        return dumps(content)


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
        names, found = _from_document(document) if document else (Names(), [])
    else:
        names, found = _merged(versions, file)
        document = Document(file, {})
    problems = [problem._replace(hint=_RESTORE) for problem in problems] + found
    if problems or document is None:
        return Names(), problems
    if versions:
        message = "both sides of the conflict were kept"
        problems.append(document.problem("names-merged", "warning", message, "", _COMMIT))
    from .clashes import has_clashes, settle  # it is rarely needed, and needs this module

    if has_clashes(names):
        kept = Names()
        for version in published():
            earlier, wrong = read_names(version, file)
            kept = kept if wrong else _joined(earlier, kept)
        for section, message in settle(names, kept):
            at = steps(section)
            problems.append(document.problem("names-merged", "warning", message, at, _COMMIT))
    return names, problems


_COMMIT = "generate writes the names as they are now: commit them"


def _merged(versions: tuple[str, str], file: str) -> tuple[Names, list[Problem]]:
    """Return the names of both sides of a conflict; those of the first where they differ."""
    names, problems = Names(), list[Problem]()
    for version in reversed(versions):
        document, wrong = parse(version, file)
        found, more = _from_document(document) if document else (Names(), [])
        problems += [problem._replace(hint=_RESTORE) for problem in wrong] + more
        names = _joined(found, names)
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
        {old: _alias(entry) for old, entry in document.value.get("aliases", {}).items()},
    )
    return names, []


def _alias(entry: str) -> Alias:
    name, _, model_id = entry.partition(" ")
    return Alias(EndpointName(*name.split(":")), model_id)


_RESTORE = "restore it from version control: deleting it may rename published classes and methods"


def _wrong(document: Document) -> Iterator[tuple[str, str]]:
    """Where (a JSON pointer) and what: it may come out of a merge, or out of an editor."""
    value: Any = document.value
    sections = ("endpoints", "properties")
    if not is_object(value) or not all(is_object(value.get(name)) for name in sections):
        yield "", f"expected an object with {' and '.join(sections)}"
        return
    for model_id, entry in value["endpoints"].items():
        at = steps("endpoints", model_id)
        if not _is_name_of(model_id, entry):
            yield at, f"{entry!r} is not `<attribute path>:<class prefix>` of {model_id!r}"
    for cls, given in value["properties"].items():
        at = steps("properties", cls)
        if not is_object(given) or not all(map(is_property_name, given.values())):
            yield at, "expected an object: property -> its Python name, none of them reserved"
    namespaces: Any = value.get("namespaces", {})
    if not is_object(namespaces) or not all(map(is_class_prefix, namespaces.values())):
        yield steps(
            "namespaces"
        ), "expected an object: attribute path -> the class of the namespace"
    yield from _wrong_classes(value.get("classes", {}))
    aliases: Any = value.get("aliases", {})
    if not is_object(aliases) or not all(isinstance(entry, str) for entry in aliases.values()):
        yield steps("aliases"), "expected an object: former model id -> its names and the new id"
        return
    for old, entry in aliases.items():
        name, _, new = entry.partition(" ")
        if not _is_name_of(old, name) or check_model_id(new):
            message = f"{entry!r} is not `<attribute path>:<class prefix> <model id>` of {old!r}"
            yield steps("aliases", old), message


def _is_name_of(model_id: str, entry: object) -> bool:
    """Return whether an entry is `<attribute path>:<class prefix>`, with a part for each of the id's."""
    path, _, prefix = entry.partition(":") if isinstance(entry, str) else ("", "", "")
    parts = path.split(".")
    named = all(map(is_segment_name, parts)) and is_class_prefix(prefix)
    return named and len(parts) == len(model_id.split("/"))


def _wrong_classes(classes: Any) -> Iterator[tuple[str, str]]:
    expected = "expected an object: nested class -> its place"
    if not is_object(classes):
        yield steps("classes"), "expected an object: attribute path -> nested classes"
        return
    for path, given in classes.items():
        if (
            not is_object(given)
            or not all(map(is_class_prefix, given))
            or not all(isinstance(place, str) and " {" in place for place in given.values())
        ):
            yield steps("classes", path), expected


def class_prefixes(parts: Sequence[str]) -> tuple[str, str]:
    """What an endpoint's classes begin with: without its provider where that is free, else with it."""
    return _class_prefix(parts[1:]), _class_prefix(parts)


def _class_prefix(parts: Sequence[str]) -> str:
    """Not `...Namespace`, which is what the classes of the steps are called."""
    name = camel_case("_".join(parts))
    return f"{name}Endpoint" if re.search(r"Namespace\d*$", name) else name


def importable(prefix: str) -> set[str]:
    """Return what other modules may import of an endpoint."""
    return {prefix, f"{prefix}Request", f"{prefix}Output"}


def _both(class_name: str) -> set[str]:
    return {class_name, f"Async{class_name}"}


def _steps(attribute_path: str) -> Iterator[tuple[str, ...]]:
    """The steps on the way to an endpoint, itself not included."""
    parts = tuple(attribute_path.split("."))
    return (parts[:depth] for depth in range(1, len(parts)))


def _remember(
    children: dict[str, dict[str, str]], segments: Sequence[str], parts: Sequence[str]
) -> None:
    for depth, segment in enumerate(segments):
        children.setdefault("/".join(segments[:depth]), {})[segment] = parts[depth]
