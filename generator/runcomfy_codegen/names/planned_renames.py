"""Find locked names that differ from what the current naming rules produce.

Such names stay. The notes tell whoever edits the lock or the rules where the two disagree.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ..text.documents import parse, pointer_to
from ..text.problems import Problem, has_errors
from .former import EndpointName
from .lock import Names, class_prefixes
from .lock_file import read_names
from .renaming import respelled
from .rules import property_name, segment_name

_HINT = "no action needed: published names stay. To use the new name, edit the entry, which breaks users' code"


def planned_renames(
    content: bytes | None, file: str, present: Collection[str] = ()
) -> list[Problem]:
    """Return a note for each such name. `read_names` reports a lock that cannot be read.

    Args:
        content: The lock file, or None.
        file: What notes call it.
        present: The ids of all endpoints, to find those that continue under another id.
    """
    names, wrong = read_names(content, file)
    document, _ = (
        parse(content, file) if content is not None and not has_errors(wrong) else (None, [])
    )
    if document is None:
        return []
    notes = [
        document.problem("planned-rename", "note", message, at, _HINT)
        for at, message in _renames(names)
    ]
    gone = dict.fromkeys(names.endpoints.keys() - {*present}) if present else {}
    for old, new in respelled(gone, dict.fromkeys(present)):
        at, hint = (
            pointer_to("endpoints", old),
            f"runcomfy-codegen rename {old} {new} keeps its names",
        )
        notes.append(document.problem("renamed", "note", f"renamed to {new}?", at, hint))
    return notes


def _renames(names: Names) -> Iterator[tuple[str, str]]:
    for model_id, name in names.endpoints.items():
        planned = [segment_name(segment) for segment in model_id.split("/")]
        parts = map(_is_given, name.parts, planned)
        prefixes = class_prefixes(name.parts)
        if not all(parts) or not any(
            _is_given(name.class_prefix, prefix, "") for prefix in prefixes
        ):
            would = EndpointName(".".join(planned), class_prefixes(planned)[0])
            yield pointer_to("endpoints", model_id), f"{model_id} is {name}, and would be {would}"
    for cls, python_names in names.properties.items():
        for wire, python in python_names.items():
            if not _is_given(python, would_be := property_name(wire)):
                message = f"{wire!r} of {cls} is {python}, and would be {would_be}"
                yield pointer_to("properties", cls, wire), message


def _is_given(name: str, planned: str, separator: str = "_") -> bool:
    """Return whether the rules give a name, with or without a number for a name that was taken."""
    return re.fullmatch(rf"{re.escape(planned)}({separator}[0-9]+)?", name) is not None
