"""References, `allOf` and unions of a whole schema, read once and in one way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from .._base.json_values import is_array, is_object
from .conditions import WITH_NAMES, names_in_conditions, names_of_conditions
from .gathered import GATHERED, gathered_patterns, gathered_positions
from .joins import (
    UNEVALUATED,
    Contradiction,
    Schema,
    closed,
    either,
    is_annotation,
    joined,
    overridden,
    replaced,
    unread_words,
)
from .older_words import with_dependent_names, with_exclusive_bounds
from .references import (
    DEFINITIONS,
    LISTS,
    MAPS,
    SINGLES,
    Fault,
    Target,
    origin_of,
    pointer_to,
    resolve,
)
from .whole import pooled, united

ValueT = TypeVar("ValueT")
MAX_LEVELS = 100
"""Schemas in schemas, and references in a chain."""
MAX_SCHEMAS = 5000
MAX_TEXT = 2_000_000
"""Characters of what references bring in: a definition is written once and may be used often."""


class NormalForm(NamedTuple):
    """A document whose schema has no `$ref`, no `allOf` and no definitions.

    Attributes:
        document: The document.
        origins: Pointer in the document -> where that is written, wherever the two part.
        definitions: Pointer -> the definition that stands there unchanged.
        faults: Pointer to a keyword that is still there -> the reason.
        differing: Pointer to a union -> a property that its branches describe differently.
        replaced: Pointers to keywords beside a reference that take more than the reference.
    """

    document: Schema
    origins: Mapping[str, str]
    definitions: Mapping[str, str]
    faults: Mapping[str, Fault]
    differing: Mapping[str, str]
    replaced: Sequence[str]


def normal_form(published: Mapping[str, Any], at: str = "", is_output: bool = False) -> NormalForm:
    """Return the normal form of the schema in a document.

    Args:
        published: The document as published. It is not changed.
        at: The key below which the schema is; empty for the document itself.
        is_output: Whether it describes a reply. Nothing is demanded of a reply.
    """
    document = dict(published)
    reader = _Reader(document)
    schema: Any = document.get(at) if at else document
    here = pointer_to(at) if at else ""
    try:
        read = reader.whole(schema, _Place(here, here), is_output)
    except _TooLargeError as error:
        return NormalForm(document, {}, {}, {"": error.fault}, {}, ())
    if at:
        read = {**document, at: read}
    kept = {key: value for key, value in read.items() if key not in reader.containers}
    return NormalForm(
        kept, reader.origins, reader.definitions, reader.faults, reader.differing, reader.replaced
    )


class _Place(NamedTuple):
    """A place in a document.

    Attributes:
        here: The pointer in the result.
        source: The pointer to where that is written.
        level: How deep it is.
        active: The references that are being followed.
    """

    here: str
    source: str
    level: int = 0
    active: tuple[str, ...] = ()

    def inside(self, *tokens: str | int) -> _Place:
        added = pointer_to(*tokens)
        return _Place(self.here + added, self.source + added, self.level + 1, self.active)


class _TooLargeError(Exception):
    """The references of a document bring in more than is read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class _Reader:
    """One document, as far as it has been read."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self.origins: dict[str, str] = {}
        self.definitions: dict[str, str] = {}
        self.faults: dict[str, Fault] = {}
        self.differing: dict[str, str] = {}
        self.replaced: list[str] = []
        self.containers = set(DEFINITIONS)
        self._schemas = 0
        self._text = 0

    def whole(self, node: Any, place: _Place, is_output: bool) -> Any:
        """Return the whole schema as one object, with what its union demands."""
        read = self.schema(node, place)
        if not is_object(read) or unread_words(read):
            return read
        result = pooled(read) if is_output else united(read)
        if isinstance(result, Fault):
            keyword = "oneOf" if "oneOf" in read else "anyOf"
            self.faults[place.here + pointer_to(keyword)] = result
            return read
        for keyword, name in result.differing.items():
            self.differing[place.here + pointer_to(keyword)] = name
        for name, tokens in result.moved.items():
            source = place.here + pointer_to(*tokens)
            self._move(source, place.here + pointer_to("properties", name))
        return result.schema

    def schema(self, node: Any, place: _Place) -> Any:
        """Return a schema without references, with the properties that it has under conditions."""
        return self._with_conditional_names(self._part(node, place), place)

    def _part(self, node: Any, place: _Place) -> Any:
        """Return a schema without references, as a part of another one."""
        if node is True:
            return {}
        if not is_object(node):
            return node
        self._count(node, place)
        own = self._own(node, place)
        if "$ref" not in node and "allOf" not in node:
            return closed(own)
        unevaluated = own.pop(UNEVALUATED, None)
        read = self._composed(node, own, place)
        if unevaluated is None:
            return read
        return closed({**read, UNEVALUATED: unevaluated})

    def _own(self, node: Schema, place: _Place) -> Schema:
        """Return the keywords of the node itself, with what is inside them read."""
        own: Schema = {}
        for keyword, value in node.items():
            if keyword in ("$ref", "allOf") or keyword in DEFINITIONS:
                continue
            if keyword in MAPS and is_object(value):
                inside = place.inside(keyword)
                own[keyword] = {
                    name: self.schema(part, inside.inside(name)) for name, part in value.items()
                }
            elif keyword in LISTS and is_array(value):
                inside = place.inside(keyword)
                own[keyword] = [
                    self.schema(part, inside.inside(index)) for index, part in enumerate(value)
                ]
            elif keyword in SINGLES and is_object(value):
                own[keyword] = self.schema(value, place.inside(keyword))
            elif keyword == "items" and value is True:
                own[keyword] = {}
            else:
                own[keyword] = value
        if own.get("type") == "any":  # the third draft's word
            del own["type"]
        return self._gathered(self._dependent(with_exclusive_bounds(own), place), place)

    def _dependent(self, own: Schema, place: _Place) -> Schema:
        """Return the node with one word for names that go together."""
        read = with_dependent_names(own)
        for keyword in own.keys() - read.keys():
            self._describe(place, (keyword,), ("dependentRequired",))
        return read

    def _gathered(self, own: Schema, place: _Place) -> Schema:
        """Return the node with one schema for all positions of a list, and one for all other names."""
        if GATHERED.isdisjoint(own):
            return own
        for gather in (gathered_positions, gathered_patterns):
            result = gather(own)
            own = result.schema
            for target, source in result.moved.items():
                self._describe(place, source, target)
        return own

    def _with_conditional_names(self, read: Any, place: _Place) -> Any:
        """Return an object with those properties that it has under conditions, as optional ones."""
        if not is_object(read) or WITH_NAMES.isdisjoint(read) or unread_words(read):
            return read
        known: Any = read.get("properties", {})
        if not is_object(known) or read.get("additionalProperties") is False:
            return read
        if not known and place.level:
            return read  # any name may be given there
        added = self._conditional_names(read, known, place)
        return {**read, "properties": {**known, **added}} if added else read

    def _conditional_names(self, read: Schema, known: Schema, place: _Place) -> Schema:
        """Return the properties that only conditions describe."""
        added: Schema = {}
        for name, described, tokens in names_of_conditions(read):
            if name in known or described is False:
                continue
            if name not in added:
                self._describe(place, tokens, ("properties", name))
            elif added[name] != described:
                described = either(added[name], described)
            added[name] = described
        for name in names_in_conditions(read):
            if name not in known:
                added.setdefault(name, {})
        return added

    def _describe(
        self, place: _Place, source: tuple[str | int, ...], target: tuple[str | int, ...]
    ) -> None:
        """Remember that what is described at one place of a node stands at another one."""
        written, now = place.here + pointer_to(*source), place.here + pointer_to(*target)
        self.origins.setdefault(written, place.source + pointer_to(*source))
        self._move(written, now)

    def _composed(self, node: Schema, own: Schema, place: _Place) -> Schema:
        """Return the node with what its `$ref` and its `allOf` say."""
        parts: list[tuple[Any, str]] = []
        if "$ref" in node:
            target = self._target(node["$ref"], place)
            if isinstance(target, Fault):
                self.faults[place.here + "/$ref"] = target
                return {**own, "$ref": node["$ref"]}
            parts.append((self._named(target, place), target.pointer))
        listed = node.get("allOf", [])
        if not is_array(listed) or ("allOf" in node and not listed):
            return self._refused(node, own, place, Fault("allOf must be a list of schemas"))
        for index, schema in enumerate(listed):
            part = place._replace(
                source=place.source + pointer_to("allOf", index), level=place.level + 1
            )
            parts.append((self._part(schema, part), part.source))
        try:
            return self._merged(parts, own, place)
        except Contradiction as contradiction:
            self._forget(place.here)
            keyword = "$ref" if "$ref" in node else "allOf"
            message = f"{contradiction.keyword} of {keyword} contradicts the {contradiction.keyword} beside it"
            if len(parts) > 1:
                message = f"the parts of allOf contradict each other in {contradiction.keyword}"
            return self._refused(node, own, place, Fault(message))

    def _refused(self, node: Schema, own: Schema, place: _Place, fault: Fault) -> Schema:
        keyword = "allOf" if "allOf" in node else "$ref"
        self.faults[place.here + pointer_to(keyword)] = fault
        return {**own, keyword: node[keyword]}

    def _target(self, reference: object, place: _Place) -> Target | Fault:
        target = resolve(self._document, reference)
        if isinstance(target, Fault):
            return target
        if target.pointer in place.active or place.source.startswith(f"{target.pointer}/"):
            path = " -> ".join(f"#{pointer}" for pointer in (*place.active, target.pointer))
            message = f"$ref {reference!r:.200} leads back to itself: {path:.300}"
            return Fault(message, "replace one of the references by a plain object in overlay.json")
        if target.container and target.container not in MAPS | LISTS | SINGLES:
            self.containers.add(target.container)
        return target

    def _named(self, target: Target, place: _Place) -> Any:
        """Return what a reference names, read at the place of the reference."""
        level, active = place.level + 1, (*place.active, target.pointer)
        read = self._part(target.schema, _Place(place.here, target.pointer, level, active))
        if target.is_definition:
            self.definitions.setdefault(place.here, target.pointer)
        return read

    def _merged(self, parts: list[tuple[Any, str]], own: Schema, place: _Place) -> Schema:
        for part, _ in parts:
            if not is_object(part):
                raise Contradiction("type")
            if leftover := unread_words(part):
                return {**own, **{keyword: part[keyword] for keyword in leftover}}
        whole: Schema = parts[0][0]
        for part, _ in parts[1:]:
            whole = joined(whole, part)
        for keyword in own:  # what stands beside a reference wins
            self.origins.pop(place.here + pointer_to(keyword), None)
        self._note(own, place.source, place.here)
        for part, source in parts:
            self._note(part, source, place.here)
        if len(parts) > 1 or not all(map(is_annotation, own)):
            self.definitions.pop(place.here, None)
        self.replaced += [place.here + pointer_to(*tokens) for tokens in replaced(whole, own)]
        return overridden(whole, own)

    def _note(self, part: Schema, source: str, here: str) -> None:
        """Remember where the keywords of a part are written, unless that is known better."""
        for keyword, value in part.items():
            places = [pointer_to(keyword)]
            if keyword == "properties" and is_object(value):
                places = [pointer_to(keyword, name) for name in value]
            for place in places:
                self.origins.setdefault(here + place, source + place)

    def _move(self, source: str, target: str) -> None:
        """Let what is known of a place and of all inside it be known of another one."""
        self.origins.setdefault(source, origin_of(source, self.origins))
        _move(self.origins, source, target)
        _move(self.definitions, source, target)
        _move(self.faults, source, target)

    def _forget(self, here: str) -> None:
        for known in (self.origins, self.definitions):
            for pointer in _within(here, known):
                del known[pointer]

    def _count(self, node: Schema, place: _Place) -> None:
        if place.level > MAX_LEVELS:
            message = f"nested deeper than {MAX_LEVELS} schemas and references"
            raise _TooLargeError(Fault(message, "no request needs that; see the source"))
        self._schemas += 1
        if place.active:
            self._text += sum(map(_size, node.values()))
        if place.active and (self._schemas > MAX_SCHEMAS or self._text > MAX_TEXT):
            first = f"#{place.active[0]}"
            message = (
                f"the references grow beyond {MAX_SCHEMAS:,} schemas, beginning with {first!r}"
            )
            raise _TooLargeError(Fault(message, "see whether the file is what was published"))


def _move(known: dict[str, ValueT], source: str, target: str) -> None:
    for pointer in _within(source, known):
        known[target + pointer.removeprefix(source)] = known[pointer]


def _within(place: str, known: Iterable[str]) -> list[str]:
    """Return the pointers to a place and to all inside it."""
    return [pointer for pointer in known if pointer == place or pointer.startswith(f"{place}/")]


def _size(value: Any) -> int:
    """Return the characters of a keyword's value, as far as it is not a schema of its own."""
    if isinstance(value, str):
        return len(value)
    if is_array(value):
        return sum(len(text) for text in value if isinstance(text, str)) + len(value)
    return 1
