"""The SDK as seen without calling it: names, help, imports, copies, outputs."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import pydoc
import subprocess
import sys
from collections import deque
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from .._support.sdk import Sdk, imported_sdk, properties

URL = "https://example.com/a.png"


def in_a_new_process(sdk: Sdk, code: str) -> Any:
    """Return what the code prints as JSON, run where nothing is imported yet."""
    setup = (
        f"import sys, json; sys.path.insert(0, {str(sdk.folder)!r}); import {sdk.package} as sdk"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{setup}\n{code}"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


LOADED = "print(json.dumps(sorted(sys.modules)))"


def test_import_is_lazy(sdk: Sdk) -> None:
    modules = in_a_new_process(sdk, "dir(sdk); sdk.list_endpoints()\n" + LOADED)
    assert not {"httpx", "pydantic", "asyncio", "ssl"} & set(modules)
    assert not [name for name in modules if name.startswith(f"{sdk.package}.models")]


def test_get_endpoint_loads_only_that_one(sdk: Sdk) -> None:
    modules = in_a_new_process(sdk, "sdk.get_endpoint('openai/gpt-image-2/edit')\n" + LOADED)
    endpoints = [name for name in modules if name.startswith(f"{sdk.package}.models.openai.")]
    models = f"{sdk.package}.models.openai"
    assert endpoints == [f"{models}.gpt_image_2", f"{models}.gpt_image_2.edit"]
    assert f"{sdk.package}.models.acme" not in modules
    assert "httpx" not in modules


def test_an_attribute_loads_only_its_own_step(sdk: Sdk) -> None:
    code = "client = sdk.RunComfy('t'); client.openai; client.openai.gpt_4o_image.edit\n" + LOADED
    modules = in_a_new_process(sdk, code)
    assert f"{sdk.package}.models.openai.gpt_4o_image.edit" in modules
    assert f"{sdk.package}.models.openai.gpt_image_2" not in modules
    assert f"{sdk.package}.models.acme" not in modules


def test_registry(sdk: Sdk) -> None:
    package = sdk.module()
    assert package.list_endpoints() == tuple(sorted(sdk.cases))
    for model_id, case in sdk.cases.items():
        info = package.get_endpoint(model_id)
        assert (info.model_id, info.request_type.model_id) == (model_id, model_id)
        assert info.input_schema == case.input
        assert info.output_schema == case.output
        assert info.output_type is info.request_type.output_type
        assert info.schema_hash.startswith("sha256:")
        assert info.facts == {}
        step: Any = package.RunComfy("t")
        for name in info.attribute_path.split("."):
            step = getattr(step, name)
        assert step.request_type is info.request_type
    [rule] = package.get_endpoint("openai/gpt-4o-image/edit").rules["image"]
    assert (rule.rule, rule.value) == ("file_size_mb<", 25)
    assert package.get_endpoint("openai/gpt-image-2/edit").rules == {}


def test_an_unknown_endpoint(sdk: Sdk) -> None:
    package = sdk.module()
    with pytest.raises(
        package.UnknownEndpointError, match="did you mean 'openai/gpt-image-2/edit'"
    ) as caught:
        package.get_endpoint("openai/gpt-image-2/edits")
    assert isinstance(caught.value, KeyError)
    assert "untyped" in str(caught.value)


def test_dir_and_hints(sdk: Sdk) -> None:
    package = sdk.module()
    client = package.RunComfy("t")
    assert {"openai", "acme", "submit", "run", "untyped", "close"} <= set(dir(client))
    assert {"gpt_image_2", "gpt_4o_image"} <= set(dir(client.openai))
    assert {"RunComfy", "AsyncRunComfy", "list_endpoints"} <= set(dir(package))
    for owner, name, near in (
        (client, "opena", "openai"),
        (client.openai, "gpt_image2", "gpt_image_2"),
        (package, "RunComfi", "RunComfy"),
    ):
        with pytest.raises(AttributeError, match=f"{name!r}; did you mean {near!r}"):
            getattr(owner, name)
    assert client.openai is client.openai
    assert repr(client.openai.gpt_image_2.edit) == "<GptImage2Edit: openai/gpt-image-2/edit>"


def test_dir_lists_no_private_names(client: Any) -> None:
    for place, expected in (
        (client, {"openai", "submit", "untyped"}),
        (client.openai, {"gpt_image_2"}),
        (client.openai.gpt_image_2.edit, {"job", "request_type", "run", "submit"}),
    ):
        names = [name for name in dir(place) if not name.startswith("__")]
        assert expected <= set(names)
        assert not [name for name in names if name.startswith("_")]


def test_a_subclass_of_the_client_is_a_client(sdk: Sdk) -> None:
    class Mine(sdk.module("client").RunComfy):  # type: ignore[misc]
        """Somebody's own."""

    assert Mine("t").openai.gpt_image_2.edit.request_type.model_id == "openai/gpt-image-2/edit"


