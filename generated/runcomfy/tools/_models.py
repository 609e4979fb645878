# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Find a model and describe it to an agent."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .._schemas.registry import attribute_paths
from ._definitions import description_of, price_of_model, title_of, tool_names
from ._schemas import again_name, parameters_of
from .answers import Answer

_MOST_MODELS = 20  # that a search shows


def models_in_words(model_ids: Sequence[str], count: int) -> Answer:
    """List the models that a search has found.

    Args:
        model_ids: Those that fit.
        count: How many there are in all.
    """
    shown = model_ids[:_MOST_MODELS]
    lines = [f"{len(model_ids)} of {count} models"]
    lines += [
        f"{model_id}: {title_of(model_id)}. Price: {price_of_model(model_id)}."
        for model_id in shown
    ]
    if len(model_ids) > len(shown):
        lines.append(f"and {len(model_ids) - len(shown)} more: search with more words")
    if shown:
        lines.append("describe_model shows the input of one.")
    return Answer("\n".join(lines), data={"model_ids": list(model_ids)})


def model_in_words(model_id: str) -> Answer:
    """Describe a model: what it does and costs, and its input as JSON Schema."""
    schema = parameters_of(model_id)
    fields = dict(schema["properties"])
    names = list(fields)
    fields.pop(again_name(names[:-1]))  # `again` is a parameter of run_model
    shown = {**schema, "properties": fields}
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    about = f"{title_of(model_id)}\n{description_of(model_id)}\narguments: {text}"
    data = {
        "model_id": model_id,
        "price": price_of_model(model_id),
        "arguments": shown,
        "python": f"client.{attribute_paths()[model_id]}",
        "tool": tool_names()[model_id],
    }
    return Answer(about, data=data)
