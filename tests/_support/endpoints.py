"""The endpoints that the tests are about: every construct of the dialect, and a few whole ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .sdk import Case, properties, seeds

TEXT = {"type": "string"}
IMAGE = {"type": "string", "format": "image_uri"}
LORA = {
    "type": "object",
    "required": ["path"],
    "properties": {
        "path": TEXT,
        "scale": {"type": "float", "maximum": 4},
        "mode": {"type": "string", "enum": ["a", "b"]},
        "mask": {
            **IMAGE,
            "validations": [
                {"validation_rule": "file_size_mb<", "validation_value": 1, "validation_error": ""}
            ],
        },
        "steps": {"type": "array", "items": {"type": "integer"}},
        "weights": {"type": "array", "items": {"type": "integer"}, "maxItems": 2},
    },
}
ENDPOINTS: dict[str, Case] = {
    **seeds(),
    "acme/every/thing": properties(
        "prompt",
        "promptImage",
        prompt={"type": "string", "maxLength": 5},
        promptImage=IMAGE,
        duration={"type": "string", "enum": ["auto", "5", "10"]},
        fps={"type": "integer", "enum": [24, 25]},
        seed={"type": "integer", "minimum": 0, "maximum": 9},
        guidance={"type": "float"},
        flag={"type": "boolean"},
        loras={"type": "array", "items": LORA},
        tags={"type": "array", "items": TEXT, "minItems": 2, "maxItems": 3},
        solo={"type": "array", "items": TEXT, "minItems": 1, "maxItems": 1},
        size={"anyOf": [{"type": "string", "enum": ["square"]}, LORA]},
        few={"type": "array", "format": "image_uris", "maxItems": 2, "default": "https://a.b/c"},
        meta={"type": "object"},
        note={"type": ["string", "null"]},
        **{"class": TEXT, "241_positive_prompt": TEXT},
    ),
    "acme/film/text-to-video": properties("prompt", prompt=TEXT),
    "acme/film/text-to-video/draft": properties("prompt", prompt=TEXT),
    "acme/film/text-to-video/4k/import": properties("prompt", prompt=TEXT),
    "acme/output/own": Case(
        {"type": "object", "required": ["prompt"], "properties": {"prompt": TEXT}},
        {
            "type": "object",
            "properties": {
                "score": {"type": "integer"},
                "state": {"type": "string", "enum": ["good", "bad"]},
                "frames": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"url": TEXT, "at": {"type": "float"}},
                    },
                },
            },
        },
    ),
}

NESTED = {
    "type": "object",
    "required": ["path"],
    "properties": {
        "path": {"type": "string"},
        "scale": {"type": "float", "minimum": 0, "maximum": 4},
        "steps": {"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": 2},
    },
}

DIALECT: dict[str, Mapping[str, Any]] = {
    "float": {"type": "float", "minimum": 0.5, "maximum": 2.5},
    "number-exclusive": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "number-free": {"type": "number"},
    "integer-free": {"type": "integer"},
    "integer-wide": {"type": "integer", "minimum": -1, "maximum": 4294967295},
    "integer-multiple": {"type": "integer", "multipleOf": 8},
    "integer-enum": {"type": "integer", "enum": [3, 4, 5, 10]},
    "integer-enum-01": {"type": "integer", "enum": [0, 1]},
    "single-enum": {"type": "string", "enum": ["customize"]},
    "numeric-strings": {"type": "string", "enum": ["auto", "5", "10"], "default": "10"},
    "odd-enum": {"type": "string", "enum": ["1152:864 (4:3)", "4K", "4k", "", "it's \"x\"\\"]},
    "number-enum": {"type": "number", "enum": [0.5, 1, 2.5]},
    "number-enum-whole": {"type": "number", "enum": [1, 2]},
    "boolean-enum": {"type": "boolean", "enum": [True]},
    "mixed-enum": {"enum": [1, "1", True, "auto"]},
    "mixed-enum-2": {"enum": [0, False, "x"]},
    "null-enum": {"enum": ["a", None]},
    "const-1": {"const": 1},
    "const-text": {"type": "string", "const": "x"},
    "boolean": {"type": "boolean"},
    "text": {"type": "string", "minLength": 2, "maxLength": 5},
    "null-default": {"type": "integer", "default": None},
    "nullable-list": {"type": ["string", "null"]},
    "nullable-word": {"type": "integer", "nullable": True, "minimum": 1},
    "nullable-union": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    "two-types": {"type": ["string", "integer"]},
    "number-or-text": {"anyOf": [{"type": "number", "minimum": 1}, {"type": "string"}]},
    "enum-or-object": {
        "anyOf": [{"type": "string", "enum": ["square"]}, NESTED],
    },
    "anything": {},
    "image": IMAGE,
    "images": {"type": "array", "items": IMAGE, "minItems": 1, "maxItems": 3},
    "images-no-items": {"type": "array", "format": "image_uris", "maxItems": 2},
    "one-or-many": {"type": "array", "items": IMAGE, "default": "https://example.com/a.png"},
    "one-or-many-bounded": {
        "type": "array", "format": "image_uris", "maxItems": 2, "default": "https://example.com/a"
    },
    "video": {"type": "string", "format": "video_uri"},
    "audios": {"type": "array", "format": "audio_uris", "minItems": 1},
    "array-no-items": {"type": "array", "maxItems": 2},
    "strings": {"type": "array", "items": {"type": "string", "maxLength": 3}},
    "numbers": {"type": "array", "items": {"type": "float"}, "minItems": 2, "maxItems": 2},
    "integers": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 9}},
    "booleans": {"type": "array", "items": {"type": "boolean"}},
    "integer-enums": {"type": "array", "items": {"type": "integer", "enum": [0, 1, 2]}},
    "text-enums": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
    "nullable-items": {"type": "array", "items": {"type": ["string", "null"]}},
    "arrays": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    "object": NESTED,
    "objects": {"type": "array", "items": NESTED, "maxItems": 2},
    "object-deep": {"type": "object", "required": ["inner"], "properties": {"inner": NESTED}},
    "object-choices": {
        "type": "object",
        "properties": {"fps": {"type": "integer", "enum": [0, 1]}, "raw": {"type": ["null", "string"]}},
    },
    "object-free": {"type": "object"},
    "object-of-numbers": {"type": "object", "additionalProperties": {"type": "number"}},
    "object-of-integers": {"type": "object", "additionalProperties": {"type": "integer"}},
    "object-media": {"type": "object", "properties": {"image_url": IMAGE}},
}  # fmt: skip
