# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The kind of media that a model makes. No published schema says it."""

from __future__ import annotations

import re
from collections.abc import Collection

from .media_kinds import BY_WORDS, KINDS, MediaKind

# An id says less clearly what comes out than a category does.
_KIND_OF_ID: tuple[tuple[str, MediaKind], ...] = (
    *((f"to-{kind.name}", kind.name) for kind in KINDS.values()),
    *((kind.words.model_ids, kind.name) for kind in BY_WORDS if kind.words.model_ids),
)


def output_kind(
    model_id: str, categories: Collection[str], properties: Collection[str]
) -> MediaKind:
    """Guess the kind by category, then by id. A duration without other hints means a video.

    Args:
        model_id: The model.
        categories: Its categories in the catalogue, such as "text-to-image".
        properties: The names of its parameters.
    """
    for category in categories:
        for kind in KINDS:
            if category.endswith(kind):
                return kind
    for pattern, kind in _KIND_OF_ID:
        if re.search(pattern, model_id.lower()):
            return kind
    return "video" if "duration" in properties else "image"
