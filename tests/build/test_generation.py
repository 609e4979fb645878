"""The pure function: whole SDKs from inline schemas, imported and used."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Generation, Project, generate
from runcomfy_codegen.build.workers import WORTH_PROCESSES
from runcomfy_codegen.emit.layout import HEADER
from runcomfy_codegen.names.former import EndpointName
from runcomfy_codegen.names.lock import Names

from .._support.dialect_words import DIALECT
from .._support.generator import (
    GENERIC_OUTPUT,
    PROMPT,
    REPOSITORY,
    Sdk,
    errors,
    generated,
    imported,
    module_of,
    source,
)

URL = "https://example.com/a.png"
# What hurts a generator, as ids.
IDS = [
    "acme/demo",
    "acme/any",
    "acme/endpoint",
    "acme/media",
    "acme/none",
    "acme/tool/text-to-video",
    "acme/tool/text-to-video/draft",
    "acme/tool/run/submit/job",
    "acme/a-b/edit",
    "acme/a_b/edit",
    "acme/x/4k/go",
    "acme/x/4K/go",
    "acme/foo",
    "acme/foo-bar",
    "acme/foo-output",
    "acme/foo-request",
    "kling/kling/lipsync/audio-to-video",
    "root/root/namespace",
    "async/x",
    "async-x/y/z",
    "x/y/z",
    "minimax/Hailuo Video 01 Live",
    "wan-ai/wan-2.7/text-to-image",
    "模型/模型",
]


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    foo = {"bar_request": {"type": "object", "properties": {"deep": {"type": "integer"}}}}
    properties = {"acme/demo": DIALECT, "acme/foo": foo, "acme/tool/text-to-video": DIALECT}
    own = {"output": {"type": "object", "properties": {"text": {"type": "string"}}}}
    sources = [
        source(
            each, properties.get(each, PROMPT), output=own if each == "acme/foo" else GENERIC_OUTPUT
        )
        for each in IDS
    ]
    generation = generated(*sources, package="dialect_sdk")
    assert not errors(generation)
    folder = tmp_path_factory.mktemp("dialect_sdk")
    with imported(folder, generation, "dialect_sdk") as package:
        yield package


def test_every_endpoint_is_there_and_loads(sdk: Sdk) -> None:
    assert sdk.package.list_endpoints() == tuple(sorted(IDS))
    for model_id in IDS:
        info = sdk.package.get_endpoint(model_id)
        assert info.model_id == info.request_type.model_id == model_id
        assert info.request_type.__name__.endswith("Request")
        assert info.output_type.parse({"image": URL})
        assert info.input_schema["type"] == "object"


def test_every_endpoint_is_an_attribute_of_both_clients(sdk: Sdk) -> None:
    for name in ("RunComfy", "AsyncRunComfy"):
        client = getattr(sdk.package, name)(api_token="t", base_url="http://127.0.0.1:9")
        for model_id in IDS:
            found = client
            for part in sdk.package.get_endpoint(model_id).attribute_path.split("."):
                found = getattr(found, part)
            assert found.request_type.model_id == model_id
            assert callable(found.submit)


def test_an_endpoint_that_is_a_namespace_too_is_both(sdk: Sdk) -> None:
    client = sdk.package.RunComfy(api_token="t", base_url="http://127.0.0.1:9")
    both = client.acme.tool.text_to_video
    assert both.request_type.model_id == "acme/tool/text-to-video"
    assert both.draft.request_type.model_id == "acme/tool/text-to-video/draft"


def test_wire_names_and_values_are_exact(sdk: Sdk) -> None:
    assert sdk.body(
        "acme/demo",
        field_241_positive_prompt="fox",
        prompt_image=URL,
        class_="1:1",
        field_model_config=True,
        options_="o",
        locals_="l",
        media_in_="m",
        self_="s",
        timeout_=1.5,
        duration=5,
        seconds="5",
        scale=2,
        step=0.5,
        seed=None,
        request={"request": "x"},
        output="png",
        提示词="二",
        loras=[{"path": "p", "scale-by": 1.5}],
        frames=[[1], []],
        extra={"a": 1},
        photos=[URL],
    ) == {
        "241_positive_prompt": "fox",
        "promptImage": URL,
        "class": "1:1",
        "model_config": True,
        "options": "o",
        "locals": "l",
        "media_in": "m",
        "self": "s",
        "timeout": 1.5,
        "duration": 5,
        "seconds": "5",
        "scale": 2,
        "step": 0.5,
        "seed": None,
        "request": {"request": "x"},
        "output": "png",
        "提示词": "二",
        "loras": [{"path": "p", "scale-by": 1.5}],
        "frames": [[1], []],
        "extra": {"a": 1},
        "photos": [URL],
    }  # fmt: skip


def test_omitted_is_omitted(sdk: Sdk) -> None:
    assert sdk.body("acme/demo") == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("field_241_positive_prompt", "x" * 11),
        ("class_", "2K"),
        ("duration", 7),
        ("duration", "5"),
        ("seconds", 5),
        ("scale", 20.5),
        ("step", 0.7),
        ("output", "gif"),
        ("loras", [{}]),
        ("loras", [{"path": "p", "scale-by": 5}]),
        ("loras", [{"path": "p"}] * 3),
        ("frames", [["1"]]),
        ("extra", {"a": "b"}),
        ("unknown", 1),
    ],
)
def test_what_the_schema_forbids_is_refused(sdk: Sdk, name: str, value: Any) -> None:
    with pytest.raises(sdk.package.InvalidRequestError, match=r"."):
        sdk.request("acme/demo")(**{name: value})


def test_classes_of_other_endpoints_do_not_get_in_the_way(sdk: Sdk) -> None:
    """`FooBarRequest` is nested in one endpoint and the request of another."""
    assert sdk.body("acme/foo", bar_request={"deep": 1}) == {"bar_request": {"deep": 1}}
    assert sdk.body("acme/foo-bar", prompt="x") == {"prompt": "x"}
    assert sdk.package.get_endpoint("acme/foo").output_type.__name__ == "FooOutput"


def test_the_generic_output_is_generated_once(sdk: Sdk) -> None:
    outputs = [text for path, text in sdk.generation.items() if "class MediaOutput(" in text]
    assert len(outputs) == 1
    assert sdk.package.get_endpoint("acme/media").output_type.__name__ == "MediaOutput"


def test_a_module_does_not_depend_on_its_siblings(sdk: Sdk) -> None:
    alone = generated(
        source("acme/demo", DIALECT), package="dialect_sdk", names=sdk.generation.names
    )
    assert module_of(alone, "acme/demo") == module_of(sdk.generation, "acme/demo")
    shared = "dialect_sdk/models/_outputs.py"
    assert alone[shared] == sdk.generation[shared]


def test_the_order_of_the_sources_changes_nothing() -> None:
    one, two = source("acme/one"), source("beta/two", {"x-y": {"type": "string"}})
    forth, back = generated(one, two), generated(two, one)
    assert dict(forth) == dict(back)
    assert forth.names.dumps() == back.names.dumps()


def test_the_lock_decides_the_names() -> None:
    names = Names({"acme/demo": EndpointName("acme.kept", "Chosen")})
    names.properties = {"acme.kept.ChosenRequest": {"prompt": "text"}}
    text = module_of(generated(source(), names=names), "acme/demo")
    assert "class ChosenRequest(" in text
    assert 'text: Annotated[str | None, Field(alias="prompt")] = None' in text


def test_rules_of_nested_media_are_emitted() -> None:
    rule = {"validation_rule": "file_size_mb<", "validation_value": 1, "validation_error": "small"}
    image = {"type": "string", "format": "image_uri", "validations": [rule]}
    frames = {"type": "array", "items": {"type": "object", "properties": {"image-url": image}}}
    module = module_of(generated(source("acme/demo", {"frames": frames})), "acme/demo")
    assert 'rules: ClassVar[Rules] = {"image-url": (Rule("file_size_mb<", 1, "small"),)}' in module
    assert module.index("rules: ") < module.index("class DemoRequest")


def test_any_number_of_processes_writes_the_same() -> None:
    many = range(WORTH_PROCESSES)
    sources = [source(f"a{number}/demo", {"n": {"enum": [number]}}) for number in many]
    sources.append(source("acme/bad", {"x": {"$ref": "#/x"}}))
    alone, shared = (generate(Project(tuple(sources)), jobs) for jobs in (1, 2))
    assert alone == shared
    assert len(set(alone.endpoint_files.values())) == len(many)


def test_overlay_changes_the_code_not_the_published_schema() -> None:
    entry = {"at": "/properties/prompt/maxLength", "now": 7, "reason": "the text says so"}
    generation = generated(source(overlay=[entry]))
    assert "Field(max_length=7)" in module_of(generation, "acme/demo")
    facts = json.loads(generation["runcomfy/models/acme/demo.json"])
    assert "maxLength" not in facts["input_schema"]["properties"]["prompt"]
    # The emulator refuses what the class refuses.
    assert facts["reading"]["input_schema"]["properties"]["prompt"]["maxLength"] == 7


def test_what_the_sdk_knows_of_an_endpoint() -> None:
    published = source(display_name="Demo", base_price_usd=0, example={"prompt": "x"})
    facts = json.loads(generated(published)["runcomfy/models/acme/demo.json"])
    assert list(facts) == [
        "model_id", "display_name", "base_price_usd", "schema_hash", "input_schema", "output_schema",
    ]  # fmt: skip
    assert facts["schema_hash"].startswith("sha256:")
    assert facts["output_schema"] == GENERIC_OUTPUT


def test_a_class_says_what_the_catalogue_does() -> None:
    facts: dict[str, Any] = {
        "display_name": "Demo",
        "categories": ["text-to-image", "image-to-image", 7],
        "base_price_usd": 0.05,
        "price_unit": "second",
        "pricing_note": 'twice as much\nin """4K""".',
        "gone": True,
    }
    generation = generated(source("acme/demo", **facts), source("acme/plain"))
    title, about, use = documentation(generation, "acme/demo").split("\n\n")
    assert title == "acme/demo: Demo"
    assert " ".join(about.split()) == (
        "It was gone from the catalogue when this was generated."
        " Category: text-to-image, image-to-image. Input: text."
        ' Price when this was generated: $0.05 per second; twice as much in """4K""".'
    )
    assert use == "Submit a job, run one to its end, or pick one up by its id."
    assert documentation(generation, "acme/plain") == (
        "acme/plain\n\nInput: text.\n\nSubmit a job, run one to its end, or pick one up by its id."
    )
    facts["pricing_note"] = "word " * 1000
    assert len(documentation(generated(source(**facts)), "acme/demo")) < 600


@pytest.mark.parametrize("price", [True, "a lot", [1], {"usd": 1}, -1, None])
def test_a_price_that_is_no_amount_is_unknown(price: Any) -> None:
    assert "Price" not in documentation(generated(source(base_price_usd=price)), "acme/demo")


def test_hovering_shows_input_and_price() -> None:
    """An editor shows the docstring of the attribute, and of the method, not that of the class."""
    generation = generated(source("acme/demo", base_price_usd=0.05, price_unit="second"))
    price = "Price when this was generated: $0.05 per second."
    (client,) = (text for path, text in generation.items() if path.endswith("acme/__init__.py"))
    assert client.count(f'"""acme/demo\n\n    Input: text. {price}\n    """') == 2
    assert module_of(generation, "acme/demo").count(f".\n\n        {price}\n\n        Args:") == 2


def test_free_is_a_price() -> None:
    assert ": $0." in documentation(generated(source(base_price_usd=0)), "acme/demo")


def documentation(generation: Generation, model_id: str) -> str:
    """Return the docstring of the class whose methods are called."""
    *_, endpoint = ast.parse(module_of(generation, model_id)).body
    assert isinstance(endpoint, ast.ClassDef)
    return ast.get_docstring(endpoint) or ""


@pytest.mark.parametrize("name", [{"a": 1}, 7, None, ""])
def test_a_display_name_that_is_no_text_is_left_out(name: Any) -> None:
    assert '"""acme/demo"""' in module_of(generated(source(display_name=name)), "acme/demo")


def test_another_package_name() -> None:
    generation = generated(source(), package="my_sdk")
    assert "my_sdk/models/acme/demo.py" in generation
    assert not any(path.startswith("runcomfy/") for path in generation)
    assert "from runcomfy." not in generation["my_sdk/client.py"]
    assert "from runcomfy." not in module_of(generation, "acme/demo")


def test_the_runtime_is_published_verbatim() -> None:
    generation = generated(source())
    runtime = REPOSITORY / "generator" / "runcomfy_codegen" / "runtime"
    for file in runtime.rglob("*.py"):
        relative = file.relative_to(runtime).as_posix()
        if relative == "_plugins/pyinstaller/hook.py":  # PyInstaller looks for the package's name
            relative = "_plugins/pyinstaller/hook-runcomfy.py"
        if relative != "__init__.py":
            published = generation[f"runcomfy/{relative}"].removeprefix(HEADER)
            assert published == file.read_text("utf-8")


def test_a_generation_is_a_mapping() -> None:
    generation = generated(source())
    assert list(generation) == sorted(generation)
    assert len(generation) == len(generation.files)
    assert Path("runcomfy/py.typed").as_posix() in generation
