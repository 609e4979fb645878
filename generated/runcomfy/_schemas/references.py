# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Resolve a `$ref` within its own document."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from .._base.json_values import is_array, is_object

MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Keywords whose value maps names to schemas."""
SINGLES = frozenset(
    {"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"}
    | {"unevaluatedItems", "unevaluatedProperties", "additionalItems"}
)
"""Keywords whose value is a schema."""
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
VALUES = frozenset({"default", "enum", "const", "example", "examples"})
"""Keywords whose value is data, whatever it looks like."""
DEFINITIONS = frozenset({"$defs", "definitions"})

_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")
_ESCAPE = re.compile(r"~(?![01])")
_OVERLAY = "copy what it names into the schema with overlay.json"


class Fault(NamedTuple):
    """A part of a schema that cannot be read, and what to do about it."""

    message: str
    hint: str = "spell the property out in overlay.json"


class Target(NamedTuple):
    """The schema that a reference names.

    pointer: where it stands; container: the top-level key that holds it; is_definition: whether its
    last token is the name of a definition.
    """

    schema: Any
    pointer: str
    container: str
    is_definition: bool


def pointer_to(*tokens: str | int) -> str:
    """Return the JSON pointer (RFC 6901) that goes through these keys and indexes."""
    return "".join(["/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens])


def tokens_of(pointer: str) -> list[str]:
    """Return the keys and indexes that a JSON pointer goes through."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def origin_of(at: str, origins: Mapping[str, str]) -> str:
    """Return where a place of a normal form is written."""
    outer, inner = at, ""
    while outer not in origins:
        if not outer:
            return at
        outer, _, token = outer.rpartition("/")
        inner = f"/{token}{inner}"
    return origins[outer] + inner


def resolve(document: Mapping[str, Any], reference: object) -> Target | Fault:
    """Return what a `$ref` names, or why it cannot be followed."""
    if not isinstance(reference, str):
        return Fault(f"$ref must be a text; got {json.dumps(reference):.100}")
    address, _, fragment = reference.partition("#")
    if address:
        message = f"$ref must stay in this document; {reference!r:.200} leads to {address!r:.200}"
        return Fault(message, _OVERLAY)
    path = unquote(fragment)
    if path and not path.startswith("/"):
        message = f"$ref must be a JSON pointer; {reference!r:.200} names the anchor {path!r:.200}"
        return Fault(message, _OVERLAY)
    if _ESCAPE.search(path):
        return Fault(f"$ref must escape ~ as ~0 and / as ~1; got {reference!r:.200}", _OVERLAY)
    return _followed(document, reference, tokens_of(path))


def _followed(document: Mapping[str, Any], reference: str, tokens: list[str]) -> Target | Fault:
    value: Any = document
    kind = "schema"
    previous = ""
    for depth, token in enumerate(tokens):
        inner = _member(value, token)
        if inner is _MISSING:
            place = pointer_to(*tokens[:depth]) or "the top of the schema"
            message = f"$ref {reference!r:.200} leads nowhere: {place:.200} has no {token!r:.200}"
            return Fault(message, _OVERLAY)
        previous, kind = kind, _kind_of(kind, token)
        value = inner
    if kind in ("value", "group") or not (is_object(value) or isinstance(value, bool)):
        named = "a group of schemas" if kind == "group" else "a value"
        return Fault(f"$ref {reference!r:.200} leads to {named}, which is not a schema", _OVERLAY)
    is_definition = previous in ("definitions", "other")
    return Target(value, pointer_to(*tokens), tokens[0] if tokens else "", is_definition)


_MISSING = object()


def _member(container: Any, token: str) -> Any:
    if is_object(container):
        return container.get(token, _MISSING)
    if is_array(container) and _INDEX.fullmatch(token) and int(token) < len(container):
        return container[int(token)]
    return _MISSING


def _kind_of(kind: str, token: str) -> str:
    """Return what a key leads to: a schema, a group of them, a value, or something else."""
    if kind == "definitions" or kind == "group":
        return "schema"
    if kind != "schema":
        return kind
    if token in DEFINITIONS:
        return "definitions"
    if token in MAPS or token in LISTS:
        return "group"
    if token in VALUES:
        return "value"
    return "schema" if token in SINGLES else "other"
