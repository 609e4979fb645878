"""Arguments become exactly the JSON that the schema means, or are refused before they are paid for."""

from __future__ import annotations

import base64
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ..._support.cli import CommandLine
from ..._support.endpoints import DIALECT
from ..._support.sdk import Case, Sdk, catalogue, imported_sdk

EVERY = "acme/every/thing"
URL = "https://example.com/a.png"


def test_all_spellings_and_kinds(cli: CommandLine) -> None:
    ended = cli(
        *("submit", "acme.every.thing", "--prompt", "-5 d", "--promptImage", URL),
        *("--duration=5", "--fps", "24", "--seed", "3", "--guidance", ".5", "--no-flag"),
        *("--loras", '{"path": "p", "scale": 1}', '{"path": "q"}', "--tags", "a", "--tags", "b"),
        *("--size", "square", "--meta", '{"a": [1]}', "--note", "null", "--class", "c"),
        *("--241_positive_prompt", "x", "--few", URL, URL),
    )
    assert ended.code == 0, ended.err
    assert cli.posted() == [
        {
            "prompt": "-5 d",
            "promptImage": URL,
            "duration": "5",
            "fps": 24,
            "seed": 3,
            "guidance": 0.5,
            "flag": False,
            "loras": [{"path": "p", "scale": 1}, {"path": "q"}],
            "tags": ["a", "b"],
            "size": "square",
            "meta": {"a": [1]},
            "note": None,
            "class": "c",
            "241_positive_prompt": "x",
            "few": [URL, URL],
        }
    ]


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        (["--flag"], True),
        (["--flag", "false"], False),
        (["--flag=true"], True),
        (["--no-flag"], False),
        ([], None),
    ],
)
def test_flags(cli: CommandLine, flag: list[str], value: object) -> None:
    assert cli("submit", EVERY, *flag, "--prompt", "x", "--prompt-image", URL).code == 0
    assert cli.posted()[0].get("flag") is value


def test_everything_that_is_wrong_is_told_at_once(cli: CommandLine) -> None:
    ended = cli(
        *(
            "run",
            EVERY,
            "--promt",
            "a dog",
            "--fps",
            "30",
            "--seed",
            "12",
            "--guidance",
            "much",
            "stray",
        ),
        *("--prompt-image", "nope.png", "--loras", '{"path"', "--tags", "one", "--note"),
    )
    assert ended.code == 65
    assert [line.strip().split(": ")[0] for line in ended.err.splitlines()[1:]] == [
        "--promt",
        "'stray' has no option before it, such as --prompt",
        "--note",
        "--loras",
        "--prompt-image",
        "--prompt",
        "--fps",
        "--seed",
        "--guidance",
        "--tags",
    ]
    assert "did you mean --prompt?" in ended.err
    assert "must be one of 24, 25; got 30" in ended.err
    assert cli.emulator.received == []


def test_a_value_that_is_an_option_is_a_forgotten_value(cli: CommandLine) -> None:
    ended = cli("run", EVERY, "--prompt-image", URL, "--prompt", "--json")
    assert ended.code == 65
    assert "--prompt: needs a value" in ended.err
    assert cli("submit", EVERY, "--prompt-image", URL, "--prompt=--x").code == 0
    assert cli.posted()[0]["prompt"] == "--x"


