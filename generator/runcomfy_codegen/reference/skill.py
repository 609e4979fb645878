"""Render `SKILL.md`, which tells an agent how to use the installed SDK."""

from __future__ import annotations

from collections.abc import Mapping

from ..dialect.model_facts import ModelFacts
from ..emit.templates import render
from ..text.untrusted import Untrusted
from .readme_example import Example

_MOST_TASKS = 12  # of one provider


def skill_page(facts: Mapping[str, ModelFacts], example: Example, package: str) -> str:
    """Return the skill.

    Args:
        facts: What is known of the endpoints.
        example: The call that the README shows.
        package: The import name of the SDK.
    """
    tasks: dict[str, dict[str, None]] = {}
    for _, entry in sorted(facts.items()):
        if not entry.gone:
            tasks.setdefault(entry.provider, {}).update(dict.fromkeys(entry.tasks))
    return render(
        "package/SKILL.md.jinja",
        package=package,
        example=example,
        path_import="from pathlib import Path\n\n" if "Path(" in example.arguments else "",
        providers=[
            (Untrusted(provider), [Untrusted(task) for task in sorted(known)[:_MOST_TASKS]])
            for provider, known in sorted(tasks.items())
        ],
    )
