"""The tools of a toolbox: their names, descriptions and parameters."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .._base.json_values import as_array
from .._base.money import price_text
from .._base.text import shorten
from .._schemas.registry import attribute_paths, published
from .._validation.tool_schema import tool_schema_of
from ._schemas import Schema, about, object_of, optional, parameters_of
from ._settings import Settings
from .answers import Style

_LONGEST_NAME = 64  # characters: the least that a protocol allows
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_ONCE = (
    "Costs money. The same call is never paid twice: it finds its earlier job. If the job takes "
    "long, the answer has its request_id for job_status."
)
_TEXT = "string"


@dataclass(frozen=True)
class Tool:
    """One tool.

    Attributes:
        schema: Its parameters.
        spends: Whether it may cost money.
        model_id: The model that it runs; empty for a tool that serves all of them.
    """

    name: str
    title: str
    description: str
    schema: Schema
    spends: bool = False
    model_id: str = ""

    def definition(self, style: Style) -> dict[str, Any]:
        """Return the definition as a protocol has it."""
        if style == "anthropic":
            return {
                "name": self.name,
                "description": self.description,
                "input_schema": self.schema,
            }
        if style == "openai":
            function = {"name": self.name, "description": self.description}
            strict = {"parameters": strict_schema(self.schema), "strict": True}
            return {"type": "function", "function": {**function, **strict}}
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": self.schema,
            "annotations": {
                "readOnlyHint": not self.spends and self.name != "cancel_job",
                "destructiveHint": self.name == "cancel_job",
                "idempotentHint": True,  # but for again=true
                "openWorldHint": True,
            },
        }


def strict_schema(schema: Mapping[str, Any]) -> Schema:
    """Return parameters as strict function calling takes them."""
    strict = tool_schema_of(schema)
    strict.pop("description", None)
    return strict


def tools_of(settings: Settings) -> tuple[Tool, ...]:
    """Return the tools: one for each of a few models, else those that find and run a model."""
    if settings.has_tool_per_model:
        own = [_model_tool(model_id) for model_id in settings.model_ids]
    else:
        own = _finding_tools(len(settings.model_ids))
    return (*own, *_JOB_TOOLS)


@cache
def tool_names() -> Mapping[str, str]:
    """Return the name of each model's tool. It does not depend on the other tools of a toolbox."""
    paths = attribute_paths()
    plain = {model_id: _NOT_IN_NAMES.sub("_", path) for model_id, path in paths.items()}
    counts = Counter([*plain.values(), *_RESERVED])
    names: dict[str, str] = {}
    for model_id, name in plain.items():
        if counts[name] > 1 or len(name) > _LONGEST_NAME:
            digest = hashlib.sha256(model_id.encode()).hexdigest()[:8]
            name = f"{name[: _LONGEST_NAME - 9]}_{digest}"
        names[model_id] = name
    return names


def price_of_model(model_id: str) -> str:
    """Return the published price in words."""
    facts = published(model_id)
    unit = facts.get("price_unit")
    price = price_text(facts.get("base_price_usd"), unit if isinstance(unit, str) else "")
    return shorten(price, 80) or "not published"


def title_of(model_id: str) -> str:
    """Return the name that the vendor gives a model, else its id."""
    name = published(model_id).get("display_name")
    return (shorten(name, 80) if isinstance(name, str) else "") or model_id


def description_of(model_id: str) -> str:
    """Say in a few sentences what a model does and costs."""
    facts = published(model_id)
    description = facts.get("description")
    categories = ", ".join(shorten(str(name), 40) for name in as_array(facts.get("categories")))
    parts = [
        f"Runs the model {model_id}{f' ({categories})' if categories else ''}.",
        shorten(description, 400) if isinstance(description, str) else "",
        about(model_id),
        f"Price: {price_of_model(model_id)}.",
        "It is gone from the catalogue." if facts.get("gone") else "",
    ]
    return " ".join(part for part in parts if part)


def _model_tool(model_id: str) -> Tool:
    return Tool(
        name=tool_names()[model_id],
        title=title_of(model_id),
        description=f"{description_of(model_id)} {_ONCE}",
        schema=parameters_of(model_id),
        spends=True,
        model_id=model_id,
    )


def _finding_tools(count: int) -> list[Tool]:
    kinds = '"image", "video" or "audio"'
    search = object_of(
        {
            "search": optional(_TEXT, "Words that are in the id, name, description or categories."),
            "task": optional(
                _TEXT, 'A category, such as "text-to-image". Some models have it in the id only.'
            ),
            "takes": {
                "type": "array",
                "items": {"type": _TEXT},
                "description": f"What the model must take: {kinds}, or names of its fields.",
            },
            "gives": optional(_TEXT, f"What the model must give: {kinds}."),
            "max_usd": optional("number", "The most US dollars of one call."),
        }
    )
    model_id = optional(_TEXT, "The id of the model, such as vendor/model.")
    arguments = optional(
        "object", "The input of the model, as describe_model shows it. Text of JSON will do."
    )
    again = optional("boolean", "True submits, and pays for, another job of the same call.")
    run = object_of(
        {"model_id": model_id, "arguments": arguments, "again": again}, ("model_id", "arguments")
    )
    return [
        Tool("search_models", "Search models", f"Finds one of {count} models. Free.", search),
        Tool(
            "describe_model",
            "Describe a model",
            "Shows the input, the limits and the price of a model. Free.",
            object_of({"model_id": model_id}, ("model_id",)),
        ),
        Tool("run_model", "Run a model", f"Runs a model. {_ONCE}", run, spends=True),
    ]


_REQUEST_ID = optional(_TEXT, "The request_id of a call's answer.")
_JOB_TOOLS = (
    Tool(
        "job_status",
        "Job status",
        "Waits a while for a job and saves its files. Without a request_id, lists the calls so far. Free.",
        object_of({"request_id": _REQUEST_ID}),
    ),
    Tool(
        "cancel_job",
        "Cancel a job",
        "Cancels a job that has not begun. One that runs is charged.",
        object_of({"request_id": _REQUEST_ID}, ("request_id",)),
    ),
    Tool(
        "balance",
        "Balance",
        "Shows the account's balance, and what the calls so far have cost. Free.",
        object_of({}),
    ),
)
_RESERVED = (
    *("search_models", "describe_model", "run_model"),
    *(tool.name for tool in _JOB_TOOLS),
)
