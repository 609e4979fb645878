"""The model id and the facts in endpoint.json."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ..dialect import words as dialect
from ..dialect.outputs import output_schema
from ..runtime._schemas.media_kinds import KINDS
from ..schemas.folder import EndpointSource
from ..text.json_types import is_array, is_number, is_object
from .rule import LintFinding, endpoint_rule


@endpoint_rule(
    id="endpoint-gone",
    severity="note",
    what="an endpoint that the catalogue no longer lists",
    why="`sync` marks it, and `sync --prune` deletes it",
)
def endpoint_gone(source: EndpointSource) -> Iterator[LintFinding]:
    if source.endpoint.value.get("gone"):
        yield LintFinding("gone from the catalogue", "/gone", "sync --prune deletes it")


@endpoint_rule(
    id="id-spaces", severity="note", what="spaces in a model id", why="each must be percent-encoded"
)
def id_spaces(source: EndpointSource) -> Iterator[LintFinding]:
    if " " in source.model_id:
        yield LintFinding(f"{source.model_id!r} has spaces", "/model_id", "encoded in the URL")


@endpoint_rule(
    id="id-capitals",
    severity="note",
    what="capitals in a model id",
    why="ids that differ only in case cannot both be kept on every disk",
)
def id_capitals(source: EndpointSource) -> Iterator[LintFinding]:
    if source.model_id != source.model_id.lower():
        yield LintFinding(f"{source.model_id!r} has capitals", "/model_id", "lower case in Python")


@endpoint_rule(
    id="id-doubled",
    severity="note",
    what="the same segment twice in a row in a model id",
    why="such ids exist; the Python path keeps both",
)
def id_doubled(source: EndpointSource) -> Iterator[LintFinding]:
    segments = source.model_id.lower().split("/")
    for segment in (first for first, second in pairwise(segments) if first == second):
        yield LintFinding(
            f"{segment!r} occurs twice in a row", "/model_id", "kept in the Python path"
        )


@endpoint_rule(
    id="kind-unknown",
    severity="note",
    what="an unknown kind of endpoint",
    why="the list of kinds is open",
)
def kind_unknown(source: EndpointSource) -> Iterator[LintFinding]:
    kind = source.endpoint.value.get("kind")
    if kind is not None and not (isinstance(kind, str) and kind in dialect.KINDS):
        yield LintFinding(
            f"unknown kind {kind!r}", "/kind", f"known: {', '.join(sorted(dialect.KINDS))}"
        )


@endpoint_rule(
    id="price-missing",
    severity="note",
    what="an endpoint of the catalogue without a price",
    why="a missing price is unknown, never free",
)
def price_missing(source: EndpointSource) -> Iterator[LintFinding]:
    info = source.endpoint.value
    if info.get("source") == "catalogue" and "base_price_usd" not in info:
        yield LintFinding("no base_price_usd", "", "the price is unknown, not 0")


@endpoint_rule(
    id="price-odd",
    severity="warning",
    what="a price that is not an amount, or has no unit",
    why="a price must be a finite number, 0 or more, with a price_unit",
)
def price_odd(source: EndpointSource) -> Iterator[LintFinding]:
    info = source.endpoint.value
    if "base_price_usd" not in info:
        if "price_unit" in info:
            yield LintFinding(
                "price_unit without base_price_usd", "/price_unit", "the price is unknown"
            )
        return
    price, unit = info["base_price_usd"], info.get("price_unit")
    if not is_number(price) or not dialect.is_float(price) or price < 0:
        yield LintFinding(f"base_price_usd is {price!r}", "/base_price_usd", "the price is unknown")
    elif not isinstance(unit, str) or not unit.strip():
        message = f"base_price_usd is {price!r} without a price_unit"
        yield LintFinding(message, "/base_price_usd", "set a price_unit, such as second")


@endpoint_rule(
    id="output-kind",
    severity="note",
    what="an output schema without the kind of media that the categories promise",
    why="a category such as text-to-audio ends with the kind; the generic output schema has no audio",
)
def output_kind(source: EndpointSource) -> Iterator[LintFinding]:
    categories: Any = source.endpoint.value.get("categories")
    schema, at = output_schema(source.output.value)
    properties = schema.get("properties")
    if not is_array(categories) or not is_object(properties):
        return
    kinds = {category.rpartition("-")[2] for category in categories if isinstance(category, str)}
    for kind in KINDS.values():
        if kind.name in kinds and not set(kind.output_keys) & properties.keys():
            hint = "replies may hold it all the same"
            yield LintFinding(
                f"no {kind.name} in the output schema", f"{at}/properties", hint, source.output
            )
