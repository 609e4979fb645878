"""The facts of an endpoint beside its schema, also where nothing is published."""

from __future__ import annotations

from typing import Any

import pytest
from runcomfy_codegen.dialect.model_facts import ModelFacts, facts_of

from .._support.reference import source_of
from .._support.sdk import properties


def facts(model_id: str = "acme/paint", **info: Any) -> ModelFacts:
    return facts_of(source_of(model_id, properties(x={"type": "string"}), **info))


@pytest.mark.parametrize(
    ("model_id", "task"),
    [
        ("acme/paint/text-to-video/draft", "text-to-video"),
        ("acme/text-to-image/pro/image-to-video", "image-to-video"),
        ("acme/paint/first-last-frame-to-video", "first-last-frame-to-video"),
        ("acme/paint/text-to-speech", "text-to-speech"),
        ("acme/paint/pro/edit", "edit"),
        ("acme/paint/video-edit", "edit-video"),
        ("acme/paint/Edit-Video/4K", "edit-video"),
        ("acme/paint/extend-video/draft", "extend-video"),
        ("acme/paint/first-last-frame/720p", "first-last-frame"),
        ("acme/paint/audio-inpaint", "inpaint-audio"),
        ("acme/paint/music-generation", "text-to-audio"),
        ("acme/paint/pro", "other"),
        ("acme/paint/720p", "other"),
        ("acme/paint", "other"),
        ("edit/paint", "other"),
    ],
)
def test_without_a_category_the_id_says_the_task(model_id: str, task: str) -> None:
    """A variant, such as `draft` or `pro`, is not a task."""
    assert facts(model_id).tasks == (task,)
    assert facts(model_id).categories == ()


def test_all_categories_are_tasks() -> None:
    assert facts("acme/paint/edit", categories=["a", " b  c", 5, ""]).tasks == ("a", "b c")
    assert facts("acme/paint/edit", categories="a").tasks == ("edit",)


@pytest.mark.parametrize(
    ("price", "unit", "says"),
    [
        (0.036, "output", "$0.036 per output"),
        (0, "second", "$0 per second"),
        (0.00001, "", "$0.00001"),
        (2, None, "$2"),
        (True, "output", ""),
        (-1, "output", ""),
        ("1", "output", ""),
        (None, "output", ""),
    ],
)
def test_prices(price: object, unit: object, says: str) -> None:
    """In figures; unknown is not free."""
    assert facts(base_price_usd=price, price_unit=unit).price == says
