"""Read replies of the catalogue as pages: a served reply, or any form in which replies were saved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ...text.documents import Document, parse_around, pointer_to, to_text
from ...text.json_types import is_array, is_object
from ...text.problems import Problem

_FORMS = (
    'expected a reply of GET /v1/models?include_schema=true ({"models": [...], "total": ...}), '
    "a JSON array of such replies, or one of their entries"
)


@dataclass(frozen=True)
class CataloguePage:
    """A page of the catalogue, with its entries as they came.

    Attributes:
        document: The reply, or the file with several replies.
        at: JSON pointer to the list of entries.
        entries: The entries.
        total: The number of entries on all pages, or None if the reply does not say.
        faults: Faults in the JSON of an entry that a parser can pass, by the entry's index.
    """

    document: Document
    at: str
    entries: list[Any]
    total: int | None
    faults: dict[int, list[Problem]] = field(default_factory=dict[int, list[Problem]])

    def model_id(self, index: int) -> str | None:
        """Return the id of an entry, or None."""
        entry, at = self.entries[index], self.at + pointer_to(index, "model_id")
        model_id: Any = entry.get("model_id") if is_object(entry) else None
        spoiled = any(fault.pointer == at for fault in self.faults.get(index, ()))
        return model_id if isinstance(model_id, str) and not spoiled else None


def parse_pages(content: bytes, name: str) -> tuple[list[CataloguePage], list[Problem]]:
    """Return the pages in one reply or file, or its problems, which call it `name`."""
    document, faults = read_around(content, name)
    if document is None:
        return [], faults
    pages, problems = _pages(document)
    if problems or not _assign(faults, pages):
        return [], [*faults, *problems]
    return pages, []


def read_around(content: bytes, name: str) -> tuple[Document | None, list[Problem]]:
    """Return a reply with its faults: one in an entry, such as a byte that is not UTF-8, spoils no other."""
    text, not_text = to_text(content, name)
    if text is not None:
        return parse_around(text, name)
    document, faults = parse_around(content.decode(errors="surrogateescape"), name)
    return document, faults if document else not_text


def contradiction(pages: Sequence[CataloguePage], distinct: int) -> Problem | None:
    """Return how the pages of one catalogue contradict each other; None if they do not.

    Args:
        pages: The pages that were read so far.
        distinct: The number of different entries on them.
    """
    totals = {page.total: page for page in pages if page.total is not None}
    last = pages[-1]
    if not distinct:
        return _problem(last, "it lists no endpoint at all", _FORMS)
    if len(totals) > 1:
        shown = " and then ".join(map(str, totals))
        message = f"the catalogue changed while it was read: it held {shown} endpoints"
        return _problem(last, message, "try again")
    if any(distinct > total for total in totals):
        message = f"it says that it holds {next(iter(totals))} endpoints, and lists {distinct}"
        return _problem(last, message, "")
    return None


def _pages(document: Document) -> tuple[list[CataloguePage], list[Problem]]:
    value: Any = document.value
    if is_array(value) and not any(is_object(page) and "models" in page for page in value):
        return [CataloguePage(document, "", value, None)], []
    replies: list[tuple[str, Any]] = [("", value)]
    if is_array(value):
        replies = [(pointer_to(index), page) for index, page in enumerate(value)]
    problems: list[Problem] = []
    pages: list[CataloguePage] = []
    for at, reply in replies:
        if not is_object(reply) or not is_array(reply.get("models")):
            problems.append(_unreadable(document, "must be a page of the catalogue", at, _FORMS))
            continue
        total: Any = reply.get("total")
        if total is not None and (not isinstance(total, int) or isinstance(total, bool)):
            message = f"total must be the number of endpoints; got {json.dumps(total):.80}"
            problems.append(_unreadable(document, message, at + pointer_to("total")))
            continue
        pages.append(CataloguePage(document, at + pointer_to("models"), reply["models"], total))
    return pages, problems


def _assign(faults: list[Problem], pages: list[CataloguePage]) -> bool:
    """Give each fault to its entry; False if one is outside all entries."""
    for fault in faults:
        page = next(
            (candidate for candidate in pages if fault.pointer.startswith(candidate.at + "/")), None
        )
        if page is None:
            return False
        index = fault.pointer[len(page.at) + 1 :].partition("/")[0]
        page.faults.setdefault(int(index), []).append(fault)
    return True


def _unreadable(document: Document, message: str, at: str, hint: str = "") -> Problem:
    return document.problem("catalogue-page", "error", message, at, hint)


def _problem(page: CataloguePage, message: str, hint: str) -> Problem:
    # The problem is about the reply as a whole, so it has no line.
    return Problem(page.document.file, 0, 0, "catalogue-paging", "error", message, "", hint)
