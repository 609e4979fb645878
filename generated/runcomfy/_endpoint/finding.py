# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Find endpoints by what they take, give and cost, from what was published with this SDK."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from .._base.brief import brief
from .._base.json_values import as_array, as_object, is_object
from .._schemas.registry import corrected_input, model_ids, published
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from .._schemas.media_kinds import MediaKind

_TEXTS = ("model_id", "display_name", "description")
_UNREAD = frozenset({"$ref", "$defs", "definitions", "allOf", "anyOf", "oneOf"})
_BRANCHES = ("anyOf", "oneOf")
_MOST_LEVELS = 20  # schemas in schemas


@dataclass(frozen=True)
class EndpointFacts:
    """The facts of an endpoint that can be asked for without loading its module.

    Attributes:
        text: Its id, name, description and categories, in lower case.
        tasks: Its categories, else the task that its id names, in lower case.
        takes: The kinds of media that it takes, and the names of its parameters.
        gives: The kind of media that it makes, as far as category and id tell.
        usd: The estimated US dollars of a call with the published defaults; None if not known.
    """

    text: str
    tasks: frozenset[str]
    takes: frozenset[str]
    gives: MediaKind
    usd: float | None


def list_endpoints(
    *,
    search: str = "",
    task: str = "",
    takes: str | Iterable[str] = (),
    gives: str = "",
    max_usd: float | None = None,
) -> tuple[str, ...]:
    """Return the model ids of the endpoints in this SDK, sorted. Sends nothing.

    Without arguments, all are returned. With several, those that match all of them.

    Args:
        search: Words that the id, name, description or categories have, in any letter case.
        task: A category, such as "text-to-image". A model without one has the task that its id names.
        takes: Kinds of media ("image", "video", "audio") or names of parameters that an endpoint takes;
            one or several.
        gives: The kind of media that an endpoint makes. It follows from its category, else from its id.
        max_usd: The most that a call with the published defaults may cost in US dollars, by its published
            price. An endpoint whose cost is not known beforehand is left out.

    Raises:
        ConfigurationError: If an argument is wrong.
    """
    words = _text("search", search).lower().split()
    wanted = frozenset(_names(takes))
    tasks = {_text("task", task).strip().lower()} - {""}
    kinds = _kinds(gives)
    limit = None if max_usd is None else _dollars(max_usd)
    if not (words or wanted or tasks or kinds or limit is not None):
        return model_ids()

    def matches(model_id: str) -> bool:
        facts = facts_of(model_id)
        if limit is not None and (facts.usd is None or facts.usd > limit):
            return False
        is_wanted = tasks <= facts.tasks and wanted <= facts.takes and kinds <= {facts.gives}
        return is_wanted and all(word in facts.text for word in words)

    return tuple(filter(matches, model_ids()))


@functools.cache
def facts_of(model_id: str) -> EndpointFacts:
    """Return what can be asked of an endpoint of this SDK."""
    return facts_from(model_id, published(model_id), corrected_input(model_id))


def facts_from(
    model_id: str, entry: Mapping[str, Any], input_schema: Mapping[str, Any]
) -> EndpointFacts:
    """Read what can be asked of an endpoint.

    Args:
        model_id: The endpoint.
        entry: What the catalogue says about it.
        input_schema: Its input schema, with the corrections of the overlay.
    """
    from .._api.costs.price import price_of
    from .._schemas.output_kinds import output_kind
    from .._schemas.tasks import tasks_of

    properties = as_object(_whole(input_schema).get("properties"))
    categories = [name for name in as_array(entry.get("categories")) if isinstance(name, str)]
    texts = [str(entry[name]) for name in _TEXTS if entry.get(name)]
    kinds = chain.from_iterable(_media_in(name, child) for name, child in properties.items())
    return EndpointFacts(
        text="\n".join([*texts, *categories]).lower(),
        tasks=frozenset(task.lower() for task in tasks_of(model_id, categories)),
        takes=frozenset([*kinds, *properties]),
        gives=output_kind(model_id, categories, properties),
        usd=price_of(entry).of({}),
    )


def _whole(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema without references. Published ones rarely have any."""
    if _UNREAD.isdisjoint(schema):
        return schema
    from .._schemas.normal import normal_form

    return normal_form(schema).document


def _media_in(name: str, schema: object, about: str = "", level: int = 0) -> Iterator[MediaKind]:
    """Yield the kinds of media in a property, and in the objects and lists inside it."""
    from .._schemas.media import media_kind

    if not is_object(schema) or level > _MOST_LEVELS:
        return
    description = schema.get("description")
    about = description if isinstance(description, str) else about
    kind = media_kind(name, schema, about)
    if kind:
        yield kind
        return
    for child_name, child in as_object(schema.get("properties")).items():
        yield from _media_in(child_name, child, "", level + 1)
    branches = chain.from_iterable(as_array(schema.get(keyword)) for keyword in _BRANCHES)
    for branch in (schema.get("items"), *branches):
        yield from _media_in(name, branch, about, level + 1)


def _text(parameter: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise ConfigurationError(f"must be a text; got {brief(value)}", parameter=parameter)


def _names(takes: object) -> Iterator[str]:
    if isinstance(takes, str):
        yield takes
        return
    if not isinstance(takes, Iterable):
        raise ConfigurationError(
            f"must be a text, or several; got {brief(takes)}", parameter="takes"
        )
    for name in cast("Iterable[object]", takes):
        yield _text("takes", name)


def _kinds(gives: object) -> set[str]:
    kind = _text("gives", gives)
    if not kind:
        return set()
    from .._schemas.media_kinds import KINDS

    if kind not in KINDS:
        names = ", ".join(map(repr, KINDS))
        raise ConfigurationError(f"must be one of {names}; got {brief(kind)}", parameter="gives")
    return {kind}


def _dollars(value: object) -> float:
    from .._validation.given import check_dollars

    return check_dollars("max_usd", value)
