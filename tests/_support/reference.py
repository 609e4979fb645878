"""Pages of the endpoints in `schemas/` and of the saved catalogue, and the examples on them."""

from __future__ import annotations

import json
import re
from typing import Any

from runcomfy_codegen.build.generation import Generation, Project, generate
from runcomfy_codegen.schemas.folder import EndpointSource

from .generator import GENERIC_OUTPUT, document
from .sdk import SHARED, Case, seeds
from .sdk import source as plain_source

CATALOGUE = SHARED / "corpus" / "catalogue.json"
_BLOCK = re.compile(r"^(`{3,})(\w+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def source_of(model_id: str, case: Case, **info: Any) -> EndpointSource:
    """Return a source as it is read from files, with positions and with what the catalogue says of it."""
    plain = plain_source(model_id, case)
    folder = f"schemas/{model_id}"
    return plain._replace(
        endpoint=document({**plain.endpoint.value, **info}, f"{folder}/endpoint.json"),
        input=document(case.input, f"{folder}/input.json"),
        output=document(case.output, f"{folder}/output.json"),
    )


def sources() -> list[EndpointSource]:
    """Return the endpoints of `schemas/`, and of the saved catalogue where that is here."""
    found = {model_id: source_of(model_id, case) for model_id, case in seeds().items()}
    if CATALOGUE.is_file():
        for model in json.loads(CATALOGUE.read_text("utf-8"))["models"]:
            model_id, schema = model.pop("model_id"), model.pop("input_schema")
            if model_id not in found:
                found[model_id] = source_of(model_id, Case(schema, GENERIC_OUTPUT), **model)
    return list(found.values())


def generated(*sources: EndpointSource, package: str = "runcomfy") -> Generation:
    return generate(Project(sources, package=package))


def page_of(generation: Generation, model_id: str) -> str:
    return generation[path_of(generation, model_id)]


def path_of(generation: Generation, model_id: str) -> str:
    return next(
        path
        for path, owner in generation.endpoint_files.items()
        if owner == model_id and path.startswith("docs/")
    )


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    return [text for _, found, text in _BLOCK.findall(page) if found == language]