@pytest.mark.parametrize("name", ["submit", "run"])
def test_help_shows_the_real_parameters(sdk: Sdk, name: str) -> None:
    method = getattr(sdk.module("client").RunComfy("t").openai.gpt_image_2.edit, name)
    parameters = inspect.signature(method).parameters
    assert list(parameters) == [
        *("prompt", "images", "aspect_ratio", "resolution", "quality", "output_format", "options")
    ]
    assert all(each.kind is each.KEYWORD_ONLY for each in list(parameters.values())[:-1])
    assert parameters["prompt"].default is inspect.Parameter.empty
    text = pydoc.render_doc(method, renderer=pydoc.TextDoc())
    assert "images: " in text
    assert 'Server default: "1:1"' in text


NAMES = (
    *(
        "self",
        "cls",
        "options",
        "timeout",
        "extra_body",
        "arguments",
        "args",
        "model_config",
        "json",
    ),
    *("str", "list", "locals", "Any", "Literal", "__class__", "class", "class_", "name", "", "-"),
    *("rules", "nullable", "to_body", "Request", "Field", "x", "_x", "X", "1", "a b", "it's", "\\"),
)


def test_any_wire_name_by_both_names(tmp_path: Path) -> None:
    case = properties(*NAMES, **{name: {"type": "string"} for name in NAMES})
    with imported_sdk("sdk_under_test_names", {"acme/odd/names": case}, tmp_path) as sdk:
        request = sdk.request("acme/odd/names")
        by_wire = {name: f"<{name}>" for name in NAMES}
        assert request(**by_wire).to_body() == by_wire
        by_name = {name: f"<{field.alias}>" for name, field in request.model_fields.items() if field.alias is not None}  # fmt: skip
        by_name |= {name: f"<{name}>" for name in request.model_fields.keys() - by_name.keys()}
        assert request(**by_name).to_body() == by_wire
        names = sdk.module("client").RunComfy("t").acme.odd.names
        with pytest.raises(sdk.module().InvalidRequestError) as caught:
            names.submit(**{**by_wire, "options": 5, "self_": 5, "timeout": 1.0})
        problems = {problem.field: problem.message for problem in caught.value.problems}
        assert problems == {
            "self_": 'must be given once; it is also given as "self"',
            "options_": 'must be text (str); got 5; give it as text: "5"',
            "timeout_": "is required",  # as keywords of a call these two are options
            "extra_body_": "is required",
        }


class Own(str, Enum):  # noqa: UP042 - the older spelling is what is tried
    """Somebody's own constants."""

    DURATION = "5"


def test_kinds_of_str_int_and_sequence(sdk: Sdk) -> None:
    request = sdk.request("acme/every/thing")(
        prompt=Own.DURATION, prompt_image=URL, duration=Own.DURATION, fps=24.0, tags=deque("ab")
    )
    body = {"prompt": "5", "promptImage": URL, "duration": "5", "fps": 24, "tags": ["a", "b"]}
    assert json.dumps(request.to_body()) == json.dumps(body)


def test_the_schema_that_pydantic_gives_of_a_request(sdk: Sdk) -> None:
    for model_id, case in sdk.cases.items():
        schema = sdk.request(model_id).model_json_schema()
        assert schema["properties"].keys() == case.input["properties"].keys()
        assert schema.get("required", []) == case.input.get("required", [])


