"""Names once given stay, whatever appears beside them."""

from __future__ import annotations

import json
import time
import unicodedata

import pytest
from runcomfy_codegen.names.former import EndpointName
from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.names.lock_file import read_names
from runcomfy_codegen.names.rules import RESERVED_CLASSES

from .._support.model_ids import IDS


def _paths(names: Names) -> dict[str, str]:
    return {model_id: name.attribute_path for model_id, name in names.endpoints.items()}


def _named(*model_ids: str) -> Names:
    names = Names()
    names.add_endpoints(model_ids)
    return names


def test_the_shapes_of_the_catalogue() -> None:
    names = _named(*IDS)
    assert _paths(names) == {
        "kling/kling-video-o3/4K/text-to-video": "kling.kling_video_o3.v4k.text_to_video",
        "kling/kling-video-o3/4k/image-to-video": "kling.kling_video_o3.v4k_2.image_to_video",
        "kling/kling/lipsync/audio-to-video": "kling.kling.lipsync.audio_to_video",
        "sync/sync/lipsync/v2/pro": "sync.sync.lipsync.v2.pro",
        "acme/a-b/edit": "acme.a_b.edit",
        "acme/a_b/edit": "acme.a_b_2.edit",
        "acme/tool/text-to-video": "acme.tool.text_to_video",
        "acme/tool/text-to-video/draft": "acme.tool.text_to_video.draft",
        "acme/tool/run": "acme.tool.run_",
        "acme/tool/submit/job": "acme.tool.submit_.job_",
        "acme/class": "acme.class_",
        "minimax/Hailuo Video 01 Live": "minimax.hailuo_video_01_live",
        "wan-ai/wan-2.7/text-to-image": "wan_ai.wan_2_7.text_to_image",
    }


def test_class_prefixes_are_unique_and_hide_nothing() -> None:
    names = _named(
        *IDS, "a/none", "a/rule", "b/rule", "a/media", "a/x", "a/x-request", "a/x-output", "b/模型"
    )
    prefixes = {model_id: name.class_prefix for model_id, name in names.endpoints.items()}
    assert prefixes["a/none"] == "ANone"
    assert prefixes["a/rule"] == "ARule"
    assert prefixes["b/rule"] == "BRule"
    assert prefixes["a/media"] == "AMedia"  # MediaOutput is the shared output
    assert prefixes["a/x-request"] == "AXRequest"  # XRequest is that of a/x
    assert prefixes["b/模型"] == "B模型"  # 模型 is the attribute
    families = [
        name
        for prefix in prefixes.values()
        for name in (prefix, f"{prefix}Request", f"{prefix}Output")
    ]
    assert len(set(families)) == len(families)
    assert RESERVED_CLASSES.isdisjoint(families)


def test_names_do_not_depend_on_the_order_of_the_ids() -> None:
    assert _named(*IDS).dumps() == _named(*reversed(IDS)).dumps()


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("acme/a_b/edit", "acme/a-b/edit"),
        ("acme/tool/4k", "acme/tool/4K"),
        ("zeta/draw", "alpha/draw"),
        ("acme/tool/text-to-video", "acme/tool/text-to-video/draft"),
    ],
)
def test_a_name_once_given_never_changes(first: str, later: str) -> None:
    """`later` sorts first or takes the same short name: alone it would have had it."""
    names = _named(first)
    before = names.endpoints[first]
    names.add_endpoints([first, later])
    assert names.endpoints[first] == before
    assert names.endpoints[later].attribute_path != before.attribute_path
    assert names.endpoints[later].class_prefix != before.class_prefix


def test_the_lock_brings_the_names_back_and_stays_as_it_is() -> None:
    names = _named(*IDS)
    names.properties_of("acme.tool.Request", ["241_prompt", "class", "plain"])
    text = names.dumps()
    again, problems = read_names(text.encode(), "names.lock.json")
    assert not problems
    again.add_endpoints(IDS)
    assert again.dumps() == text
    lock = json.loads(text)
    assert list(lock["endpoints"]) == sorted(IDS)
    assert lock["properties"] == {
        "acme.tool.Request": {"241_prompt": "field_241_prompt", "class": "class_"}
    }


