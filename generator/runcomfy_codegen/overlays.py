"""Our corrections: `overlay.json` applied to the published schemas, each entry only as long as it fits.

An entry is `{"at": <JSON pointer>, "was": <published>, "now": <ours>, "reason": <why>}`; a missing `was`
or `now` means that the member is not there. `at` points into the input schema, or, below `/output`,
into the output document as published.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from typing import Any

from .documents import MAX_DEPTH, Document, depth_of
from .documents import pointer as steps
from .json_types import is_array, is_object
from .problems import Problem
from .schema_shape import shape_problems
from .schemas_folder import EndpointSource

_ABSENT = object()
_KEYS = frozenset({"at", "was", "now", "reason"})
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)+")
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


def apply_overlay(source: EndpointSource) -> tuple[EndpointSource, list[Problem]]:
    """The source with its corrections made; an entry that does not fit is reported and left out."""
    overlay = source.overlay
    if overlay is None:
        return source, []
    if not is_array(overlay.value):
        return source, [
            overlay.problem("overlay-shape", "error", "expected a list of entries", "", _SHAPE)
        ]
    documents = {
        "input": copy.deepcopy(source.input.value),
        "output": copy.deepcopy(source.output.value),
    }
    problems: list[Problem] = []
    for index, entry in enumerate(overlay.value):
        problems += _apply(documents, entry, overlay, steps(index))
    corrected = replace(
        source,
        input=replace(source.input, value=documents["input"]),
        output=replace(source.output, value=documents["output"]),
    )
    broken = [
        *shape_problems("input.json", corrected.input),
        *shape_problems("output.json", corrected.output),
    ]
    if any(depth_of(document) > MAX_DEPTH for document in documents.values()):
        broken.append(corrected.input.problem("", "error", f"nested over {MAX_DEPTH} levels", ""))
    for wrong in broken:
        message = f"after the corrections, {wrong.pointer} is no schema: {wrong.message}"
        problems.append(overlay.problem("overlay-shape", "error", message, "", _SHAPE))
    return (source if broken else corrected), problems


_SHAPE = 'write {"at": "/properties/...", "was": <published value>, "now": <ours>, "reason": "..."}'


def _apply(documents: dict[str, Any], entry: Any, overlay: Document, where: str) -> list[Problem]:
    if why := _malformed(entry):
        return [overlay.problem("overlay-shape", "error", why, where, _SHAPE)]
    at = entry["at"]
    document = documents["output" if at.split("/")[1] == "output" else "input"]
    parent, key = _parent(document, at)
    if parent is _ABSENT:
        return [
            overlay.problem(
                "overlay-target", "error", f"{at} is not in the published schema", where, _GONE
            )
        ]
    was, now = (entry.get(name, _ABSENT) for name in ("was", "now"))
    published = _member(parent, key)
    if not _same(published, was):
        fixed = _same(published, now)
        message = (
            "the vendor made this correction"
            if fixed
            else f"published is now {_shown(published)}, no longer {_shown(was)}"
        )
        hint = (
            "drop the entry"
            if fixed
            else "decide again, and bring `was` up to date or drop the entry"
        )
        return [
            overlay.problem(
                "overlay-expired", "warning" if fixed else "error", message, where, hint
            )
        ]
    if now is _ABSENT:
        del parent[key]
    elif is_array(parent) and key == len(parent):
        parent.append(copy.deepcopy(now))
    else:
        parent[key] = copy.deepcopy(now)  # a later entry may change what this one brings in
    return []


def _malformed(entry: Any) -> str:
    """Why it is no entry; empty if it is one."""
    if not is_object(entry) or not {"at", "reason"} <= entry.keys() <= _KEYS:
        return "not an overlay entry"
    at, reason = entry["at"], entry["reason"]
    if not isinstance(at, str) or not _POINTER.fullmatch(at):
        return "`at` is no JSON pointer (RFC 6901) to a member"
    if not isinstance(reason, str) or not reason.strip():
        return "`reason` must say why"
    if _same(entry.get("was", _ABSENT), entry.get("now", _ABSENT)):
        return "`was` and `now` are the same: nothing to correct"
    return ""


_GONE = "the schema changed: see whether the entry is still needed"


def _parent(document: Any, at: str) -> tuple[Any, Any]:
    """The container that `at` ends in and the key or index there."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in at.split("/")[1:]]
    for part in parts[:-1]:
        document = _member(document, _key(document, part))
    if not is_object(document) and not is_array(document):
        return _ABSENT, None
    key = _key(document, parts[-1])
    return (_ABSENT, None) if key is None else (document, key)


def _key(container: Any, part: str) -> Any:
    if not is_array(container):
        return part
    return int(part) if _INDEX.fullmatch(part) and int(part) <= len(container) else None


def _member(container: Any, key: Any) -> Any:
    try:
        return container[key]
    except (KeyError, IndexError, TypeError):
        return _ABSENT


def _same(one: Any, other: Any) -> bool:
    """Whether they are the same JSON; as text, because in Python True == 1."""
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _shown(value: Any) -> str:
    return "absent" if value is _ABSENT else json.dumps(value, ensure_ascii=False)
