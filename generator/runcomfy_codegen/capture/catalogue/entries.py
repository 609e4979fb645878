"""Check every entry of the Model API's catalogue; a bad entry does not stop the others."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...names.model_ids import check_model_id, matches
from ...schemas.shape import shape_problems
from ...text.documents import Document, pointer_to
from ...text.json_types import is_array, is_number, is_object
from ...text.problems import Problem, Severity, counted, has_errors
from .listing import CataloguePage, contradiction


@dataclass(frozen=True)
class CatalogueEntry:
    """An endpoint as the catalogue publishes it. facts: its keys of endpoint.json."""

    model_id: str
    facts: dict[str, Any]
    input: dict[str, Any]


@dataclass(frozen=True)
class CatalogueEntries:
    """The entries of all pages.

    Attributes:
        entries: The good entries that were asked for, by model id.
        listed: The ids of all entries, bad ones included.
        complete: Whether an id that is not listed is certainly not in the catalogue.
    """

    entries: Mapping[str, CatalogueEntry]
    listed: frozenset[str]
    complete: bool


def read_catalogue(
    pages: Sequence[CataloguePage], only: tuple[str, ...] = ()
) -> tuple[CatalogueEntries | None, list[Problem]]:
    """Return the catalogue on some pages, and what is wrong with it.

    Args:
        pages: All pages, in their order.
        only: Globs of model ids; other entries are skipped.

    Returns:
        The catalogue, or None if the pages contradict each other; and the problems.
    """
    named: dict[str, list[_Listed]] = {}
    unnamed: list[_Listed] = []
    for listed in _listed(pages):
        model_id = listed.page.model_id(listed.index)
        (unnamed if model_id is None else named.setdefault(model_id, [])).append(listed)
    distinct = len(named) + len(unnamed)
    if wrong := contradiction(pages, distinct):
        return None, [wrong]
    problems = [] if only else [_unnamed(listed) for listed in unnamed]
    entries: dict[str, CatalogueEntry] = {}
    for model_id, copies in sorted(named.items()):
        if matches(model_id, only):
            entry, faults = _read_copies(model_id, copies)
            problems += faults
            if entry:
                entries[model_id] = entry
    total = pages[0].total
    # Without a total, only a page after the last entry says that there are no more.
    complete = not unnamed and (not pages[-1].entries if total is None else distinct == total)
    if not complete:
        problems.append(_incomplete(pages[0], distinct, len(unnamed)))
    return CatalogueEntries(entries, frozenset(named), complete), problems


@dataclass(frozen=True)
class _Listed:
    """An entry and where it stands."""

    page: CataloguePage
    index: int

    @property
    def value(self) -> Any:
        return self.page.entries[self.index]

    def problem(
        self, rule: str, message: str, key: str, hint: str = "", severity: Severity = "error"
    ) -> Problem:
        """Return a problem at one of its keys."""
        at = self.page.at + pointer_to(self.index, key)
        return self.page.document.problem(rule, severity, message, at, hint)

    def faults(self, key: str) -> Iterator[Problem]:
        """Yield the faults in the JSON of one of its keys."""
        at = self.page.at + pointer_to(self.index, key)
        for fault in self.page.faults.get(self.index, ()):
            if fault.pointer == at or fault.pointer.startswith(at + "/"):
                yield fault


def _listed(pages: Sequence[CataloguePage]) -> Iterator[_Listed]:
    for page in pages:
        yield from (_Listed(page, index) for index in range(len(page.entries)))


_Check = tuple[str, Callable[[Any], bool]]
_TEXT: _Check = ("a text", lambda value: isinstance(value, str))
# A price of 0 is valid; an unknown one is left out, never 0.
_FACTS: Mapping[str, _Check] = {
    "display_name": _TEXT,
    "description": _TEXT,
    "categories": (
        "a list of texts",
        lambda value: is_array(value) and all(isinstance(item, str) for item in value),
    ),
    "kind": _TEXT,
    "base_price_usd": (
        "a number, 0 or more",
        lambda value: is_number(value) and 0 <= value <= sys.float_info.max,
    ),
    "price_unit": _TEXT,
    "pricing_note": _TEXT,
    "model_url": _TEXT,
}


def _read_copies(
    model_id: str, copies: Sequence[_Listed]
) -> tuple[CatalogueEntry | None, list[Problem]]:
    """Return the entry of an id that may be listed twice, because the list moved between two pages."""
    first = copies[0]
    text = json.dumps(first.value, sort_keys=True) if len(copies) > 1 else ""
    differing = [copy for copy in copies[1:] if json.dumps(copy.value, sort_keys=True) != text]
    problems: list[Problem] = []
    if why := check_model_id(model_id):
        message = f"the model id {model_id!r:.80} {why}"
        problems.append(first.problem("model-id", message, "model_id", "the endpoint is left out"))
    for copy in differing:
        message = f"{model_id!r:.80} is listed a second time with other contents: neither is taken"
        problems.append(copy.problem("catalogue-twice", message, "model_id", "try again later"))
    problems += _schema_problems(model_id, first)
    facts: dict[str, Any] = {}
    for key, (expected, is_right) in _FACTS.items():
        value: Any = first.value.get(key)
        wrong = [fault.message for fault in first.faults(key)]
        if not wrong and (value is None or value in ("", [])):
            continue
        if not wrong and is_right(value):
            facts[key] = value
            continue
        fault = "; ".join(wrong) or f"it is {json.dumps(value):.80}"
        message = f"{model_id!r:.80}: {key} is left out: {fault}, expected {expected}"
        problems.append(first.problem("catalogue-fact", message, key, severity="warning"))
    if has_errors(problems):
        return None, problems
    return CatalogueEntry(model_id, facts, first.value["input_schema"]), problems


def _schema_problems(model_id: str, listed: _Listed) -> Iterator[Problem]:
    schema: Any = listed.value.get("input_schema")
    faults = list(listed.faults("input_schema"))
    yield from (fault._replace(message=f"{model_id!r:.80}: {fault.message}") for fault in faults)
    if faults:
        return
    if not is_object(schema):
        shown = "missing" if schema is None else f"{json.dumps(schema):.80}, no object"
        message = f"{model_id!r:.80}: input_schema is {shown}"
        hint = "the endpoint stays as it is; ask for the schemas too: ?include_schema=true"
        yield listed.problem("catalogue-schema", message, "input_schema", hint)
        return
    at = listed.page.at + pointer_to(listed.index, "input_schema")
    for problem in shape_problems("input.json", Document("", schema)):
        message = f"{model_id!r:.80}: {problem.message}"
        yield listed.page.document.problem(
            "catalogue-schema", "error", message, at + problem.pointer
        )
    yield from _unrequired(model_id, listed, schema)


def _unrequired(model_id: str, listed: _Listed, schema: Mapping[str, Any]) -> Iterator[Problem]:
    """Compare `required` with `required_inputs`, which other clients fall back on."""
    required, named = schema.get("required", []), listed.value.get("required_inputs")
    if is_array(named) and is_array(required):
        known = {name for name in required if isinstance(name, str)}
        missing = [name for name in named if isinstance(name, str) and name not in known]
        if missing:
            message = f"{model_id!r:.80}: input_schema does not require {missing!r:.200}"
            hint = (
                "input.json stays as published; correct it in overlay.json if a request needs them"
            )
            yield listed.problem("catalogue-required", message, "required_inputs", hint, "warning")


def _unnamed(listed: _Listed) -> Problem:
    value: Any = listed.value
    key = "model_id" if is_object(value) else ""
    at = listed.page.at + pointer_to(listed.index, *([key] if key else []))
    shown = value.get("model_id") if is_object(value) else value
    wrong = [fault.message for fault in listed.faults("model_id")]
    why = "; ".join(wrong) or f"it is {json.dumps(shown):.80}, expected a text"
    message = f"an entry without a model id: {why}"
    return listed.page.document.problem("catalogue-entry", "error", message, at)


def _incomplete(page: CataloguePage, distinct: int, unnamed: int) -> Problem:
    total = "without a total" if page.total is None else f"{page.total} announced"
    doubt = f"{unnamed} of them without an id" if unnamed else total
    message = f"{counted(distinct, 'endpoint')} listed, {doubt}: no endpoint is marked as gone"
    hint = "save every page of the catalogue, with its total, or sync from its URL"
    return Problem(page.document.file, 0, 0, "catalogue-incomplete", "warning", message, "", hint)
