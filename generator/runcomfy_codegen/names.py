"""The Python names given to endpoints and properties, remembered in `schemas/names.lock.json`.

A name once given is input, not output: it never changes because something else appeared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .documents import dumps, parse
from .naming import camel_case, property_name, segment_name, unique
from .problems import Problem

LOCK_FILE = "names.lock.json"


@dataclass(frozen=True)
class EndpointName:
    """attribute_path: `openai.gpt_image_2.edit`; class_prefix: `GptImage2Edit`."""

    attribute_path: str
    class_prefix: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.attribute_path.split("."))


@dataclass
class Names:
    """All names given so far; asking for a new one gives and remembers it.

    properties: class name -> wire name -> Python name, only where the two differ.
    """

    endpoints: dict[str, EndpointName] = field(default_factory=dict[str, EndpointName])
    properties: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def add_endpoints(self, model_ids: Iterable[str]) -> None:
        """Name the ids that have no name yet, in sorted order."""
        children: dict[str, dict[str, str]] = {}
        for model_id, name in self.endpoints.items():
            _remember(children, model_id.split("/"), name.parts)
        prefixes = {name.class_prefix for name in self.endpoints.values()}
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
            short, long = camel_case("_".join(parts[1:])), camel_case("_".join(parts))
            prefix = short if short not in prefixes else unique(long, prefixes, separator="")
            prefixes.add(prefix)
            self.endpoints[model_id] = EndpointName(".".join(parts), prefix)

    def properties_of(self, class_name: str, wires: Iterable[str]) -> Mapping[str, str]:
        """Python names for a class's properties, unique within it."""
        remembered = self.properties.get(class_name, {})
        wanted = {wire: remembered.get(wire) or property_name(wire) for wire in wires}
        given: dict[str, str] = {wire: remembered[wire] for wire in wanted if wire in remembered}
        # A property whose name needs no change keeps it, whatever its neighbours would like.
        for wire in sorted(
            wanted.keys() - given.keys(), key=lambda wire: (wire != wanted[wire], wire)
        ):
            given[wire] = unique(wanted[wire], [*given.values(), *remembered.values()])
        changed = {wire: name for wire, name in given.items() if wire != name}
        if changed or remembered:
            self.properties[class_name] = {**remembered, **changed}
        return given

    def dumps(self) -> str:
        """The lock file: sorted, a line for each endpoint and property, so that it merges well in git."""
        endpoints = {
            model_id: f"{name.attribute_path}:{name.class_prefix}"
            for model_id, name in sorted(self.endpoints.items())
        }
        properties = {
            name: dict(sorted(given.items())) for name, given in sorted(self.properties.items())
        }
        return dumps({"endpoints": endpoints, "properties": properties})


def read_names(text: str | None, file: str) -> tuple[Names, list[Problem]]:
    """The names in a lock file; None for a project that has none yet."""
    if text is None:
        return Names(), []
    document, problems = parse(text, file)
    if document is None:
        return Names(), problems
    value: Any = document.value
    try:
        names = Names(
            {model_id: _endpoint_name(entry) for model_id, entry in value["endpoints"].items()},
            {
                name: {str(wire): str(given) for wire, given in entry.items()}
                for name, entry in value["properties"].items()
            },
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return Names(), [
            *problems,
            document.problem(
                "names-lock",
                "error",
                f"not a names lock: {error}",
                "",
                "restore it from version control: deleting it may rename published classes and methods",
            ),
        ]
    return names, problems


def _remember(
    children: dict[str, dict[str, str]], segments: Sequence[str], parts: Sequence[str]
) -> None:
    for depth, segment in enumerate(segments):
        children.setdefault("/".join(segments[:depth]), {})[segment] = parts[depth]


def _endpoint_name(entry: str) -> EndpointName:
    path, prefix = entry.split(":")
    if not all(part.isidentifier() for part in (*path.split("."), prefix)):
        raise ValueError(f"{json.dumps(entry)} is not a path of Python names")
    return EndpointName(path, prefix)