def test_files_travel_in_the_request(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    content = Path("saw.png").read_bytes()
    uri = "data:image/png;base64," + base64.b64encode(content).decode()
    assert cli("submit", EVERY, "--prompt", "x", "--prompt-image", "saw.png").code == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert cli("submit", EVERY, "--prompt", "x", "--prompt-image", "-").code == 0
    document = {"prompt": "x", "promptImage": "saw.png", "loras": [{"path": "p", "mask": "saw.png"}]}  # fmt: skip
    Path("in.json").write_text(json.dumps(document), "utf-8")
    assert cli("submit", EVERY, "--input", "in.json").code == 0
    assert [body["promptImage"] for body in cli.posted()] == [uri, uri, uri]
    assert cli.posted()[2]["loras"][0]["mask"] == uri


@pytest.mark.parametrize("arguments", [["--prompt-image", "no.png"], ["--input", "no.json"]])
def test_a_file_that_is_not_there(cli: CommandLine, arguments: list[str]) -> None:
    ended = cli("run", EVERY, "--prompt", "x", *arguments)
    assert ended.code == 66
    assert "no." in ended.err
    assert cli.emulator.received == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "--prompt-image: is empty"),
        ("~nobody-of-this-name/a.png", "--prompt-image: no such file"),
        ("x" * 5000, "--prompt-image: no such file"),
        ("a\0b", "--prompt-image: no such file"),
        (".", "--prompt-image: . is a directory"),
        (
            "/dev/null",
            "--prompt-image: /dev/null is not a regular file: open it and pass the open file\n",
        ),
        ("\x1b[31m[red]", "--prompt-image: no such file: \\x1b[31m[red]\n"),
    ],
)
def test_a_name_that_is_no_file(cli: CommandLine, name: str, words: str) -> None:
    ended = cli("run", EVERY, "--prompt", "x", f"--prompt-image={name}")
    assert ended.code in (65, 66)
    assert words in ended.err
    assert "is a directory" not in ended.err or name
    assert cli.emulator.received == []


