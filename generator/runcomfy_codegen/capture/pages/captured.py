"""Read the captured files of an endpoint from its saved API page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...names.model_ids import check_model_id
from ...schemas.shape import is_input_schema, is_output_schema, shape_problems
from ...text.documents import Document, dumps
from ...text.problems import Problem, Severity, has_errors
from .blocks import Block, find_blocks
from .curl import SubmitUrl, has_long_dashes, is_body_of, submit_urls
from .page import PageText, open_page

_MOST = 10  # broken blocks and places that a report names; a real page has fewer
_ONE_PAGE = "one page is one endpoint: save each page to a file of its own"
_SAVE_AGAIN = "save the whole page again, as it is, when it has loaded"


@dataclass(frozen=True)
class CapturedEndpoint:
    """An endpoint as a page publishes it: the contents of its three files."""

    model_id: str
    endpoint: dict[str, Any]
    input: dict[str, Any]
    output: dict[str, Any]


@dataclass(frozen=True)
class _PagePart:
    """A part that every page has, once or in equal copies.

    Attributes:
        called: What reports call it.
        looks_like: How it is recognised.
        differing: The severity of copies that are not equal.
        hint: What to do about them.
    """

    called: str
    looks_like: str
    differing: Severity = "error"
    hint: str = _ONE_PAGE


_PARTS = {
    "submit": _PagePart(
        "curl command that submits a request",
        "--url https://<host>/v1/models/<model id> and, after it, --data '{...}'",
        differing="warning",  # two examples can both be right
        hint="only the first one is used",
    ),
    "input-schema": _PagePart(
        "input schema", '{"type": "object", "properties": {...}} outside any other JSON'
    ),
    "output-schema": _PagePart("output schema", '{"output": {"type": "object", ...}}'),
}
_FILES = {"input-schema": "input.json", "output-schema": "output.json"}


@dataclass
class _Contents:
    """The JSON objects of a page by the part they are, in order. submits: the URLs of the bodies."""

    urls: list[SubmitUrl]
    parts: dict[str, list[Block]] = field(default_factory=lambda: {name: [] for name in _PARTS})
    submits: list[SubmitUrl] = field(default_factory=list[SubmitUrl])
    broken: list[tuple[str, Block]] = field(default_factory=list[tuple[str, Block]])
    seen: list[int] = field(default_factory=list[int])


def read_page(text: str, name: str) -> tuple[CapturedEndpoint | None, list[Problem]]:
    """Return the endpoint of a page and everything that is wrong with the page.

    Args:
        text: The page, plain text or HTML.
        name: What reports call the file.

    Returns:
        The endpoint, or None if there is an error; and the problems.
    """
    page = open_page(text, name)
    contents = _sort(page.text)
    problems = [*_missing(page, contents), *_broken(page, contents), *_differing(page, contents)]
    problems += [*_bad_ids(page, contents), *_bad_shapes(page, contents)]
    if has_errors(problems):
        return None, problems
    example, input_schema, output_schema = (
        blocks[0].value or {} for blocks in contents.parts.values()
    )
    model_id = contents.submits[0].model_id
    endpoint = {"model_id": model_id, "example": example, "source": "page"}
    return CapturedEndpoint(model_id, endpoint, input_schema, output_schema), problems


def _sort(text: str) -> _Contents:
    contents = _Contents(urls=list(submit_urls(text)))
    urls = contents.urls
    next_url = 0
    for block in find_blocks(text):
        submit = None
        while next_url < len(urls) and urls[next_url].offset < block.start:
            submit = urls[next_url]
            next_url += 1
        if submit and not is_body_of(submit, text, block.start):
            submit = None
        contents.seen.append(block.start)
        if block.value is None:
            contents.broken.append(("submit" if submit else "", block))
        elif submit:
            contents.submits.append(submit)
            contents.parts["submit"].append(block)
        elif is_input_schema(block.value):
            contents.parts["input-schema"].append(block)
        elif is_output_schema(block.value):
            contents.parts["output-schema"].append(block)
    return contents


def _missing(page: PageText, contents: _Contents) -> Iterator[Problem]:
    for name, part in _PARTS.items():
        if contents.parts[name] or name in [called for called, _ in contents.broken]:
            continue
        start = contents.seen[0] if contents.seen else 0
        lines = ", ".join(str(page.locate(offset)[0]) for offset in contents.seen[:_MOST])
        more = ", ..." if len(contents.seen) > _MOST else ""
        where = (
            f"the JSON objects in lines {lines}{more}"
            if lines
            else "the page, which has no JSON object,"
        )
        hint = _SAVE_AGAIN
        if name == "submit" and contents.urls:
            start = contents.urls[0].offset
            where = f"what follows the --url in line {page.locate(start)[0]}"
        elif name == "submit" and has_long_dashes(page.text):
            hint = "a word processor made dashes of the two hyphens of options: save the page again"
        message = f"no {part.called}: looked for {part.looks_like} in {where}"
        yield _at(page, start, f"page-no-{name}", message, hint)


def _broken(page: PageText, contents: _Contents) -> Iterator[Problem]:
    # Prose may hold what only looks like JSON: it counts when something that must be there is not.
    complete = all(contents.parts.values())
    blocks = [(name, block) for name, block in contents.broken if name or not complete]
    for name, block in blocks[:_MOST]:
        called = "the --data of the curl command" if name else "a JSON object"
        line, column = page.locate(block.start)
        for fault in block.faults()[:_MOST]:
            message = f"{called} that begins at {line}:{column} is broken: {fault.message}"
            shown = fault._replace(message=message, hint=fault.hint or _SAVE_AGAIN)
            yield shown.problem(page.name, *page.locate(fault.offset))


def _differing(page: PageText, contents: _Contents) -> Iterator[Problem]:
    for name, part in _PARTS.items():
        copies: dict[str, Block] = {}
        for block in contents.parts[name]:
            copies.setdefault(dumps(block.value), block)
        for block in list(copies.values())[1:_MOST]:
            line, _ = page.locate(contents.parts[name][0].start)
            message = f"a second {part.called}, not equal to that in line {line}"
            yield _at(page, block.start, f"page-two-{name}s", message, part.hint, part.differing)


def _bad_ids(page: PageText, contents: _Contents) -> Iterator[Problem]:
    urls: dict[str, SubmitUrl] = {}
    for url in contents.submits:
        urls.setdefault(url.model_id, url)
    for url in list(urls.values())[1:_MOST]:
        message = f"a second model id, {url.model_id!r} after {contents.submits[0].model_id!r}"
        yield _at(page, url.offset, "page-two-ids", message, _ONE_PAGE)
    for url in list(urls.values())[:_MOST]:
        if why := check_model_id(url.model_id):
            message = f"the model id {url.model_id!r} {why}"
            hint = "the id is what follows /v1/models/ in the --url line: see what became of it"
            yield _at(page, url.offset, "model-id", message, hint)


def _bad_shapes(page: PageText, contents: _Contents) -> Iterator[Problem]:
    for name, file in _FILES.items():
        for block in contents.parts[name][:1]:
            line, column = page.locate(block.start)
            for problem in shape_problems(file, Document(page.name, block.value)):
                yield problem._replace(line=line, column=column)


def _at(
    page: PageText, offset: int, rule: str, message: str, hint: str, severity: Severity = "error"
) -> Problem:
    return Problem(page.name, *page.locate(offset), rule, severity, message, "", hint)
