"""Replies are read tolerantly: whatever an output holds parses, and nothing of it is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runcomfy_codegen.build.generation import Project, generate

from tests._support.fault_server import FaultServer, state
from tests._support.generator import GENERIC_OUTPUT
from tests._support.sdk import Case, Sdk, imported, source, write_files

from .instances import Instances
from .oracle import equal, shown
from .schemas import Schemas

OUTPUTS = 25
REPLIES = 60
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
INPUT: Mapping[str, Any] = {"type": "object", "properties": {"prompt": {"type": "string"}}}


def outputs() -> dict[str, Case]:
    """Return the generic block, and outputs of whatever the dialect can express."""
    cases = {"acme/generic": Case(INPUT)}
    for at in range(OUTPUTS):
        maker = Schemas(Random(f"output {at}"))
        names = ("image", "class", "score", "a-b", "items", "copy", "model_config")
        published = {name: maker.schema(3) for name in names}
        wrapped = {"output": {"type": "object", "properties": published}}
        cases[f"acme/output{at}"] = Case(INPUT, wrapped)
    return cases


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    package, folder, cases = "sdk_of_the_replies", tmp_path_factory.mktemp("sdk"), outputs()
    sources = tuple(source(model_id, case) for model_id, case in cases.items())
    generation = generate(Project(sources, package=package))
    # What contradicts itself is refused, here as everywhere.
    made = {each: cases[each] for each in sorted({*generation.endpoint_files.values()})}
    assert len(made) > OUTPUTS * 0.8
    write_files(generation, folder)
    with imported(package, made, folder) as sdk:
        yield sdk


def lost(output_type: Any, data: Any) -> str:
    """Return what parsing changed; empty if it changed nothing."""
    kept = output_type.parse(data).model_dump(by_alias=True, exclude_unset=True)
    given = data if isinstance(data, dict) else {"value": data}
    return "" if equal(kept, given) else f"{shown(given)} became {kept!r:.400}"


def test_every_output(sdk: Sdk) -> None:
    """Parse what the schema allows, and that with one thing missing, more, null or of another type."""
    found: list[str] = []
    for model_id, case in sdk.cases.items():
        output_type = sdk.module().get_endpoint(model_id).output_type
        for at in range(REPLIES):
            drawn = Instances(Random(f"{model_id} {at}")).draw(case.output["output"])
            found += [f"{model_id}: {each}" for each in [lost(output_type, drawn)] if each]
    assert not found, "\n".join(found[:5])


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(data=JSON)
def test_any_json(sdk: Sdk, data: Any) -> None:
    for model_id in [*sdk.cases][:3]:
        assert lost(sdk.module().get_endpoint(model_id).output_type, data) == ""


@pytest.mark.parametrize(
    "output",
    [
        {"image": "https://a.example/b.png", "score": 2**53 + 1, "later": {"x": [None, 1.5]}},
        {"images": None, "image": ["https://a.example/b.png"], "video": 5},
        {"output": "ends", "value": 1},
        ["https://a.example/b.png", None],
        "https://a.example/b.png",
    ],
)
def test_through_the_client(sdk: Sdk, output: Any) -> None:
    reply = state("completed", output=output, later="unknown")
    with FaultServer([reply]).running() as server, sdk.client(server.url) as client:
        result = client.acme.generic.job("r-1").result()
    kept = result.output.model_dump(exclude_unset=True)
    assert equal(kept, output if isinstance(output, dict) else {"value": output})
    assert json.loads(json.dumps(result.raw["output"])) == output
    assert result.raw["later"] == "unknown"
    assert GENERIC_OUTPUT["output"]["properties"].keys() <= type(result.output).model_fields.keys()
