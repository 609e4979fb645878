"""Types and texts of parsed JSON, as the SDK's runtime has it."""

from __future__ import annotations

from ..runtime._base.json_values import is_array, is_number, is_object, map_texts

__all__ = ["is_array", "is_number", "is_object", "map_texts"]