def test_copies_of_requests(sdk: Sdk) -> None:
    request = sdk.request("acme/every/thing")(
        prompt="x",
        prompt_image=b"\x89PNG\r\n\x1a\n",
        loras=[{"path": "p", "scale": 5e-1}],
        note=None,
    )
    for twin in (pickle.loads(pickle.dumps(request)), copy.deepcopy(request), copy.copy(request)):
        assert twin == request
        assert twin.to_body() == request.to_body()
        assert repr(twin) == repr(request)


def test_what_was_not_given_is_not_dumped(sdk: Sdk) -> None:
    request = sdk.request("acme/every/thing")
    lora = {"path": "p", "mask": URL}
    some = request(prompt="x", prompt_image=URL, class_="c", loras=[lora], size=lora, note=None)
    body = {"prompt": "x", "promptImage": URL, "class": "c", "loras": [lora], "size": lora, "note": None}  # fmt: skip
    names = {"promptImage": "prompt_image", "class": "class_"}
    dumped = {names.get(wire, wire): value for wire, value in body.items()}
    assert some.model_dump() == some.model_dump(mode="json") == dumped
    assert some.model_dump(by_alias=True) == some.to_body() == body
    assert json.loads(some.model_dump_json()) == dumped
    assert some.model_dump(include={"prompt", "seed"}) == {"prompt": "x"}
    for again in (request(**dumped), request.model_validate_json(some.model_dump_json())):
        assert again == some
        assert repr(again) == repr(some)


def test_copies_of_results_and_outputs(sdk: Sdk, client: Any) -> None:
    result = client.acme.output.own.run(prompt="x")
    for twin in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert twin == result
        assert twin.output == result.output
        assert type(twin.output) is type(result.output)


def test_copies_of_errors(sdk: Sdk) -> None:
    invalid = sdk.module().InvalidRequestError
    with pytest.raises(invalid) as caught:
        sdk.request("acme/every/thing")(prompt=5, lora=[])
    for twin in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):
        assert str(twin) == str(caught.value)
        assert twin.problems == caught.value.problems
        assert twin.model_id == "acme/every/thing"
    with pytest.raises(sdk.module().UnknownEndpointError) as unknown:
        sdk.module().get_endpoint("no/such")
    assert str(pickle.loads(pickle.dumps(unknown.value))) == str(unknown.value)


def own(sdk: Sdk) -> Any:
    return sdk.module().get_endpoint("acme/output/own").output_type


def test_outputs_keep_what_they_do_not_know(sdk: Sdk) -> None:
    output = own(sdk).parse(
        {"score": 3, "state": "superb", "frames": [{"url": "u", "at": 1}], "extra": {"a": [1]}}
    )
    assert (output.score, output.state, output.extra) == (3, "superb", {"a": [1]})
    assert (output.frames[0].url, output.frames[0].at) == ("u", 1)


ODD: list[Any] = [
    *(None, 5, "text", [], [1], True, {}),
    *({"score": None}, {"score": "3"}, {"score": 3.0}, {"score": True}, {"score": {"a": 1}}),
    *({"frames": None}, {"frames": {}}, {"frames": [None, 5, {"url": 7}]}, {"frames": "u"}),
    *({"state": 5}, {"copy": 1, "model_dump": 2, "class": 3, "": 4, "a b": 5, "__class__": 6}),
]


@pytest.mark.parametrize("reply", ODD, ids=repr)
def test_outputs_never_refuse_and_never_convert(sdk: Sdk, reply: Any) -> None:
    output = own(sdk).parse(reply)
    kept = output.model_dump(exclude_unset=True, by_alias=True, warnings=False)
    assert json.dumps(kept) == json.dumps(reply if isinstance(reply, dict) else {"value": reply})


def test_a_missing_field_is_none(sdk: Sdk) -> None:
    output = own(sdk).parse({})
    assert (output.score, output.frames) == (None, None)
    with pytest.raises(AttributeError):
        _ = output.no_such_field
