"""Render the compact page of each model, and `docs/llms.txt`, for language models that read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..dialect.model_facts import ModelFacts, facts_of
from ..emit.docs import demand_sentences
from ..emit.templates import render
from ..ir.model import Endpoint, Field
from ..names.tree import Namespace
from ..schemas.folder import EndpointSource
from ..text.markdown import code, prose
from ..text.problems import Problem
from ..text.untrusted import Untrusted
from .pages import by_provider, doubted_defaults, findings_for_users
from .parameters import allowed_values, server_default, type_in_words

MOST_BYTES = 2048
_FOLDER = "llms"


class _Room(NamedTuple):
    """The room for each parameter.

    Attributes:
        text: The characters of a description.
        choices: The listed choices.
        findings: The findings of lint.
        parameters: The parameters with a line of their own.
    """

    text: int
    choices: int
    findings: int
    parameters: int


# From generous to terse; the first that fits is taken.
_ROOMS = (
    _Room(200, 60, 8, 100),
    _Room(100, 30, 5, 100),
    _Room(50, 12, 3, 100),
    _Room(0, 8, 2, 100),
    _Room(0, 4, 1, 24),
    _Room(0, 3, 1, 12),
    _Room(0, 2, 0, 5),
)


def compact_path(parts: Sequence[str]) -> str:
    """Return the path of an endpoint's compact page."""
    return f"docs/{_FOLDER}/{'/'.join(parts)}.md"


def compact_page(endpoint: Endpoint, source: EndpointSource, findings: Iterable[Problem]) -> str:
    """Return the compact page of an endpoint: what a call takes and costs, and what is unclear.

    Args:
        endpoint: The endpoint.
        source: Its files, with the overlay applied.
        findings: The findings of lint.
    """
    problems = list(findings)
    text = ""
    for room in _ROOMS:
        text = _page(endpoint, source, problems, room)
        if len(text.encode()) <= MOST_BYTES:
            break
    return text


def llms_page(tree: Namespace, facts: Mapping[str, ModelFacts], package: str) -> str:
    """Return the list of all compact pages, with the facts of those endpoints that can be read."""
    providers = by_provider(tree, lambda node: _entry(node, facts.get(node.model_id)))
    return render("docs/llms.txt.jinja", package=package, providers=providers)


def _page(endpoint: Endpoint, source: EndpointSource, problems: list[Problem], room: _Room) -> str:
    facts = facts_of(source)
    fields = endpoint.request.fields
    doubted = doubted_defaults(problems, source.input, fields)
    findings = list(findings_for_users(problems))
    names = [field.name if field.required else f"{field.name}=" for field in fields]
    most = room.parameters
    return render(
        "docs/llms/endpoint.md.jinja",
        facts=facts,
        model_id=Untrusted(facts.model_id),
        about=Untrusted(
            textwrap.shorten(facts.description, room.text * 2 or 80, placeholder=" ...")
        ),
        tasks=[Untrusted(task) for task in facts.tasks],
        price=Untrusted(facts.price),
        note=Untrusted(textwrap.shorten(facts.pricing_note, 200, placeholder=" ...")),
        signature=f"client.{endpoint.attribute_path}.run({', '.join(names[: most * 2])})",
        parameters=[_line(field, room, field.wire in doubted) for field in fields[:most]],
        more=max(0, len(fields) - most),
        demands=[Untrusted(sentence) for sentence in demand_sentences(endpoint.request)],
        nested=[
            (cls.class_name, [code(field.wire) for field in cls.fields[:most]])
            for cls in reversed(endpoint.nested)
        ][:most],
        findings=findings[: room.findings],
        page=f"{'../' * (endpoint.attribute_path.count('.') + 1)}"
        f"{endpoint.attribute_path.replace('.', '/')}.md",
    )


def _line(field: Field, room: _Room, doubted: bool) -> str:
    """Return one parameter, in Markdown."""
    facts = [type_in_words(field)]
    facts += ["required"] if field.required else []
    facts += ["deprecated"] if field.deprecated else []
    facts += allowed_values(field, room.choices)
    default = server_default(field)
    if default:
        facts.append(f"server default {default}{' (unclear)' if doubted else ''}")
    sent = f" (sent as {code(field.wire)})" if field.name != field.wire else ""
    description = field.description or ("" if _is_name(field) else field.title)
    text = textwrap.shorten(description, room.text, placeholder=" ...") if room.text else ""
    about = f" {prose(text)}" if text else ""
    return f"{code(field.name)}{sent}: {'; '.join(facts)}.{about}"


def _is_name(field: Field) -> bool:
    """Tell whether the title only repeats the name."""
    return field.title.casefold().replace(" ", "_") == field.name.casefold()


def _entry(node: Namespace, facts: ModelFacts | None) -> dict[str, Any]:
    parts = list(_facts(facts)) if facts else []
    return {
        "href": compact_path(node.path).removeprefix("docs/"),
        "model_id": Untrusted(node.model_id),
        "facts": Untrusted("; ".join(parts)),
    }


def _facts(facts: ModelFacts) -> Iterator[str]:
    if facts.gone:
        yield "gone"
    yield ", ".join(facts.tasks)
    yield f"takes {', '.join(facts.kinds)}" if facts.kinds else "takes settings only"
    if facts.price:
        yield facts.price