def test_four_thousand_ids_at_once() -> None:
    ids = [f"provider-{n % 40}/model-{n % 400}/variant-{n}" for n in range(4000)]
    ids += [f"crowd/model-{n}" for n in range(1000)]
    started = time.monotonic()
    names = _named(*ids)
    assert time.monotonic() - started < 5  # measured: 0.2 s
    assert len({name.attribute_path for name in names.endpoints.values()}) == 5000
    assert len({name.class_prefix for name in names.endpoints.values()}) == 5000


def test_properties_are_unique_and_a_plain_one_keeps_its_name() -> None:
    names = Names()
    given = names.properties_of(
        "Request", ["promptImage", "prompt_image", "prompt-image", "4k", "4K"]
    )
    assert given["prompt_image"] == "prompt_image"
    assert len(set(given.values())) == 5
    assert given["4K"] == "field_4k"
    assert given["4k"] == "field_4k_2"


@pytest.mark.parametrize(
    "twins",
    [
        ["prompt", "ｐｒｏｍｐｔ"],  # one identifier to Python (NFKC)
        ["ﬁle", "file"],
        ["1K", "1k"],
        ["class", "class_", "Class"],
        ["str", "str_"],
        ["6_text", "field_6_text"],
        ["model_config", "field_model_config", "modelConfig"],
    ],
)
def test_look_alikes_get_names_of_their_own(twins: list[str]) -> None:
    """Name look-alikes as properties of one class and as segments of one path."""
    given = Names().properties_of("Request", twins)
    assert len({unicodedata.normalize("NFKC", name) for name in given.values()}) == len(twins)
    paths = _paths(_named(*(f"acme/{twin}/edit" for twin in twins))).values()
    assert len({unicodedata.normalize("NFKC", path) for path in paths}) == len(twins)


def test_property_keeps_its_name_when_a_better_owner_comes() -> None:
    names = Names()
    names.properties_of("Request", ["prompt-image"])
    given = names.properties_of("Request", ["prompt-image", "prompt_image"])
    assert given == {"prompt-image": "prompt_image", "prompt_image": "prompt_image_2"}


def test_classes_do_not_share_the_names_of_properties() -> None:
    names = Names()
    names.properties_of("a.Request", ["x-y"])
    assert names.properties_of("b.Request", ["x_y"]) == {"x_y": "x_y"}
    assert list(names.properties) == ["a.Request"]


@pytest.mark.parametrize(
    ("lock", "pointer"),
    [
        ([], ""),
        ({}, ""),
        ({"endpoints": {}, "properties": []}, ""),
        ({"endpoints": {"a/b": 3}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {"a/b": "a.b"}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {"a/b": "a:B"}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {"a/b": "a.class:B"}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {"a/b": "a.b:B:C"}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {"a/b": "a.__init__:B"}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {"a/b": 'a.b:B"""'}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {"a/b": "submit.b:B"}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {"a/b": "a.b:Literal"}, "properties": {}}, "/endpoints/a~1b"),
        ({"endpoints": {}, "properties": {}, "namespaces": []}, "/namespaces"),
        ({"endpoints": {}, "properties": {}, "namespaces": {"a": "class"}}, "/namespaces"),
        ({"endpoints": {}, "properties": {"R": {"x": "self"}}}, "/properties/R"),
        ({"endpoints": {}, "properties": {"R": {"x": "model_config"}}}, "/properties/R"),
        ({"endpoints": {}, "properties": {"R": {"x": 1}}}, "/properties/R"),
        ({"endpoints": {}, "properties": {"R": {"x": "os;y"}}}, "/properties/R"),
    ],
)
def test_a_lock_that_no_run_could_have_written_is_refused(lock: object, pointer: str) -> None:
    _, problems = read_names(json.dumps(lock, indent=1).encode(), "schemas/names.lock.json")
    assert [(each.rule, each.severity, each.pointer) for each in problems] == [
        ("names-lock", "error", pointer)
    ]
    assert problems[0].line
    assert "version control" in problems[0].hint


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"endpoints": {}, "endpoints": {}}'])
def test_a_lock_that_is_no_json_is_refused(content: bytes) -> None:
    assert read_names(content, "names.lock.json")[1]


def test_no_lock_means_no_names_yet() -> None:
    assert read_names(None, "names.lock.json") == (Names(), [])


def test_an_endpoint_name_knows_its_parts() -> None:
    name = EndpointName("openai.gpt_image_2.edit", "GptImage2Edit")
    assert name.parts == ("openai", "gpt_image_2", "edit")
    assert str(name) == "openai.gpt_image_2.edit:GptImage2Edit"
