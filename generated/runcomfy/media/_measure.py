# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Measuring media, and holding the published rules against the measures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from .._base.text import shorten
from .._schemas.media_kinds import KINDS
from .._schemas.media_rules import COMPARISONS, QUANTITIES, FileFacts, Quantity, is_known_rule
from ._data_uri import TEXT_FORMATS, DataURI, is_data_uri, parse_data_uri
from ._implausible import implausible_media, is_blank
from ._inputs import MediaItem, Rule, media_type_of
from ._local import Medium
from ._mime import HEAD_BYTES, UNKNOWN, UnusableMediaError, as_kind, detect, fits
from ._pixels import pixels_of

_TEXT = re.compile(rb"[\t\n\r -~]*")


@dataclass(frozen=True)
class Measures:
    """The measures of one medium.

    Attributes:
        values: The measured values by the names of their quantities.
        reason: Why the other values are missing.
    """

    values: Mapping[str, float] = field(default_factory=dict[str, float])
    reason: str = ""

    @classmethod
    def of(cls, size: int, pixels: tuple[int, int] | None = None, reason: str = "") -> Measures:
        """Compute what can be computed from the size in bytes and from (width, height)."""
        facts = FileFacts(size, *(pixels or (0, 0)))
        values = {
            name: quantity.measure(facts)
            for name, quantity in QUANTITIES.items()
            if pixels or not quantity.needs_pixels
        }
        return cls(values, reason)


def measure_medium(item: MediaItem, medium: Medium) -> Measures:
    """Return the measures of local media. Raises UnusableMediaError if it cannot be sent at all."""
    media_type = media_type_of(medium, item.kind)
    if media_type == UNKNOWN:
        raise UnusableMediaError(
            f"the content must be {KINDS[item.kind].phrase} in a known format; to send another format, pass "
            f'runcomfy.media.to_data_uri(content, "{item.kind}", media_type="{KINDS[item.kind].type_prefix}...")'
        )
    if not fits(media_type, item.kind):
        raise UnusableMediaError(f"the content is {media_type}, expected {KINDS[item.kind].phrase}")
    if not needs_pixels(item):
        return Measures.of(medium.size)
    with medium.open() as file:
        return _with_pixels(medium.size, file)


def check_text(item: MediaItem, text: str) -> None:
    """Raise UnusableMediaError for a text that is certainly not what is meant as media."""
    if not item.optional and is_blank(text):
        raise UnusableMediaError(f"is blank; expected {KINDS[item.kind].phrase}")
    if is_data_uri(text):
        check_data_uri(item, parse_data_uri(text))
    elif advice := implausible_media(text, may_be_name=item.may_be_name):
        raise UnusableMediaError(f"{shorten(text, 80)!r} {advice}")


def check_data_uri(item: MediaItem, uri: DataURI) -> None:
    """Raise UnusableMediaError for a data URI that holds something else than the field takes."""
    content = uri.decode(HEAD_BYTES)
    detected = detect(content, "", item.kind)
    if detected != UNKNOWN and not fits(detected, item.kind):
        raise UnusableMediaError(
            f"the data URI holds {detected}, expected {KINDS[item.kind].phrase}"
        )
    if fits(as_kind(uri.media_type, item.kind), item.kind):
        if (
            detected == UNKNOWN
            and not uri.is_base64
            and _is_text_for_binary(uri.media_type, content)
        ):
            raise UnusableMediaError(
                f"the data URI has no ;base64, and its content is text, not {uri.media_type}: "
                f"write data:{uri.media_type};base64,<content>"
            )
        return
    if uri.media_type != UNKNOWN or detected == UNKNOWN:
        raise UnusableMediaError(
            f"the data URI says {shorten(uri.media_type, 60)}, "
            f"expected {KINDS[item.kind].phrase}: data:{KINDS[item.kind].type_prefix}<format>;base64,"
        )


def _is_text_for_binary(media_type: str, content: bytes) -> bool:
    return re.search(TEXT_FORMATS, media_type) is None and _TEXT.fullmatch(content) is not None


def measure_data_uri(item: MediaItem, uri: DataURI) -> Measures:
    """Return the measures of a data URI; it is decoded only if a rule is about pixels.

    Raises UnusableMediaError if it holds something else than the field takes.
    """
    check_data_uri(item, uri)
    if not needs_pixels(item):
        return Measures.of(uri.size)
    return _with_pixels(uri.size, io.BytesIO(uri.decode()))


def needs_size(item: MediaItem) -> bool:
    """Return whether a rule is about something that the size alone tells."""
    return any(not quantity.needs_pixels for quantity in _limited(item))


def needs_pixels(item: MediaItem) -> bool:
    """Return whether a rule is about the width or the height of a medium that has them."""
    return KINDS[item.kind].has_pixels and any(quantity.needs_pixels for quantity in _limited(item))


def _limited(item: MediaItem) -> Iterator[Quantity]:
    """Yield the quantities that its rules limit."""
    for rule in item.rules:
        name, _ = rule.parsed
        if name in QUANTITIES:
            yield QUANTITIES[name]


def violations(rules: Sequence[Rule], measures: Measures, *, strict: bool) -> Iterator[str]:
    """Yield a message for each rule that is broken; strict: also for each that was not checked."""
    for rule in rules:
        name, _ = rule.parsed
        known = is_known_rule(rule.rule)
        if known and name in measures.values:
            if not rule.allows(measures.values[name]):
                yield _violation(rule, measures.values[name])
        elif strict:
            reason = measures.reason if known else "this SDK does not know the rule"
            yield f"could not be checked: {reason} ({_published(rule)})"


def _violation(rule: Rule, value: float) -> str:
    name, comparison = rule.parsed
    quantity, demand = QUANTITIES[name], COMPARISONS[comparison].demand
    limit = f"{rule.value:.12g}{quantity.unit}"
    return f"{quantity.subject} {quantity.shown(value)}, {demand} {limit} ({_published(rule)})"


def _published(rule: Rule) -> str:
    text = " ".join(rule.message.split())
    vendor_text = f'; the vendor\'s text says: "{text}"' if text else ""
    return f"published rule {rule.rule} {rule.value:.12g}{vendor_text}"


def _with_pixels(size: int, file: BinaryIO) -> Measures:
    try:
        return Measures.of(size, pixels_of(file))
    except UnusableMediaError as error:  # it can be sent, although nobody here can measure it
        return Measures.of(size, reason=str(error))
