"""Models that are gone from the catalogue: deprecated in the SDK, with what takes their place."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.dialect.replacements import replacements
from runcomfy_codegen.runtime.testing import Emulator

from .._support.generator import Sdk, errors, generated, imported, source

TEXT = {"type": "string"}
CUT = {"prompt": {**TEXT, "description": "Other words."}, "seconds": {"type": "integer"}}
PACKAGE = "sdk_with_gone"
MESSAGE = "acme/paint/v1 is gone from the catalogue: use client.acme.paint.v2"
SOURCES = (
    source("acme/paint/v1", gone=True),
    source("acme/paint/v1/draft"),
    source("acme/paint/v2"),
    source("lone/old", gone=True),
)


@pytest.fixture
def sdk(tmp_path: Path) -> Iterator[Sdk]:
    generation = generated(*SOURCES, package=PACKAGE)
    assert not errors(generation)
    with imported(tmp_path, generation, PACKAGE) as sdk:
        yield sdk


def client_of(sdk: Sdk, kind: str, emulator: Emulator) -> Any:
    client = getattr(sdk.package, kind)
    return client(api_token=emulator.token, base_url=emulator.base_url)


@pytest.fixture
def emulator(sdk: Sdk) -> Iterator[Emulator]:
    with sdk.module("testing").Emulator() as emulator:
        yield emulator


def test_the_first_submit_warns_once_and_names_the_caller(sdk: Sdk, emulator: Emulator) -> None:
    with (
        client_of(sdk, "RunComfy", emulator) as client,
        warnings.catch_warnings(record=True) as told,
    ):
        warnings.simplefilter("always")
        client.acme.paint.v1.draft.submit(prompt="x")
        client.acme.paint.v2.submit(prompt="x")
        endpoint = client.acme.paint.v1
        assert told == [], "nothing was asked of what is gone"
        endpoint.submit(prompt="x")
        endpoint.run(prompt="x")
        client.submit(sdk.request("acme/paint/v1")(prompt="x"))
    assert [(str(each.message), each.category, each.filename) for each in told] == [
        (MESSAGE, DeprecationWarning, __file__)
    ]


def test_asyncio_warns_as_well(sdk: Sdk, emulator: Emulator) -> None:
    async def submit() -> None:
        async with client_of(sdk, "AsyncRunComfy", emulator) as client:
            await client.lone.old.submit(prompt="x")

    with pytest.warns(DeprecationWarning, match="^lone/old is gone from the catalogue$") as told:
        asyncio.run(submit())
    assert [each.filename for each in told] == [__file__]


def test_a_warning_that_is_an_error_sends_nothing(sdk: Sdk, emulator: Emulator) -> None:
    with client_of(sdk, "RunComfy", emulator) as client:
        for _ in range(2):
            with pytest.raises(DeprecationWarning):
                client.acme.paint.v1.submit(prompt="x")
    assert not emulator.received


def test_classes_and_methods_are_marked_for_editors(sdk: Sdk) -> None:
    module = sdk.module("models.acme.paint.v1")
    endpoint = module.PaintV1
    for marked in (endpoint, endpoint.submit, endpoint.run, module.PaintV1Request):
        assert marked.__deprecated__ == MESSAGE
    living = sdk.module("models.acme.paint.v2").PaintV2
    assert not hasattr(living, "__deprecated__")
    assert not hasattr(living.submit, "__deprecated__")


def test_its_page_links_to_what_replaces_it(sdk: Sdk) -> None:
    page = sdk.generation["docs/acme/paint/v1.md"]
    assert "Use [`client.acme.paint.v2`](../../acme/paint/v2.md) instead.\n\n- Task" in page
    assert "Choose another model" in sdk.generation["docs/lone/old.md"]
    assert "This model is gone" not in sdk.generation["docs/acme/paint/v2.md"]


def test_the_client_says_so_at_the_attribute(sdk: Sdk) -> None:
    text = sdk.generation[f"{PACKAGE}/models/acme/paint/__init__.py"]
    assert f'"""Deprecated: {MESSAGE}."""' in text


@pytest.mark.parametrize("use", ["client.acme.paint.v1.submit", "client.acme.paint.v1.run"])
def test_pyright_reports_the_use_and_nothing_in_the_sdk(sdk: Sdk, tmp_path: Path, use: str) -> None:
    code = f"from {PACKAGE} import RunComfy\nclient = RunComfy()\n{use}(prompt='x')\n"
    (tmp_path / "code.py").write_text(code, "utf-8")
    settings = json.dumps(
        {"typeCheckingMode": "strict", "include": ["code.py", f"{PACKAGE}/models"]}
    )
    (tmp_path / "pyrightconfig.json").write_text(settings, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "-p", str(tmp_path), "--pythonpath", sys.executable],
        capture_output=True,
        text=True,
    )
    found = [line for line in done.stdout.splitlines() if " - error: " in line]
    assert len(found) == 1, done.stdout
    assert "code.py:3:" in found[0]
    assert "reportDeprecated" in done.stdout


def test_the_command_line_marks_it(sdk: Sdk, capsys: pytest.CaptureFixture[str]) -> None:
    main = sdk.module("cli").main
    main(["models"])
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows if row.endswith("\t(gone)")] == [
        "acme/paint/v1",
        "lone/old",
    ]
    main(["show", "acme/paint/v1"])
    assert MESSAGE in capsys.readouterr().out
    main(["show", "acme/paint/v2"])
    assert "is gone" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["show", "run", "submit"])
def test_completion_says_that_it_is_gone(
    sdk: Sdk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("_SDK_COMPLETE", "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"sdk {command} acme/paint/v")
    app = sdk.module("cli._app").app
    with pytest.raises(SystemExit):
        app(prog_name="sdk", complete_var="_SDK_COMPLETE")
    text = capsys.readouterr().out
    assert text.count("gone from the catalogue") == 1
    first, second = text.index("acme/paint/v1"), text.index("acme/paint/v1/draft")
    assert first < text.index("gone from the catalogue") < second


@pytest.mark.parametrize(
    ("living", "heir"),
    [
        ((), ""),
        ((source("other/paint/v1"),), ""),
        ((source("acme/sing", categories=["text-to-audio"]),), ""),
        ((source("acme/cut", CUT), source("acme/paint/v2", {"x": TEXT})), "acme/cut"),
        ((source("acme/cut"), source("acme/paint/v2", {"x": TEXT})), "acme/paint/v2"),
        ((source("acme/a", {"x": TEXT}), source("acme/b", {**CUT, "x": TEXT})), "acme/b"),
    ],
)
def test_the_nearest_is_of_the_family_and_equal_first(living: tuple[Any, ...], heir: str) -> None:
    plain = {"prompt": TEXT, "seconds": {"type": "integer"}}
    gone = source("acme/paint/v1", plain, gone=True)
    found = replacements({each.model_id: each for each in (gone, *living)})
    assert found == {"acme/paint/v1": heir}
