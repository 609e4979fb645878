"""The documentation of a field."""

from __future__ import annotations

from typing import Any

import pytest
from runcomfy_codegen.emit.docs import (
    RUN_OPTIONS,
    SUBMIT_OPTIONS,
    describe,
    describe_argument,
)
from runcomfy_codegen.ir.model import Field, MediaRule
from runcomfy_codegen.runtime._api.call_options import RunOptions, SubmitOptions

MEDIA = "(URL, data URI, Path, bytes or binary file)"
IMAGES = {"type": "array", "items": {"media": "image"}}


def _field(type_: dict[str, Any], **more: Any) -> Field:
    return Field("the_wire", "the_wire", type_, **{"required": False, **more})


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (_field({"type": "string"}), ""),
        (_field({"type": "string"}, title="The Wire"), ""),
        (_field({"type": "string"}, title="Aspect Ratio (W:H)"), "Aspect Ratio (W:H)."),
        (_field({"type": "string"}, title="A", description="Says more."), "Says more."),
        (_field({"type": "string"}, description="图像质量"), "图像质量。"),
        (_field({"type": "string", "maxLength": 9}), "At most 9 characters."),
        (
            _field({"type": "string", "maxLength": 9}, description="提示词"),
            "At most 9 characters.\n\n提示词。",
        ),
        (_field({"type": "integer", "minimum": 1, "maximum": 5}), "1 to 5."),
        (_field({"type": "number", "minimum": 0.5}), "At least 0.5."),
        (_field({"media": "video"}), f"One video {MEDIA}."),
        (_field(IMAGES), f"Images {MEDIA}."),
        (_field({**IMAGES, "minItems": 1, "maxItems": 10}), f"1 to 10 images {MEDIA}."),
        (_field({**IMAGES, "minItems": 2, "maxItems": 2}), f"Exactly 2 images {MEDIA}."),
        (_field({"anyOf": [{"media": "image"}, IMAGES]}), f"One or more images {MEDIA}."),
        (_field({"type": "array", "items": {}, "maxItems": 3}), "At most 3 items."),
        (_field({"type": "string"}, default="1:1"), 'Server default: "1:1".'),
        (_field({"type": "string"}, default="x" * 90), ""),
        (_field({"type": "string"}, default="sample", required=True), ""),
        (
            _field({"type": "string"}, rules=(MediaRule("file_size_mb<", 25, "Less than 16 MB."),)),
            "The file must be under 25 MB (checked before sending).",
        ),
        (
            _field({"type": "string"}, rules=(MediaRule("x>", 1234567, "No."),)),
            'Not checked: x> 1234567; the vendor says: "No.".',
        ),
    ],
)
def test_describe(field: Field, text: str) -> None:
    assert describe(field) == text


@pytest.mark.parametrize(
    ("field", "lines"),
    [
        (_field({"type": "string"}), []),
        (_field({"type": "boolean"}, description="Adds sound."), ["Adds sound."]),
        (_field({"enum": ["1k", "2k", "4k"]}), ['"1k", "2k" or "4k".']),
        (_field({"enum": [5]}, default=5), ["5. Server default: 5."]),
        (_field({"enum": [5]}, description="A\nB"), ["5.", "A B."]),
        (_field({"enum": [f"choice {number}" for number in range(20)]}), []),
        (_field({"class": "Lora"}), []),
    ],
)
def test_an_argument_is_described_without_its_type_in_sight(field: Field, lines: list[str]) -> None:
    assert describe_argument(field) == lines


def test_all_options_of_calls_are_documented() -> None:
    assert RUN_OPTIONS.keys() == RunOptions.__optional_keys__
    # `timeout` is the old name of `http_timeout`.
    assert SUBMIT_OPTIONS.keys() == SubmitOptions.__optional_keys__ - {"timeout"}
