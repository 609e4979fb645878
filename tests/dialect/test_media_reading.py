"""Properties are recognised as media by format, name, default or description."""

from __future__ import annotations

import pytest
from runcomfy_codegen.runtime._schemas.media import is_by_description, media_kind

URL = {"type": "string", "format": "uri"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("image", "image"),
        ("images", "image"),
        ("mask", "image"),
        ("image_url", "image"),
        ("mask_image_url", "image"),
        ("inputImage", "image"),
        ("image2", "image"),
        ("first_frame", "image"),
        ("input_video", "video"),
        ("video_mask", "video"),
        ("mask_video", "video"),
        ("audio", "audio"),
        ("reference_audio_urls", "audio"),
        ("voice_clip_audio", "audio"),
        ("webhook_url", None),
        ("image_webhook_url", None),
        ("video_page_url", None),
        ("image_size", None),
        ("imagination_url", None),
        ("lora_image_weights", None),
        ("url", None),
    ],
)
def test_a_url_is_media_where_its_name_says_so(name: str, kind: str | None) -> None:
    assert media_kind(name, URL) == kind
    assert media_kind(name, {"type": "array", "items": URL}) == kind


@pytest.mark.parametrize("word", ["uri", "url", "uri-reference", "iri"])
def test_any_format_of_a_url_counts(word: str) -> None:
    assert media_kind("image", {"type": "string", "format": word}) == "image"


@pytest.mark.parametrize("schema", [{"type": "string"}, {**URL, "enum": ["a"]}, {"type": "object"}])
def test_what_is_no_url_is_not_media_by_a_plain_name(schema: dict[str, object]) -> None:
    assert media_kind("image", schema) is None


@pytest.mark.parametrize(
    ("name", "about", "kind"),
    [
        ("url", "URL of the picture to upscale.", "image"),
        ("file", "The audio to transcribe", "audio"),
        ("source", "Where the video is", "video"),
        ("source", "要编辑的图片", "image"),
        ("url", "Where to look.", None),
        ("webhook_url", "Called when the video is ready.", None),
        ("callback", "Called when the video is ready.", None),
        ("url", "The webhook that hears of the video.", None),
        ("path", "LoRA weights, trained on images.", None),
        ("link", "A web page with images.", None),
    ],
)
def test_a_url_whose_name_is_silent_is_media_by_its_description(
    name: str, about: str, kind: str | None
) -> None:
    assert media_kind(name, URL, about) == kind
    assert is_by_description(name, URL, about) is (kind is not None)
    assert media_kind(name, {"type": "string"}, about) is None
