"""Python names for the vendor's names."""

from __future__ import annotations

import keyword
import re
import unicodedata

import pytest
from runcomfy_codegen.emit.toolchain import TEMPLATES
from runcomfy_codegen.names.rules import (
    RESERVED_CLASSES,
    RESERVED_PROPERTIES,
    RESERVED_SEGMENTS,
    camel_case,
    is_segment_name,
    property_name,
    segment_name,
    unique,
)
from runcomfy_codegen.runtime._api.call_options import RunOptions
from runcomfy_codegen.runtime._client import AsyncClient, SyncClient
from runcomfy_codegen.runtime._endpoint.classes import Endpoint, RootNamespace
from runcomfy_codegen.runtime._validation.base import InputModel, OutputModel, Request


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("prompt", "prompt"),
        ("241_positive_prompt", "field_241_positive_prompt"),
        ("6_text", "field_6_text"),
        ("promptImage", "prompt_image"),
        ("HTTPUrl", "http_url"),
        ("image2Url", "image2_url"),
        ("4K", "field_4k"),
        ("image_url_1", "image_url_1"),
        ("class", "class_"),
        ("None", "none"),
        ("from", "from_"),
        ("lambda", "lambda_"),
        ("match", "match"),
        ("schema", "schema_"),
        ("copy", "copy_"),
        ("json", "json_"),
        ("model_config", "field_model_config"),
        ("model_dump_json", "field_model_dump_json"),
        ("model_id", "model_id_"),
        ("model_name", "model_name"),
        ("str", "str_"),
        ("self", "self_"),
        ("options", "options_"),
        ("locals", "locals_"),
        ("timeout", "timeout_"),
        ("extra_body", "extra_body_"),
        ("__class__", "class_"),
        ("_private", "private"),
        ("a-b", "a_b"),
        ("a.b c", "a_b_c"),
        ("ﬁle", "file"),
        ("ｐｒｏｍｐｔ", "prompt"),
        ("提示词", "提示词"),
        ("", "field"),
        ("!?", "field"),
        ('x"""\nimport os', "x_import_os"),
        ("a\u202eb", "a_b"),
        ("{{ x }}", "x"),
    ],
)
def test_property_names(wire: str, name: str) -> None:
    assert property_name(wire) == name


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        ("openai", "openai"),
        ("gpt-image-2", "gpt_image_2"),
        ("4k", "v4k"),
        ("4K", "v4k"),
        ("v5.5", "v5_5"),
        ("Hailuo Video 01 Live", "hailuo_video_01_live"),
        ("run", "run_"),
        ("submit", "submit_"),
        ("job", "job_"),
        ("class", "class_"),
        ("untyped", "untyped_"),
        ("close", "close_"),
        ("...", "v"),
    ],
)
def test_segment_names(segment: str, name: str) -> None:
    assert segment_name(segment) == name


@pytest.mark.parametrize(
    "text", ["241_x", "class", "İ", "ǰ", "²", "a\u0301", "٣x", "ß", "𝐚", "ª", "·a"]
)
def test_every_name_is_one_that_python_takes_as_it_is(text: str) -> None:
    """Python compares names after NFKC, so a name that changes there would not be found again."""
    for name in (property_name(text), segment_name(text)):
        namespace: dict[str, object] = {}
        exec(f"{name} = 1", namespace)
        assert name in namespace
        assert not keyword.iskeyword(name)
        assert not name.startswith("_")


def test_camel_case() -> None:
    assert camel_case("gpt_image_2_edit") == "GptImage2Edit"
    assert camel_case("class_") == "Class"


def test_unique_takes_the_first_free_number() -> None:
    assert unique("a", []) == "a"
    assert unique("a", ["a", "a_2"]) == "a_3"
    assert unique("A", ["A"], separator="") == "A2"


def _public(*classes: type) -> set[str]:
    return {name for cls in classes for name in dir(cls) if not name.startswith("_")}


def test_no_property_can_hide_what_the_runtime_needs() -> None:
    needed = {*_public(Request, InputModel, OutputModel), *RunOptions.__annotations__}
    given = {property_name(name) for name in needed}
    assert given.isdisjoint(needed)
    assert {"self", "options", "locals", "frozenset"} <= RESERVED_PROPERTIES


def test_no_segment_can_hide_what_the_runtime_needs() -> None:
    needed = _public(SyncClient, AsyncClient, Endpoint, RootNamespace) | {"request_type"}
    assert needed <= RESERVED_SEGMENTS


def test_all_classes_that_the_templates_import_are_reserved() -> None:
    """Compared with the templates' text: a class added there has to be added here."""
    folder = TEMPLATES / "package"
    text = "".join(each.read_text("utf-8") for each in folder.rglob("*.py.jinja"))
    imports = re.findall(r"^\s*(?:\{\{ indent \}\})?from \S.* import (.+)$", text, re.MULTILINE)
    plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", ", ".join(imports))
    classes = {name for name in re.findall(r"\w+", plain) if name[0].isupper()}
    assert "Unpack" in classes
    assert classes <= RESERVED_CLASSES


@pytest.mark.parametrize("segment", ["con-", "_nul_", "prn!", "com1~", "lpt9.", "AUX+"])
def test_no_module_is_called_as_a_device_of_windows(segment: str) -> None:
    name = segment_name(segment)
    assert name.endswith("_")
    assert is_segment_name(name)
    assert not is_segment_name(name.removesuffix("_"))


@pytest.mark.parametrize("text", ["İ", "\u0323x", "x\u0301", "\u11a8", "ﷺ"])
def test_what_is_put_together_is_as_python_reads_it(text: str) -> None:
    """A class `I` + U+0307 is `İ` to Python, and `getattr` with the former does not find it."""
    for name in (segment_name(text), property_name(text), camel_case(segment_name(text))):
        assert name == unicodedata.normalize("NFKC", name)
        assert name.isidentifier()
