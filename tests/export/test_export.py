"""`runcomfy-codegen export`: valid documents, the same bytes every time, and exit codes."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator
from runcomfy.testing import Emulator
from runcomfy_codegen.cli.app import main
from runcomfy_codegen.export.endpoints import exported
from runcomfy_codegen.export.openapi import openapi_document
from runcomfy_codegen.names.lock import Names

from tests._support.generator import SCHEMAS, source, write
from tests._support.sdk import Case, catalogue
from tests._support.sdk import source as source_of

OVERLAY = [{"at": "/properties/prompt/maxLength", "was": 5, "now": 9, "reason": "typo"}]
PROMPT = {"prompt": {"type": "string", "maxLength": 5}}
PRICE: dict[str, Any] = {
    "base_price_usd": 0.036,
    "price_unit": "second",
    "pricing_note": "4k costs double",
}


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    folder = tmp_path / "schemas"
    write(
        folder,
        source("acme/Film 2.0/text-to-video", PROMPT, overlay=OVERLAY, **PRICE),
        source("acme/still", {"image": {"type": "string", "format": "image_uri"}}, gone="2026-01-01"),
    )  # fmt: skip
    return folder


def run(schemas: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", *arguments, "--schemas", str(schemas)])


def openapi(schemas: Path, *arguments: str) -> Any:
    result = run(schemas, "openapi", *arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_openapi_is_valid_and_has_every_call(schemas: Path) -> None:
    document = openapi(schemas)
    OpenAPIV31SpecValidator(document).validate()
    film = "/models/acme/Film%202.0/text-to-video"
    requests = [f"/requests/{{request_id}}/{name}" for name in ("status", "result", "cancel")]
    assert [*document["paths"]] == [film, "/models/acme/still", *requests]
    submit = document["paths"][film]["post"]
    assert submit["x-runcomfy-price"] == PRICE
    assert submit["operationId"] == "submitFilm20TextToVideo"
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert document["paths"]["/models/acme/still"]["post"]["deprecated"] is True
    assert "x-runcomfy-price" not in document["paths"]["/models/acme/still"]["post"]


def test_overlays_are_applied(schemas: Path) -> None:
    shown = json.loads(run(schemas, "jsonschema").stdout)
    assert shown["acme/Film 2.0/text-to-video"]["properties"]["prompt"]["maxLength"] == 9


def test_only_chooses_endpoints(schemas: Path) -> None:
    shown = run(schemas, "jsonschema", "--only", "acme/still").stdout
    assert [*json.loads(shown)] == ["acme/still"]
    paths = openapi(schemas, "--only", "*/still")["paths"]
    assert sum(path.startswith("/models/") for path in paths) == 1


@pytest.mark.parametrize(
    ("form", "name", "paths"),
    [
        ("openapi", "api.json", ["api.json"]),
        ("jsonschema", "all.json", ["all.json"]),
        ("jsonschema", "one", ["one/acme/Film 2.0/text-to-video.json", "one/acme/still.json"]),
    ],
)
def test_check_finds_what_is_stale(
    schemas: Path, tmp_path: Path, form: str, name: str, paths: list[str]
) -> None:
    target = tmp_path / name
    assert run(schemas, form, "-o", str(target), "--check").exit_code == 1
    assert not target.exists()
    assert run(schemas, form, "-o", str(target)).exit_code == 0
    written = {path: (tmp_path / path).read_bytes() for path in paths}
    assert run(schemas, form, "-o", str(target), "--check").exit_code == 0
    assert run(schemas, form, "-o", str(target)).exit_code == 0
    assert written == {path: (tmp_path / path).read_bytes() for path in paths}
    changed = tmp_path / paths[-1]
    changed.write_text(changed.read_text("utf-8").replace("object", "array", 1), "utf-8")
    result = run(schemas, form, "-o", str(target), "--check")
    assert result.exit_code == 1
    assert f"{changed}: stale" in result.stderr
    assert '"type": "array"' in result.stdout


def test_check_finds_a_file_of_no_endpoint(schemas: Path, tmp_path: Path) -> None:
    target = tmp_path / "one"
    run(schemas, "jsonschema", "-o", str(target))
    (target / "acme" / "former.json").write_text("{}", "utf-8")
    result = run(schemas, "jsonschema", "-o", str(target), "--check")
    assert result.exit_code == 1
    assert "former.json: belongs to no endpoint; delete it" in result.stderr
    chosen = run(schemas, "jsonschema", "-o", str(target), "--check", "--only", "acme/still")
    assert chosen.exit_code == 0


def test_exit_codes(schemas: Path, tmp_path: Path) -> None:
    assert run(schemas, "openapi", "--check").exit_code == 2
    assert run(schemas, "yaml").exit_code == 2
    assert run(tmp_path / "nowhere", "openapi").exit_code == 2
    write(schemas, source("acme/bad", {"x": {"$ref": "#/x"}}))
    result = run(schemas, "openapi")
    assert result.exit_code == 1
    assert "/models/acme/bad" not in result.stdout
    assert "/models/acme/still" in result.stdout


def test_replies_of_the_emulator_are_of_the_document() -> None:
    """The emulator behaves as the real service does."""
    document = openapi(SCHEMAS)
    with Emulator() as emulator:
        headers = {"Authorization": f"Bearer {emulator.token}"}
        with httpx.Client(base_url=f"{emulator.base_url}/v1", headers=headers) as client:
            body = {"prompt": "a dog", "images": ["https://example.com/a.png"]}
            accepted = client.post("models/openai/gpt-image-2/edit", json=body).json()
            valid(document, "Submitted", accepted)
            at = f"requests/{accepted['request_id']}"
            valid(document, "Status", client.get(f"{at}/status").json())
            valid(document, "Cancelled", client.post(f"{at}/cancel").json())
            valid(document, "Result", client.get(f"{at}/result").json())
            valid(document, "Error", client.get("requests/unknown/status").json())


def valid(document: Any, name: str, reply: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    Draft202012Validator(schema).validate(reply)


def test_the_catalogue_gives_a_valid_document() -> None:
    cases: dict[str, Case] = catalogue()  # skips the test where it is missing
    endpoints, problems = exported((source_of(*each) for each in cases.items()), Names())
    assert not [problem for problem in problems if problem.severity == "error"]
    document = openapi_document(endpoints, "1.0.0")
    assert len(document["paths"]) == len(cases) + 3
    names = [path["post"]["operationId"] for path in [*document["paths"].values()][:-3]]
    assert len({*names}) == len(cases)
    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize(("form", "name"), [("openapi", "api"), ("jsonschema", "all.json")])
def test_a_file_in_place_of_a_folder_is_refused(
    schemas: Path, tmp_path: Path, form: str, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    result = run(schemas, form, "-o", str(folder))
    assert result.exit_code == 2
    assert f"--output: must be a file; got the folder {folder}" in result.stderr


@pytest.mark.parametrize("check", [[], ["--check"]])
def test_a_folder_in_place_of_a_file_is_refused(
    schemas: Path, tmp_path: Path, check: list[str]
) -> None:
    file = tmp_path / "all"
    file.write_text("mine", "utf-8")
    result = run(schemas, "jsonschema", "-o", str(file), *check)
    assert result.exit_code == 2
    assert f"--output: must be a folder or end in .json; got the file {file}" in result.stderr
    assert file.read_text("utf-8") == "mine"


def test_a_link_is_followed(schemas: Path, tmp_path: Path) -> None:
    file, link = tmp_path / "api.json", tmp_path / "link.json"
    file.write_text("{}", "utf-8")
    link.symlink_to(file)
    assert run(schemas, "openapi", "-o", str(link)).exit_code == 0
    assert link.is_symlink()
    assert "openapi" in json.loads(file.read_text("utf-8"))


def test_a_pipe_is_written_to_and_stays(schemas: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        received = pool.submit(pipe.read_text, "utf-8")
        assert run(schemas, "openapi", "-o", str(pipe)).exit_code == 0
        assert "openapi" in json.loads(received.result(timeout=30))
    assert pipe.is_fifo()
