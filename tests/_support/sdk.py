"""From inline schemas to an imported SDK, under a package name of its own."""

from __future__ import annotations

import gc
import importlib
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime.testing import EmulatedEndpoint
from runcomfy_codegen.schemas.folder import EndpointSource
from runcomfy_codegen.text.documents import Document
from runcomfy_codegen.text.problems import has_errors

from .generator import GENERIC_OUTPUT

SHARED = Path(__file__).parents[3] / "shared"
SEEDS = Path(__file__).parents[2] / "schemas"
TOKEN = "emulator-token"
FAST = RetryPolicy(first_poll=0.01, poll_growth=1.0, longest_poll=0.01, first_retry=0.01)


class Case(NamedTuple):
    """One endpoint as a test writes it."""

    input: Mapping[str, Any]
    output: Mapping[str, Any] = GENERIC_OUTPUT
    example: Mapping[str, Any] = {}


def properties(*required: str, **described: Mapping[str, Any]) -> Case:
    """Return an endpoint that has these properties."""
    return Case({"type": "object", "required": list(required), "properties": described})


def seeds() -> dict[str, Case]:
    """Return the endpoints in `schemas/`."""
    cases: dict[str, Case] = {}
    for folder in sorted(path.parent for path in SEEDS.rglob("endpoint.json")):
        endpoint, input_, output = (
            json.loads((folder / f"{name}.json").read_text("utf-8"))
            for name in ("endpoint", "input", "output")
        )
        cases[endpoint["model_id"]] = Case(input_, output, endpoint.get("example") or {})
    return cases


def catalogue() -> dict[str, Case]:
    """Return the endpoints of the saved catalogue; skips the test where there is none."""
    file = SHARED / "corpus" / "catalogue.json"
    if not file.is_file():
        pytest.skip(f"no saved catalogue at ../shared/corpus/{file.name}")
    models = json.loads(file.read_text("utf-8"))["models"]
    return {model["model_id"]: Case(model["input_schema"]) for model in models}


@dataclass(frozen=True)
class Sdk:
    """A generated package, imported."""

    package: str
    folder: Path
    cases: Mapping[str, Case]

    def module(self, name: str = "") -> Any:
        """One of its modules."""
        return importlib.import_module(f"{self.package}.{name}" if name else self.package)

    def request(self, model_id: str) -> Any:
        """Return the request class of an endpoint."""
        return self.module().get_endpoint(model_id).request_type

    def endpoints(self) -> list[EmulatedEndpoint]:
        """Return the same for an emulator."""
        return [
            EmulatedEndpoint(model_id, case.input, case.output)
            for model_id, case in self.cases.items()
        ]

    def client(self, base_url: str, *, asynchronous: bool = False, **settings: Any) -> Any:
        """Return a client with pauses short enough for a test."""
        names = self.module("client")
        client = (names.AsyncRunComfy if asynchronous else names.RunComfy)(
            settings.pop("api_token", TOKEN), base_url=base_url, **settings
        )
        client._api = replace(client._api, retry_policy=FAST)
        return client


def source(model_id: str, case: Case) -> EndpointSource:
    """Return the endpoint as the generator takes it."""
    folder = f"schemas/{model_id}"
    endpoint = {"model_id": model_id, "example": dict(case.example)}
    return EndpointSource(
        model_id,
        folder,
        endpoint=Document(f"{folder}/endpoint.json", endpoint),
        input=Document(f"{folder}/input.json", case.input),
        output=Document(f"{folder}/output.json", case.output),
        overlay=None,
    )


def write_sdk(package: str, cases: Mapping[str, Case], folder: Path) -> None:
    """Generate and write."""
    sources = tuple(source(model_id, case) for model_id, case in cases.items())
    generation = generate(Project(sources, package=package))
    assert not has_errors(generation.problems), "\n".join(map(str, generation.problems))
    write_files(generation, folder)


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """Write what was generated."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


@contextmanager
def imported_sdk(package: str, cases: Mapping[str, Case], folder: Path) -> Iterator[Sdk]:
    """Generate, write and make importable; afterwards all is forgotten again."""
    write_sdk(package, cases, folder)
    with imported(package, cases, folder) as sdk:
        yield sdk


@contextmanager
def imported(package: str, cases: Mapping[str, Case], folder: Path) -> Iterator[Sdk]:
    """Make what is in the folder importable for a while."""
    sys.path.insert(0, str(folder))
    try:
        yield Sdk(package, folder, cases)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]


async def settled(value: Any) -> Any:
    """Return the value, or what it gives when awaited: one scenario serves both clients."""
    result = await value if inspect.isawaitable(value) else value
    gc.collect(0)  # shows what is new to the token search
    return result


def problems_of(sdk: Sdk, call: Any) -> list[tuple[str, str]]:
    with pytest.raises(sdk.module().InvalidRequestError) as caught:
        call()
    return [(problem.field, problem.message) for problem in caught.value.problems]
