"""Endpoints written inline, generated, and imported as the SDK that they are."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from runcomfy_codegen.build.generation import Generation, Project, generate
from runcomfy_codegen.dialect.normalise import Normaliser
from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.schemas.folder import EndpointSource
from runcomfy_codegen.schemas.normal_form import normal_input
from runcomfy_codegen.text.documents import Document, parse
from runcomfy_codegen.text.problems import Problem

REPOSITORY = Path(__file__).parents[2]
SCHEMAS = REPOSITORY / "schemas"
GENERIC_OUTPUT: Mapping[str, Any] = {
    "output": {
        "type": "object",
        "properties": {
            "image": {"type": "string", "format": "uri"},
            "images": {"type": "array", "items": {"type": "string", "format": "uri"}},
            "video": {"type": "string", "format": "uri"},
            "videos": {"type": "array", "items": {"type": "string", "format": "uri"}},
        },
    }
}
PROMPT: Mapping[str, Any] = {"prompt": {"type": "string"}}
Properties = Mapping[str, Any]


def document(value: Any, file: str = "input.json") -> Document:
    """Return a document as it is read from a file, with positions."""
    found, problems = parse(json.dumps(value, indent=2), file)
    assert found is not None, problems
    return found


def source(
    model_id: str = "acme/demo",
    properties: Properties = PROMPT,
    *,
    required: list[str] | None = None,
    output: Any = GENERIC_OUTPUT,
    overlay: Any = None,
    **info: Any,
) -> EndpointSource:
    schema = {"type": "object", "properties": properties, "required": required or []}
    folder = f"schemas/{model_id}"
    return EndpointSource(
        model_id,
        folder,
        document({"model_id": model_id} | info, f"{folder}/endpoint.json"),
        document(schema, f"{folder}/input.json"),
        document(output, f"{folder}/output.json"),
        None if overlay is None else document(overlay, f"{folder}/overlay.json"),
    )


def write(root: Path, *sources: EndpointSource) -> None:
    """Write the sources as a schemas folder."""
    for each in sources:
        folder = root / each.model_id
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("endpoint", "input", "output", "overlay"):
            if found := getattr(each, name):
                (folder / f"{name}.json").write_text(found.text, "utf-8")


def generated(*sources: EndpointSource, **project: Any) -> Generation:
    return generate(Project(sources, **project))


def module_of(generation: Generation, model_id: str) -> str:
    """Return the source of an endpoint's module."""
    return next(
        generation[path]
        for path, owner in generation.endpoint_files.items()
        if owner == model_id and path.endswith(".py")
    )


def normaliser(schema: Mapping[str, Any], example: Mapping[str, Any] | None = None) -> Normaliser:
    return Normaliser(
        normal_input(document(schema)),
        Names().properties_of,
        "acme.demo",
        "Demo",
        {"DemoRequest"},
        example or {},
    )


@dataclass(frozen=True)
class Sdk:
    """A generated package, imported."""

    package: ModuleType
    generation: Generation

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package.__name__}.{name}")

    def request(self, model_id: str) -> Callable[..., Any]:
        request_type: Callable[..., Any] = self.package.get_endpoint(model_id).request_type
        return request_type

    def body(self, model_id: str, **fields: Any) -> Any:
        return self.request(model_id)(**fields).to_body()


@contextmanager
def imported(folder: Path, generation: Generation, package: str) -> Iterator[Sdk]:
    """Write the files and import them under a name of their own, for as long as the context lasts."""
    for path, text in generation.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield Sdk(importlib.import_module(package), generation)
    finally:
        sys.path.remove(str(folder))
        for name in [each for each in sys.modules if each.split(".")[0] == package]:
            del sys.modules[name]


def errors(generation: Generation) -> list[Problem]:
    """Return what keeps endpoints out, without what `lint` finds merely odd."""
    return [problem for problem in generation.problems if problem.severity == "error"]
