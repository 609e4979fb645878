"""`list_endpoints(...)` finds a model by what it takes, gives and costs, offline."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.text.documents import Document

from .._support.endpoints import ENDPOINTS, IMAGE, TEXT
from .._support.sdk import Case, Sdk, imported, properties, source, write_files

VIDEO = {"type": "string", "format": "video_uri"}
PAINT, EDIT = "acme/paint/text-to-image", "acme/paint/edit"
FILM, SING = "acme/film/image-to-video", "bass/sing/music-generation"
CASES: dict[str, Case] = {
    PAINT: properties("prompt", prompt=TEXT, num_images={"type": "integer", "default": 2}),
    EDIT: properties("image", image=IMAGE, prompt=TEXT),
    FILM: properties(
        "start",
        start=IMAGE,
        references={"type": "array", "items": {"type": "object", "properties": {"clip": VIDEO}}},
        duration={"type": "integer", "default": 10},
    ),
    SING: properties("lyrics", lyrics=TEXT),
}
FACTS: dict[str, dict[str, Any]] = {
    PAINT: {
        "display_name": "Paint",
        "description": "Draws quickly",
        "categories": ["text-to-image"],
        "base_price_usd": 0.02,
        "price_unit": "image",
    },
    EDIT: {"base_price_usd": 0.0, "price_unit": "image"},
    FILM: {"categories": ["image-to-video"], "base_price_usd": 0.1, "price_unit": "second"},
    SING: {"base_price_usd": 0.01, "price_unit": "character"},
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    folder = tmp_path_factory.mktemp("shop")
    sources: list[Any] = []
    for model_id, case in CASES.items():
        captured = source(model_id, case)
        document = {"model_id": model_id, **FACTS[model_id]}
        sources.append(captured._replace(endpoint=Document("endpoint.json", document)))
    write_files(generate(Project(tuple(sources), package="sdk_shop")), folder)
    with imported("sdk_shop", CASES, folder) as sdk:
        yield sdk


def test_without_arguments_all_are_listed(shop: Sdk) -> None:
    assert shop.module().list_endpoints() == tuple(sorted(CASES))


@pytest.mark.parametrize(("arguments", "found"), [
    ({"search": "PAINT"}, [EDIT, PAINT]),
    ({"search": "quickly draws"}, [PAINT]),
    ({"search": "text-to-image"}, [PAINT]),
    ({"search": "nothing like it"}, []),
    ({"task": "Image-To-Video"}, [FILM]),
    ({"task": "to-video"}, []),
    ({"task": "edit"}, [EDIT]),
    ({"task": "text-to-audio"}, [SING]),
    ({"takes": "image"}, [EDIT, FILM]),
    ({"takes": ["image", "video"]}, [FILM]),
    ({"takes": ("image", "prompt")}, [EDIT]),
    ({"takes": "audio"}, []),
    ({"takes": "lyrics"}, [SING]),
    ({"gives": "image"}, [EDIT, PAINT]),
    ({"gives": "video"}, [FILM]),
    ({"gives": "audio"}, [SING]),
    ({"max_usd": 0.04}, [PAINT]),
    ({"max_usd": 0.03}, []),
    ({"max_usd": 1}, [FILM, PAINT]),
    ({"max_usd": 0}, []),
    ({"takes": "image", "gives": "video", "max_usd": 5, "search": "film"}, [FILM]),
])  # fmt: skip
def test_endpoints_are_found(shop: Sdk, arguments: dict[str, Any], found: list[str]) -> None:
    assert list(shop.module().list_endpoints(**arguments)) == sorted(found)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"gives": "picture"}, "gives: must be one of 'image', 'video', 'audio'; got 'picture'"),
    ({"gives": None}, "gives: must be a text; got None"),
    ({"search": 7}, "search: must be a text; got 7"),
    ({"task": ["a"]}, "task: must be a text"),
    ({"takes": 7}, "takes: must be a text, or several; got 7"),
    ({"takes": [b"image"]}, "takes: must be a text; got <5 bytes>"),
    ({"max_usd": "5"}, "max_usd: must be US dollars, at least 0; got '5'"),
    ({"max_usd": float("nan")}, "max_usd: must be US dollars, at least 0; got nan"),
])  # fmt: skip
def test_a_wrong_argument_is_named(shop: Sdk, arguments: dict[str, Any], message: str) -> None:
    module = shop.module()
    with pytest.raises(module.ConfigurationError) as caught:
        module.list_endpoints(**arguments)
    assert message in str(caught.value)


def test_no_module_of_an_endpoint_is_loaded(shop: Sdk) -> None:
    code = (
        "import sys, sdk_shop as s; s.list_endpoints(search='p', takes='image', gives='video', "
        "task='image-to-video', max_usd=5); "
        "bad = [m for m in sys.modules if '.models' in m or m in ('httpx', 'pydantic')]; "
        "sys.exit(str(bad) if bad else 0)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=shop.folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_kinds_are_those_of_the_request_classes(sdk: Sdk) -> None:
    """The finder reads the published schema, the classes come from the generator."""
    facts_of = sdk.module("_endpoint.finding").facts_of
    kinds = {"image", "video", "audio"}
    for model_id in ENDPOINTS:
        names = set(sdk.module("_validation.fields").wire_names(sdk.request(model_id)).values())
        assert facts_of(model_id).takes - kinds == names - kinds, model_id
        assert facts_of(model_id).takes & kinds >= _kinds(sdk, sdk.request(model_id)), model_id


def _kinds(sdk: Sdk, request_type: Any) -> set[str]:
    fields = sdk.module("_validation.fields")
    classes, kinds = [request_type], set[str]()
    for cls in classes:
        kinds |= set(fields.media_kinds(cls).values())
        for field in cls.model_fields.values():
            classes += [each for each in fields.classes_in(field.annotation) if each not in classes]
    return kinds