def test_stdin_is_read_once(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, option in (
        (("--prompt", "x", "--images", "-", "-"), "--images[1]"),
        (("--prompt", "x", "--images", "-", "--input", "-"), "--images[0]"),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
        ended = cli("run", "openai/gpt-image-2/edit", *arguments)
        assert ended.code == 65
        assert f"  {option}: stdin (-) can be read only once\n" in ended.err


def test_a_document_that_is_a_folder(cli: CommandLine) -> None:
    ended = cli("run", EVERY, "--input", ".")
    assert ended.code == 65
    assert "--input: .: " in ended.err


def test_options_win_over_a_document(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    document = {"prompt": "x", "promptImage": URL, "class": "theirs", "seed": 1}
    text = io.BytesIO(json.dumps(document).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(text))
    assert cli("submit", EVERY, "--input", "-", "--class", "mine").code == 0
    assert cli.posted() == [{**document, "class": "mine"}]


@pytest.mark.parametrize(
    "text",
    [*("", "{", "[]", "null", "\xff", '{"prompt": "x"} x'), pytest.param("[" * 10**5, id="deep")],
)
def test_a_document_that_is_none(cli: CommandLine, text: str) -> None:
    Path("in.json").write_bytes(text.encode("latin-1"))
    ended = cli("run", EVERY, "--input", "in.json", "--fps", "1")
    assert ended.code == 65
    assert [line.split(":")[0] for line in ended.err.splitlines()[1:]] == ["  --input", "  --fps"]


def test_names_of_a_document_that_nobody_knows(cli: CommandLine) -> None:
    Path("in.json").write_text(json.dumps({"promt": "x", "promptImage": URL}), "utf-8")
    ended = cli("run", EVERY, "--input", "in.json", "--prompt", "x")
    assert ended.code == 65
    assert 'promt: unknown parameter; did you mean "prompt"?' in ended.err


def test_what_is_newer_than_the_package(cli: CommandLine) -> None:
    arguments = "submit", "acme/output/own", "--prompt", "x", "--extra-body"
    assert cli(*arguments, '{"prompt": "y"}').code == 0
    assert cli.posted() == [{"prompt": "y"}]
    for wrong in ("{", "[]"):
        ended = cli(*arguments, wrong)
        assert (ended.code, "--extra-body" in ended.err) == (65, True)


# What is text or something else: 5 is then the number, "null" the null.
AMBIGUOUS = frozenset(
    ["two-types", "number-or-text", "anything", "mixed-enum", "mixed-enum-2", "array-no-items"]
)
NULLABLE = frozenset(["nullable-list", "nullable-items", "null-enum"])


PLAIN: tuple[Any, ...] = (
    *("text", "5", "t t", "ab", "-1", 0, 1, -1, 5, 16, 0.5, 2.5, True, False, None, {}),
    *({"unknown": 1}, {"path": "p", "scale": 0.5, "steps": [1, 2]}, {"inner": {"path": "p"}}),
    *({"fps": 1, "raw": None}, {"key": 1}, {"key": 0.5}),
)


def candidates(schema: Mapping[str, Any]) -> list[Any]:
    """Values to try; the request class knows which of them are right."""
    choices = [*schema.get("enum", []), *schema.get("items", {}).get("enum", [])]
    single = [*PLAIN, *choices, *([schema["const"]] if "const" in schema else [])]
    return [*single, *([each] for each in single), *([each, each] for each in single)]


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values: 1 is not true."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def typed(value: Any) -> list[str]:
    """Return a value as one types it."""
    items = value if isinstance(value, list) else [value]
    return [each if isinstance(each, str) else json.dumps(each) for each in items]


def test_what_the_schema_allows_can_be_typed(tmp_path: Path) -> None:
    """Each value that the request class takes comes back from its text, also as JSON."""
    cases = {
        f"acme/dialect/{name}": Case({"type": "object", "properties": {"field": schema}})
        for name, schema in DIALECT.items()
        if "_uri" not in json.dumps(schema)
    }
    tried = 0
    with imported_sdk("acme_dialect", cases, tmp_path) as sdk:
        for model_id, case in cases.items():
            name = model_id.rpartition("/")[2]
            for value in candidates(case.input["properties"]["field"]):
                try:
                    allowed = sdk.request(model_id)(field=value).to_body()["field"]
                except sdk.module().InvalidRequestError:
                    continue
                if name in AMBIGUOUS or value == [] or (name in NULLABLE and value != "text"):
                    continue
                tried += 1
                if name != "arrays":  # one list is the whole: there is no telling
                    assert same(read(sdk, model_id, typed(value)), allowed), (name, value)
                whole = [json.dumps(value)] if isinstance(value, list) else typed(value)
                assert same(read(sdk, model_id, whole), allowed), (name, value)
    assert tried > 100


def read(sdk: Sdk, model_id: str, texts: list[str]) -> Any:
    """Return what one field becomes."""
    [field] = sdk.module("cli._fields").fields_of(sdk.module().get_endpoint(model_id))
    split = sdk.module("cli._arguments").Splitter([field], {}).split
    given = split([f"{field.option}={text}" for text in texts])
    assert given.problems == []
    return sdk.module("cli._reading").read(field, given.texts[field.name])


def test_every_endpoint_of_the_catalogue_has_a_command(tmp_path: Path) -> None:
    cases = dict(list(catalogue().items()))
    with imported_sdk("acme_catalogue", cases, tmp_path) as sdk:
        for model_id, case in cases.items():
            fields = sdk.module("cli._fields").fields_of(sdk.module().get_endpoint(model_id))
            assert {field.wire for field in fields} == set(case.input["properties"])
            options = [option for field in fields for option in (field.option, *field.aliases)]
            assert len(set(options)) == len(options)
            assert all(option.startswith("--") and len(option) > 2 for option in options)


ODD = ["help", "input", "json", "a b", "-", "X", "x", "a_b", "a-b", "class", "self", "241", "ünï"]


def test_odd_names_have_an_option_each(tmp_path: Path) -> None:
    text = {"type": "string"}
    case = Case({"type": "object", "properties": dict.fromkeys(ODD, text)})
    with imported_sdk("acme_odd", {"acme/odd/names": case}, tmp_path) as sdk:
        fields = sdk.module("cli._fields").fields_of(sdk.module().get_endpoint("acme/odd/names"))
        split = sdk.module("cli._arguments").Splitter(fields, {}).split
        for field in fields:
            given = split([field.option, "v"])
            assert (given.texts, given.problems) == ({field.name: ["v"]}, [])
        options = {field.wire: field.option for field in fields}
        assert options["help"] == "--field-help"
        assert options["class"] == "--class"
        assert options["241"] == "--241"
        assert len(options) == len(ODD)


def test_a_field_that_is_given_twice_is_no_choice_of_ours(cli: CommandLine) -> None:
    Path("in.json").write_text('{"prompt": "x", "prompt": "y"}', "utf-8")
    ended = cli("run", EVERY, "--input", "in.json")
    assert ended.code == 65
    assert "in.json: 'prompt' is given twice" in ended.err
    assert cli.posted() == []
