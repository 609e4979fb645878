"""Give Python names to endpoints and properties, and remember them in `schemas/names.lock.json`.

A name once given is input, not output: it never changes because something else appeared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from ..text.documents import dumps
from .former import Alias, EndpointName, Removed
from .nested import Remembered, is_choice_record
from .rules import (
    RESERVED_CLASSES,
    camel_case,
    first_free,
    property_name,
    segment_name,
    unique,
)


@dataclass
class Names:
    """The names given so far; asking for a new one gives and remembers it.

    Attributes:
        endpoints: Model id -> its names.
        properties: Class (`openai.gpt_image_2.edit.GptImage2EditRequest`) -> wire name -> Python name,
            only where the two differ.
        namespaces: Attribute path -> class, only where it is not the plain one.
        classes: Attribute path -> nested class -> its place and its properties.
        aliases: Former model id -> its names, which stay as deprecated ones.
        removed: Model id -> its names, which lead nowhere any more.
    """

    endpoints: dict[str, EndpointName] = field(default_factory=dict[str, EndpointName])
    properties: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    namespaces: dict[str, str] = field(default_factory=dict[str, str])
    classes: dict[str, Remembered] = field(default_factory=dict[str, Remembered])
    aliases: dict[str, Alias] = field(default_factory=dict[str, Alias])
    removed: dict[str, Removed] = field(default_factory=dict[str, Removed])

    def copy(self) -> Names:
        """Return a copy, to which names can be added without changing this one."""
        properties = {cls: dict(python_names) for cls, python_names in self.properties.items()}
        classes = {path: dict(places) for path, places in self.classes.items()}
        return Names(
            dict(self.endpoints),
            properties,
            dict(self.namespaces),
            classes,
            dict(self.aliases),
            dict(self.removed),
        )

    def without_new_choices(self, known: Names) -> Names:
        """Return the names without aliases of choices that others do not list."""
        names = self.copy()
        for path, places in names.classes.items():
            before = known.classes.get(path, {})
            for name in [name for name in places if name not in before]:
                if is_choice_record(places[name]):
                    del places[name]
        return names

    def of(self, model_ids: Iterable[str]) -> Names:
        """Return the names of some endpoints."""
        endpoints = {model_id: self.endpoints[model_id] for model_id in model_ids}
        paths = {name.attribute_path for name in endpoints.values()}
        properties = {
            cls: python_names
            for cls, python_names in self.properties.items()
            if cls.rpartition(".")[0] in paths
        }
        above = {".".join(parts) for parts in chain.from_iterable(map(namespaces_above, paths))}
        namespaces = {path: name for path, name in self.namespaces.items() if path in above}
        classes = {path: places for path, places in self.classes.items() if path in paths}
        aliases = {old: alias for old, alias in self.aliases.items() if alias.model_id in endpoints}
        return Names(endpoints, properties, namespaces, classes, aliases, dict(self.removed))

    def apart(self, model_ids: Iterable[str]) -> Iterator[Names]:
        """Yield the names of each endpoint and of its properties, separately."""
        properties = self.properties_by_module()
        for model_id in model_ids:
            name = self.endpoints[model_id]
            classes = {name.attribute_path: self.classes.get(name.attribute_path, {})}
            yield Names({model_id: name}, properties.get(name.attribute_path, {}), {}, classes)

    def namespace_class(self, parts: Sequence[str]) -> str:
        """Return such as `OpenaiGptImage2Namespace`: the whole path, as siblings share a module."""
        plain = camel_case("_".join((*parts, "namespace")))
        return self.namespaces.get(".".join(parts), plain)

    def properties_by_module(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return attribute path -> class -> wire name -> Python name."""
        modules: dict[str, dict[str, dict[str, str]]] = {}
        for cls, python_names in self.properties.items():
            modules.setdefault(cls.rpartition(".")[0], {})[cls] = python_names
        return modules

    def classes_of(self, name: EndpointName) -> Remembered:
        """Return the nested classes of an endpoint, for new ones to be added."""
        return self.classes.setdefault(name.attribute_path, {})

    def add_endpoints(self, model_ids: Iterable[str]) -> None:
        """Name the ids that have no name yet, in sorted order."""
        before = self._namespace_paths()
        for model_id in sorted(set(model_ids)):
            self._restore(model_id)
        children: dict[str, dict[str, str]] = {}
        taken = {*RESERVED_CLASSES}
        former = {model_id: alias.name for model_id, alias in self.aliases.items()}
        former |= {model_id: removed.name for model_id, removed in self.removed.items()}
        for model_id, name in (*former.items(), *self.endpoints.items()):
            _remember(children, model_id.split("/"), name.parts)
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

    def _restore(self, model_id: str) -> None:
        """Give an endpoint that was renamed or removed, and came back, the names that it had."""
        removed = self.removed.pop(model_id, None)
        if model_id in self.endpoints:
            return
        if alias := self.aliases.pop(model_id, None):
            self.endpoints[model_id] = alias.name
        elif removed:
            self.endpoints[model_id] = removed.name

    def _namespace_paths(self) -> set[tuple[str, ...]]:
        """Return the paths of all nodes that have children."""
        names = [*self.endpoints.values(), *(alias.name for alias in self.aliases.values())]
        paths: set[tuple[str, ...]] = set()
        return paths.union(*(namespaces_above(name.attribute_path) for name in names))

    def _add_namespaces(self, paths: Iterable[tuple[str, ...]]) -> None:
        """Name new namespaces. Siblings share a module, where the async class of `x` may be `async-x`'s."""
        taken: dict[tuple[str, ...], set[str]] = {}
        for path in paths:
            siblings = taken.setdefault(path[:-1], {*RESERVED_CLASSES})
            wanted = self.namespace_class(path)
            known = ".".join(path) in self.namespaces
            class_name = wanted if known else first_free(wanted, _both, siblings)
            if class_name != wanted:
                self.namespaces[".".join(path)] = class_name
            siblings |= _both(class_name)

    def forget(self, model_ids: Iterable[str]) -> None:
        """Remove names that were given and never published."""
        paths = {self.endpoints.pop(model_id).attribute_path for model_id in model_ids}
        for cls in [cls for cls in self.properties if cls.rpartition(".")[0] in paths]:
            del self.properties[cls]
        for path in paths & self.classes.keys():
            del self.classes[path]
        used = {".".join(path) for path in self._namespace_paths()}
        for path in self.namespaces.keys() - used:
            del self.namespaces[path]

    def move_parts(self, old: EndpointName, new: EndpointName) -> None:
        """Keep the names of properties and nested classes of an endpoint that is renamed."""
        begin = f"{old.attribute_path}.{old.class_prefix}"
        for cls in [cls for cls in self.properties if cls.startswith(begin)]:
            rest = cls.removeprefix(begin)
            moved = f"{new.attribute_path}.{new.class_prefix}{rest}"
            python_names = self.properties.pop(cls)
            self.properties[moved] = {**self.properties.get(moved, {}), **python_names}
        for cls, place in self.classes.pop(old.attribute_path, {}).items():
            is_own = cls.startswith(old.class_prefix)  # the alias of a choice need not be
            moved = new.class_prefix + cls.removeprefix(old.class_prefix) if is_own else cls
            self.classes_of(new)[moved] = place

    def properties_of(self, cls: str, wires: Iterable[str]) -> Mapping[str, str]:
        """Return Python names for a class's properties, unique within it."""
        remembered = self.properties.get(cls, {})
        wanted = {wire: remembered.get(wire) or property_name(wire) for wire in wires}
        python_names: dict[str, str] = {
            wire: remembered[wire] for wire in wanted if wire in remembered
        }
        # A property whose name needs no change keeps it, whatever its neighbours would like.
        for wire in sorted(
            wanted.keys() - python_names.keys(), key=lambda wire: (wire != wanted[wire], wire)
        ):
            python_names[wire] = unique(
                wanted[wire], [*python_names.values(), *remembered.values()]
            )
        changed = {wire: name for wire, name in python_names.items() if wire != name}
        if changed or remembered:
            self.properties[cls] = {**remembered, **changed}
        return python_names

    def dumps(self) -> str:
        """Return the lock file: sorted, a line for each name, so that git merges it well."""
        endpoints = {model_id: str(name) for model_id, name in sorted(self.endpoints.items())}
        properties = {
            cls: dict(sorted(python_names.items())) for cls, python_names in self.properties.items()
        }
        content: dict[str, Any] = {
            "endpoints": endpoints,
            "properties": dict(sorted(properties.items())),
        }
        if self.namespaces:
            content["namespaces"] = dict(sorted(self.namespaces.items()))
        classes = {
            path: dict(sorted(places.items())) for path, places in self.classes.items() if places
        }
        if classes:
            content["classes"] = dict(sorted(classes.items()))
        if self.aliases:
            content["aliases"] = {old: str(alias) for old, alias in sorted(self.aliases.items())}
        if self.removed:
            content["removed"] = {old: str(entry) for old, entry in sorted(self.removed.items())}
        return dumps(content)


def class_prefixes(parts: Sequence[str]) -> tuple[str, str]:
    """Return the prefix of an endpoint's classes without its provider, and the one with it."""
    return _class_prefix(parts[1:]), _class_prefix(parts)


def _class_prefix(parts: Sequence[str]) -> str:
    """Return a prefix that does not end in `Namespace`, as namespace classes do."""
    name = camel_case("_".join(parts))
    return f"{name}Endpoint" if re.search(r"Namespace\d*$", name) else name


def importable(prefix: str) -> set[str]:
    """Return what other modules may import of an endpoint."""
    return {prefix, f"{prefix}Request", f"{prefix}Output"}


def _both(class_name: str) -> set[str]:
    return {class_name, f"Async{class_name}"}


def namespaces_above(attribute_path: str) -> Iterator[tuple[str, ...]]:
    """Return the paths of the namespaces that lead to an endpoint."""
    parts = tuple(attribute_path.split("."))
    return (parts[:depth] for depth in range(1, len(parts)))


def _remember(
    children: dict[str, dict[str, str]], segments: Sequence[str], parts: Sequence[str]
) -> None:
    for depth, segment in enumerate(segments):
        children.setdefault("/".join(segments[:depth]), {})[segment] = parts[depth]
