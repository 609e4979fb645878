"""Properties in every word of the dialect."""

from __future__ import annotations

from typing import Any

IMAGE = {"type": "string", "format": "image_uri"}


# A fair part of the dialect in one schema; the values are used below.
DIALECT: dict[str, Any] = {
    "241_positive_prompt": {"type": "string", "maxLength": 10},
    "promptImage": IMAGE,
    "class": {"type": "string", "enum": ["1K", "1:1", "auto"]},
    "model_config": {"type": "boolean"},
    "options": {"type": "string"},
    "locals": {"type": "string"},
    "media_in": {"type": "string"},
    "self": {"type": "string"},
    "timeout": {"type": "float"},
    "duration": {"type": "integer", "enum": [5, 10]},
    "seconds": {"type": "string", "enum": ["auto", "5", "10"]},
    "scale": {"type": "float", "minimum": 0, "maximum": 20, "default": 2.5},
    "step": {"type": "float", "enum": [0.5, 1, "auto"]},
    "seed": {"type": ["integer", "null"], "default": None},
    "request": {"type": "object", "properties": {"request": {"type": "string", "enum": ["x"]}}},
    "output": {"type": "string", "enum": ["png"]},
    "none": {"type": "string", "enum": ["x"]},
    "提示词": {"type": "string", "enum": ["一", "二"]},
    "loras": {
        "type": "array",
        "maxItems": 2,
        "items": {
            "type": "object",
            "required": ["path"],
            "properties": {"path": {"type": "string"}, "scale-by": {"type": "float", "maximum": 4}},
        },
    },
    "frames": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    "extra": {"type": "object", "additionalProperties": {"type": "integer"}},
    "photos": {"type": "array", "format": "image_uris"},
}
