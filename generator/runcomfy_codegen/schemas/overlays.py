"""Apply our corrections in `overlay.json` to the published schemas.

An entry is `{"at": <JSON pointer>, "was": <published>, "now": <ours>, "reason": <why>}`; a missing `was`
or `now` means that the member is not there. An entry is applied only while the published value is `was`.
`at` points into the input schema or, below `/output`, into the output schema, whether or not it was
published inside an `output` key. Entries apply in their order, and may build on earlier ones.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..runtime._base.text import cut
from ..text.documents import MAX_DEPTH, Document, depth_of, pointer_to, tokens_of
from ..text.json_types import is_array, is_object
from ..text.problems import Problem, Severity
from .folder import EndpointSource
from .normal_form import faults_of, normal_input, normal_output
from .shape import shape_problems

_ABSENT = object()
_MAX_SHOWN = 200  # characters of a value
_KEYS = ("at", "was", "now", "reason")
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)+")
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")
_ENTRY = '{"at": "/properties/...", "was": <published value>, "now": <ours>, "reason": "..."}'
_SHAPE = f"write [{_ENTRY}, ...]; for the output schema, at begins with /output"


def apply_overlay(source: EndpointSource) -> tuple[EndpointSource, list[Problem]]:
    """Return the source with its corrections made and in its normal form.

    Returns:
        The source, and what is wrong: an entry that does not fit is left out.
    """
    corrected, problems = _corrected(source)
    corrected = normalised(corrected)
    faults = (*faults_of(corrected.input), *faults_of(corrected.output))
    return corrected, [*problems, *faults]


def normalised(source: EndpointSource) -> EndpointSource:
    """Return the source with both schemas in their normal form."""
    is_published = source.overlay is None
    return source._replace(
        input=normal_input(source.input, is_published),
        output=normal_output(source.output, is_published),
    )


def _corrected(source: EndpointSource) -> tuple[EndpointSource, list[Problem]]:
    overlay = source.overlay
    if overlay is None:
        return source, []
    if not is_array(overlay.value):
        message = "expected a list of entries"
        return source, [overlay.problem("overlay-shape", "error", message, "", _SHAPE)]
    corrections = _Corrections(source, overlay)
    for index, entry in enumerate(overlay.value):
        corrections.apply(entry, index)
    corrected, broken = corrections.outcome()
    for wrong in broken:
        message = f"after the corrections, {wrong.pointer} is not a schema: {wrong.message}"
        corrections.report("overlay-shape", message, "", _SHAPE)
    return (source if broken else corrected), corrections.problems


@dataclass(frozen=True)
class _Made:
    """A correction that was made. moved: whether it moved what follows in an array."""

    index: int
    at: str
    moved: bool

    def touches(self, at: str) -> bool:
        """Return whether another entry is about the same place, a part of it, or what it moved."""
        mine, other = f"{self.at}/", f"{at}/"
        siblings = self.moved and other.startswith(f"{self.at.rpartition('/')[0]}/")
        return mine.startswith(other) or other.startswith(mine) or siblings


class _Corrections:
    """The two schemas of one endpoint, with the corrections made so far."""

    def __init__(self, source: EndpointSource, overlay: Document) -> None:
        self.problems: list[Problem] = []
        self._source, self._overlay = source, overlay
        self._input: Any = copy.deepcopy(source.input.value)
        output: Any = copy.deepcopy(source.output.value)
        self._wrapped = "output" in output
        self._output = output if self._wrapped else {"output": output}
        self._made: list[_Made] = []

    def outcome(self) -> tuple[EndpointSource, list[Problem]]:
        """Return the corrected source, and what is not a schema after the corrections."""
        source = self._source
        output = self._output if self._wrapped else self._output.get("output")
        corrected = source._replace(
            input=replace(source.input, value=self._input),
            output=replace(source.output, value=output),
        )
        broken = [
            *shape_problems("input.json", corrected.input),
            *shape_problems("output.json", corrected.output),
        ]
        if any(depth_of(document) > MAX_DEPTH for document in (self._input, output)):
            message = f"nested over {MAX_DEPTH} levels"
            broken.append(corrected.input.problem("", "error", message, ""))
        return corrected, broken

    def report(
        self, rule: str, message: str, where: str, hint: str, severity: Severity = "error"
    ) -> None:
        self.problems.append(self._overlay.problem(rule, severity, message, where, hint))

    def apply(self, entry: Any, index: int) -> None:
        """Make a correction, or report why it does not fit."""
        where = pointer_to(index)
        if wrong := list(_malformed(entry)):
            for why in wrong:
                self.report("overlay-shape", why, where, _SHAPE)
            return
        at, was, now = entry["at"], entry.get("was", _ABSENT), entry.get("now", _ABSENT)
        self._correct(index, at, was, now)

    def _correct(self, index: int, at: str, was: Any, now: Any) -> None:
        where = pointer_to(index)
        earlier = next((correction for correction in self._made if correction.touches(at)), None)
        if earlier and earlier.at == at:
            hint = "merge the two entries; `was` is the published value"
            self.report("overlay-conflict", f"entry {earlier.index} corrects {at} too", where, hint)
            return
        parent, key = _parent(self._output if at.split("/")[1] == "output" else self._input, at)
        if parent is _ABSENT:
            if earlier:
                self._conflict(earlier, f"{at} is not there any more", where)
            else:
                hint = "the schema changed: see whether the entry is still needed"
                self.report("overlay-target", f"{at} is not in the published schema", where, hint)
            return
        value = _member(parent, key)
        if _same(value, was):
            self._made.append(_Made(index, at, is_array(parent) and now is _ABSENT))
            _set(parent, key, now)
        elif _same(value, now):
            message = f"the vendor made this correction: {at} is {_shown(value)}"
            self.report("overlay-expired", message, where, "drop the entry", "warning")
        elif earlier:
            self._conflict(earlier, f"{at} is {_shown(value)}, not {_shown(was)}", where)
        else:
            message = f"{at}: the published value is now {_shown(value)}, no longer {_shown(was)}"
            hint = "drop the entry, or update `was` and see whether `now` still fits"
            self.report("overlay-expired", message, where, hint)

    def _conflict(self, earlier: _Made, state: str, where: str) -> None:
        message = f"after entry {earlier.index}, which corrects {earlier.at}, {state}"
        hint = "merge the two entries, or set `was` to the value after the first"
        self.report("overlay-conflict", message, where, hint)


def _set(parent: Any, key: Any, now: Any) -> None:
    if now is _ABSENT:
        del parent[key]
    elif is_array(parent) and key == len(parent):
        parent.append(copy.deepcopy(now))
    else:
        parent[key] = copy.deepcopy(now)  # a later entry may change what this one brings in


def _malformed(entry: Any) -> Iterator[str]:
    """Yield everything that is wrong with an entry."""
    if not is_object(entry):
        yield "an entry must be an object"
        return
    for key in (key for key in entry if key not in _KEYS):
        yield f"unknown key {key!r}; expected one of {', '.join(_KEYS)}"
    at, reason = entry.get("at"), entry.get("reason")
    if not isinstance(at, str) or not _POINTER.fullmatch(at):
        yield "`at` must be a JSON pointer (RFC 6901) to an object member"
    if not isinstance(reason, str) or not reason.strip():
        yield "`reason` must say why"
    if _same(entry.get("was", _ABSENT), entry.get("now", _ABSENT)):
        yield "`was` and `now` must differ"


def _parent(document: Any, at: str) -> tuple[Any, Any]:
    """Return the container that `at` ends in, and the key or index there."""
    *outer, last = tokens_of(at)
    for token in outer:
        document = _member(document, _key(document, token))
    if not is_object(document) and not is_array(document):
        return _ABSENT, None
    key = _key(document, last)
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


def _same(value: Any, other: Any) -> bool:
    """Return whether two values are the same JSON; as text, because in Python True == 1."""
    if value is _ABSENT or other is _ABSENT:
        return value is other
    return json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "absent"
    return cut(json.dumps(value, ensure_ascii=False), _MAX_SHOWN)
