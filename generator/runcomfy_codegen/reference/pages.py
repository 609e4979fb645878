"""Render the pages of `docs/` from `templates/docs/`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ..dialect.model_facts import ModelFacts, facts_of
from ..emit.docs import demand_sentences
from ..emit.templates import render
from ..ir.model import Endpoint, Field, ObjectType
from ..names.tree import Namespace
from ..runtime._api.addresses import BASE_URL_VARIABLE, DEFAULT_BASE_URL, model_path
from ..runtime._schemas.media_kinds import KINDS
from ..schemas.folder import EndpointSource
from ..text.documents import Document, pointer_to
from ..text.json_types import is_array, is_object
from ..text.markdown import json_text
from ..text.problems import Problem
from ..text.python_calls import LINE_LENGTH
from ..text.untrusted import Untrusted
from .call_text import Calls
from .example import example_body, media_of, with_media
from .parameters import rows_of

BASE = f"${{{BASE_URL_VARIABLE}:-{DEFAULT_BASE_URL}}}"  # a shell's word for "or, if it is not set"

# Rules about what a request means or whether it is accepted. `lint` lists the findings of all rules.
_FOR_USERS = frozenset(
    [
        "default-against-omission",
        "default-bounds",
        "default-case",
        "default-enum",
        "default-type",
        "enum-bounds",
        "keyword-not-enforced",
        "media-file-name",
        "one-of",
        "prose-condition",
        "prose-default",
        "prose-limit",
        "required-unknown",
        "rule-text",
        "rule-unknown",
        "text-default",
        "text-enum",
        "text-limit",
        "text-price",
        "text-required",
        "text-type",
        "type-missing",
    ]
)


_TEXTS = ("/title", "/description")


def page_path(parts: Sequence[str]) -> str:
    """Return the path of an endpoint's page. Every disk and every URL takes its attribute path."""
    return f"docs/{'/'.join(parts)}.md"


def endpoint_page(
    endpoint: Endpoint,
    source: EndpointSource,
    problems: Iterable[Problem],
    package: str,
    replacement: str = "",
) -> str:
    """Return the page of an endpoint.

    Args:
        endpoint: The endpoint.
        source: Its files, with the overlay applied.
        problems: The findings of lint.
        package: The name of the SDK's package.
        replacement: The attribute path of what replaces an endpoint that is gone; empty if nothing does.
    """
    facts = facts_of(source)
    classes = {cls.class_name: cls for cls in endpoint.nested}
    example = source.endpoint.value.get("example")
    body = example_body(endpoint.request, classes, example)
    calls = Calls(endpoint, body)
    fields = endpoint.request.fields
    media: set[str] = set()
    for field in fields:
        media.update(media_of(field.type))
    doubted = doubted_defaults(problems, source.input, fields)
    return render(
        "docs/endpoint.md.jinja",
        package=package,
        facts=facts,
        replacement=replacement,
        replacement_page=page_path(replacement.split(".")).removeprefix("docs/"),
        client=f"client.{endpoint.attribute_path}",
        output=endpoint.output,
        shared_output=endpoint.output_is_shared,
        calls=calls,
        calls_with_media=Calls(endpoint, with_media(endpoint.request, body)),
        imports=_imports(calls, f"{package}.models.{endpoint.attribute_path}"),
        base=BASE,
        model_path=model_path(endpoint.model_id),
        body=json_text(calls.body),
        advice=[
            f"{kind.plural} of up to {kind.advised_mb} MB"
            for kind in KINDS.values()
            if kind.name in media and kind.advised_mb
        ],
        media_names=[field.name for field in fields if any(media_of(field.type))],
        tables=[(None, rows_of(endpoint.request, doubted), _demands(endpoint.request))]
        + [(cls.class_name, rows_of(cls), _demands(cls)) for cls in reversed(endpoint.nested)],
        input_schema=json_text(source.input.value),
        output_schema=json_text(source.output.value),
        findings=list(findings_for_users(problems)),
        corrections=list(_corrections(source)),
        up="../" * endpoint.attribute_path.count("."),
        **_untrusted(facts),
    )


def index_page(tree: Namespace, facts: Mapping[str, ModelFacts], package: str) -> str:
    """Return the index of all endpoints, with the facts of those that can be read."""
    providers = by_provider(tree, lambda node: _entry(node, facts.get(node.model_id)))
    return render("docs/index.md.jinja", package=package, providers=providers)


def by_provider(
    tree: Namespace, entry: Callable[[Namespace], dict[str, Any]]
) -> list[tuple[Untrusted, list[dict[str, Any]]]]:
    """Return what a list of endpoints shows of each, by provider. entry: of the node of one."""
    nodes = [node for node in tree.walk() if node.model_id]
    groups = groupby(nodes, lambda node: node.model_id.partition("/")[0])
    return [(Untrusted(provider), list(map(entry, group))) for provider, group in groups]


def _entry(node: Namespace, facts: ModelFacts | None) -> dict[str, Any]:
    return {
        "href": page_path(node.path).removeprefix("docs/"),
        "model_id": Untrusted(node.model_id),
        "gone": bool(facts and facts.gone),
        "display_name": Untrusted(facts.display_name if facts else ""),
        "tasks": [Untrusted(task) for task in (facts.tasks if facts else ())],
        "kinds": ", ".join(facts.kinds) if facts else "",
        "has_price": bool(facts and facts.price),
        "price": Untrusted(facts.price if facts else ""),
    }


def _untrusted(facts: ModelFacts) -> dict[str, Any]:
    return {
        "model_id": Untrusted(facts.model_id),
        "display_name": Untrusted(facts.display_name),
        "description": Untrusted(facts.description),
        "tasks": [Untrusted(task) for task in facts.tasks],
        "price": Untrusted(facts.price),
        "pricing_note": Untrusted(facts.pricing_note),
    }


def _imports(calls: Calls, module: str) -> str:
    """Return the import of nested classes; empty for most endpoints."""
    names = calls.classes
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) > LINE_LENGTH + 1:
        line = f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"
    return line if names else ""


def _demands(cls: ObjectType) -> list[Untrusted]:
    return list(map(Untrusted, demand_sentences(cls)))


def doubted_defaults(
    problems: Iterable[Problem], document: Document, fields: Iterable[Field]
) -> set[str]:
    """Return the properties for which lint doubts that the published default applies when they are omitted."""
    rule = "default-against-omission"
    at = {
        problem.pointer
        for problem in problems
        if problem.rule == rule and problem.file == document.file
    }
    return {
        field.wire
        for field in fields
        if at and document.published(pointer_to("properties", field.wire, "default")) in at
    }


def findings_for_users(problems: Iterable[Problem]) -> Iterator[Untrusted]:
    """Yield what a user of the model should know, warnings first, each once."""
    for_users = {problem for problem in problems if problem.rule in _FOR_USERS}
    for problem in sorted(for_users, key=lambda problem: (problem.severity != "warning", problem)):
        yield Untrusted(problem.message)


def _corrections(source: EndpointSource) -> Iterator[dict[str, Any]]:
    """Yield what the overlay replaces, and why. Texts only explain, so their corrections are left out."""
    entries: Any = source.overlay.value if source.overlay else ()
    for entry in entries if is_array(entries) else ():
        if is_object(entry) and not str(entry.get("at", "")).endswith(_TEXTS):
            text = {key: str(entry.get(key, "")) for key in ("at", "reason")}
            yield {key: Untrusted(value) for key, value in text.items()} | {
                "now": Untrusted(json.dumps(entry.get("now"), ensure_ascii=False)),
                "removed": "now" not in entry,
            }
