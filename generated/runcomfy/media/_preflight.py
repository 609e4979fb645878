# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Checks of a request's media before anything is paid for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from .._base.text import shorten
from .._transport.effects import Flow, Work
from .._transport.reach import Reach
from .._transport.retry import Deadline
from ..errors import FieldProblem, InvalidRequestError
from ._contents import as_checked_here
from ._data_uri import is_data_uri, parse_data_uri
from ._inputs import MediaItem
from ._local import MAX_BODY_BYTES, MB, Medium, UnreadableMedia, name_of, read_medium
from ._measure import (
    Measures,
    check_text,
    measure_data_uri,
    measure_medium,
    needs_size,
    violations,
)
from ._mime import UnusableMediaError
from ._url_size import NotMeasuredError, url_size

PreflightMode = Literal["strict", "auto", "local", "off"]

URL_BUDGET = 15.0  # seconds for all URLs of one request together
_LONG_TEXT = 2**20  # characters of a data URI that is checked aside
_UNMEASURED_URL = Measures(reason="only the size of a URL is measured")

logger = logging.getLogger("runcomfy")


@dataclass(frozen=True)
class UrlAccess:
    """The way in which the URLs of a request may be measured.

    Attributes:
        allow_private: Whether URLs may lead to this machine and its network.
        patience: Seconds for all URLs together.
        reach: What is known of the hosts of URLs.
    """

    allow_private: bool = False
    patience: float = URL_BUDGET
    reach: Reach = field(default_factory=Reach)


def preflight(
    items: Sequence[MediaItem],
    *,
    mode: PreflightMode,
    model_id: str | None,
    urls: UrlAccess = UrlAccess(),
    inline: bool = True,
) -> Flow[None]:
    """Check the media of a request before it is sent.

    Args:
        items: The media.
        mode: "strict" also refuses what cannot be measured, "local" asks no server, "off" checks nothing.
        model_id: The model, for the error.
        urls: How URLs may be measured.
        inline: Whether local media is sent in the body, whose size is limited.

    Raises:
        InvalidRequestError: If a medium breaks a rule; it lists every violation.
    """
    if mode == "off":
        return
    problems: list[FieldProblem] = []
    survey = _Survey(urls, Deadline(min(urls.patience, URL_BUDGET)), model_id)
    for item in items:
        try:
            measures = yield from _measure(item, survey, asks=mode != "local")
        except UnusableMediaError as error:
            problems.append(FieldProblem(item.field, str(error)))
            continue
        texts = violations(item.rules, measures, strict=mode == "strict")
        problems += [FieldProblem(item.field, text) for text in texts]
    if inline:
        problems += check_inline_size(items)
    if problems:
        raise InvalidRequestError.from_problems(problems, model_id)


def _measure(item: MediaItem, survey: _Survey, *, asks: bool) -> Flow[Measures]:
    """Measure a medium. asks: Whether servers are asked for the sizes of URLs."""
    if not isinstance(item.value, str):
        return _measure_here(item)
    if _is_web_url(item.value):
        check_text(item, item.value)
        return (yield from survey.measure(item.value, asks=asks and needs_size(item)))
    if len(item.value) > _LONG_TEXT:
        measures: Measures = yield Work(partial(_measure_here, item))
        return measures
    return _measure_here(item)


def local_problems(
    items: Sequence[MediaItem], mode: PreflightMode, *, inline: bool
) -> tuple[FieldProblem, ...]:
    """Return what `preflight` finds without asking a server. inline: whether media is sent as data URIs."""
    flow = preflight(
        as_checked_here(items),
        mode="off" if mode == "off" else "local",
        model_id=None,
        inline=inline,
    )
    try:
        _run_here(flow)
    except InvalidRequestError as error:
        return error.problems
    return ()


def _run_here(flow: Flow[None]) -> None:
    """Run a flow that asks no server."""
    step: Callable[[Any], Any] = flow.send
    value: Any = None
    while True:
        try:
            effect = step(value)
        except StopIteration:
            return
        assert isinstance(effect, Work), "a local preflight sends no request"
        try:
            step, value = flow.send, effect.function()
        except UnusableMediaError as error:
            step, value = flow.throw, error


def check_inline_size(items: Sequence[MediaItem]) -> list[FieldProblem]:
    """Return a problem at the biggest medium if all media exceed `MAX_BODY_BYTES` once encoded."""
    sizes = [(_inlined(item), item) for item in items]
    total = sum(size for size, _ in sizes)
    if total <= MAX_BODY_BYTES:
        return []
    size, item = max(sizes, key=lambda pair: pair[0])
    name = "" if isinstance(item.value, str) else name_of(item.value)
    return [
        FieldProblem(
            item.field,
            f"the request's media is {total / MB:.1f} MB in the request body, at most "
            f"{MAX_BODY_BYTES // MB} MB can be sent; the biggest is {name or 'this one'} with "
            f"{size / MB:.1f} MB once encoded: pass a URL instead",
        )
    ]


def _inlined(item: MediaItem) -> int:
    """Bytes that a medium takes in the body; 0 where that is nothing to speak of."""
    if isinstance(item.value, str):
        return len(item.value)
    if isinstance(item.value, Medium):
        return (item.value.size + 2) // 3 * 4  # base64
    return 0  # not readable, which its measurement says


def _measure_here(item: MediaItem) -> Measures:
    """Measures of anything but a URL. Raises UnusableMediaError."""
    value = item.value
    if isinstance(value, UnreadableMedia):
        raise UnusableMediaError(value.reason)
    if not isinstance(value, str):
        medium = value if isinstance(value, Medium) else read_medium(value, facts_only=True)
        return measure_medium(item, medium)
    if is_data_uri(value):
        return measure_data_uri(item, parse_data_uri(value))
    if _names_local_file(value):
        raise UnusableMediaError(
            f"{value!r} is a file on this machine, but a string is sent as it is given "
            f"(a URL or a data URI); to send the file, pass Path({value!r}), "
            'or {"$file": ...} in JSON Lines'
        )
    check_text(item, value)
    return Measures(reason="it is neither an http(s) URL nor a data URI")


@dataclass(frozen=True)
class _Survey:
    """The measuring of the URLs of one request. A URL that is passed twice is asked for once."""

    access: UrlAccess
    deadline: Deadline
    model_id: str | None
    known: dict[str, Measures] = field(default_factory=dict[str, Measures])

    def measure(self, url: str, *, asks: bool) -> Flow[Measures]:
        """Return what is known of a URL, after its server was asked if that is wanted."""
        if url not in self.known and asks:
            self.known[url] = yield from self._ask(url)
        return self.known.get(url, _UNMEASURED_URL)

    def _ask(self, url: str) -> Flow[Measures]:
        allow_private, reach = self.access.allow_private, self.access.reach
        try:
            size = yield from url_size(
                url, deadline=self.deadline, allow_private=allow_private, reach=reach
            )
        except NotMeasuredError as error:
            host = shorten(url.partition("://")[2].partition("/")[0].rpartition("@")[2], 80)
            logger.info("%s: a URL at %s is not measured: %s", self.model_id, host, error)
            return Measures(reason=str(error))
        return Measures.of(size, reason=_UNMEASURED_URL.reason)


def _is_web_url(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))


def _names_local_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a path, a NUL
        return False
