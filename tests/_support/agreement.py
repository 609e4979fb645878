"""Do the class, the emulator, an independent reading and the schema that the SDK shows take the same?

python -m tests.proof agreement
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, endpoint_from_json
from runcomfy_codegen.runtime.testing._dialect import MEDIA
from runcomfy_codegen.runtime.testing._validation import InputValidator

from tests._support.sdk import Case, Sdk, imported, source, write_files
from tests.proof.instances import Instances
from tests.proof.oracle import REFUSED, Judge, Rounding, body_of, shown

from . import quirks

_PACKAGE = "sdk_of_the_agreement"


@dataclass
class Agreement:
    """The outcome for many endpoints. endpoints: those that were generated; wrong: a line for each dispute."""

    endpoints: int = 0
    taken: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list[str])


def quirky(count: int, seed: str = "") -> dict[str, Case]:
    """Draw so many endpoints with oddities."""
    return {f"made/up/q{at}": quirks.case(Random(f"{seed} {at}")) for at in range(count)}


def agreement(cases: Mapping[str, Case], count: int) -> Agreement:
    """Ask all four about so many requests of each endpoint."""
    sources = tuple(source(model_id, case) for model_id, case in cases.items())
    generation = generate(Project(sources, package=_PACKAGE))
    made = sorted(set(generation.endpoint_files.values()))
    found = Agreement(endpoints=len(made))
    with tempfile.TemporaryDirectory() as out:
        write_files(generation, Path(out))
        with imported(_PACKAGE, cases, Path(out)) as sdk:
            for model_id in made:
                _ask(sdk, model_id, count, found)
    return found


def _ask(sdk: Sdk, model_id: str, count: int, found: Agreement) -> None:
    info = sdk.module().get_endpoint(model_id)
    judge = Judge(info.input_schema, sdk.cases[model_id].example)
    endpoint = published(sdk, model_id)
    schema = closed(endpoint.reading.schema)
    validator = InputValidator(schema)
    shown_schema = Rounding(closed(info.json_schema))
    for way, request in enumerate(_requests(schema, model_id, count)):
        by_class = body_of(info.request_type, request, way) is not REFUSED
        by_emulator = not validator.problems(request)
        by_schema = judge.accepts(request)
        by_shown = shown_schema.is_valid(request)
        if by_class == by_emulator == by_schema == by_shown:
            found.taken += by_class
            found.refused += not by_class
            continue
        verdicts = (
            f"class {by_class}, emulator {by_emulator}, published {by_schema}, shown {by_shown}"
        )
        found.wrong.append(f"{verdicts}: {shown(request)} of {shown(info.input_schema)}")
        return  # one is enough


def _requests(schema: Any, model_id: str, count: int) -> Iterator[dict[str, Any]]:
    for at in range(count):
        drawn = Instances(Random(f"{model_id} {at}")).draw(schema)
        if isinstance(drawn, dict):
            yield drawn


def published(sdk: Sdk, model_id: str) -> EmulatedEndpoint:
    """Read the endpoint as the SDK's own emulator does."""
    path = sdk.module().get_endpoint(model_id).attribute_path.replace(".", "/")
    file = sdk.folder / sdk.package / "models" / f"{path}.json"
    return endpoint_from_json(json.loads(file.read_text("utf-8")))


def closed(schema: Any) -> Any:
    """Refuse names that nobody described, as a class does: the service seems to take them.

    What a text may not be as media is checked by the client, not by the class.
    """
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        key: value if key == "enum" else closed(value)
        for key, value in schema.items()
        if key != MEDIA
    }
    if "properties" in schema:
        made["properties"] = {name: closed(each) for name, each in schema["properties"].items()}
    if "properties" in schema and "type" in schema:  # else it is a branch that asks for choices
        made["additionalProperties"] = False
    return made
