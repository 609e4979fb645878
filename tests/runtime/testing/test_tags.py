"""Unions over a whole input: the class, the emulator and a validator of the published schema agree."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.runtime.testing._dialect import read_input
from runcomfy_codegen.runtime.testing._validation import InputValidator

from tests._support.sdk import Case, imported, source, write_files
from tests.proof.oracle import REFUSED, body_of

TEXT = {"type": "string"}
KINDS = "xyz"


def case(random: Random) -> Case:
    """Draw a union whose branches a choice may tell apart."""
    branches: list[Any] = []
    for _ in range(random.randint(2, 3)):
        kinds = random.sample(KINDS, random.randint(1, 2))
        properties: dict[str, Any] = {"kind": {"enum": kinds}} if random.random() < 0.8 else {}
        properties |= {name: TEXT for name in "abc" if random.random() < 0.5}
        required = [name for name in properties if random.random() < 0.6]
        closed = {"additionalProperties": False} if random.random() < 0.3 else {}
        branches.append({"properties": properties, "required": required, **closed})
    own = {"kind": {"enum": [*KINDS]}, **dict.fromkeys("abc", TEXT)}
    return Case({"properties": own, "type": "object", random.choice(["anyOf", "oneOf"]): branches})


def test_the_three_agree(tmp_path: Path) -> None:
    cases = {f"acme/tag/t{at}": case(Random(at)) for at in range(60)}
    sources = tuple(source(model_id, each) for model_id, each in cases.items())
    generation = generate(Project(sources, package="sdk_of_tags"))
    write_files(generation, tmp_path)
    made = sorted(set(generation.endpoint_files.values()))
    assert len(made) > 40
    verdicts: set[bool] = set()
    with imported("sdk_of_tags", cases, tmp_path) as sdk:
        for model_id in made:
            schema, random = cases[model_id].input, Random(model_id)
            emulator = InputValidator(read_input(schema).schema)
            judge: Any = Draft202012Validator(schema)
            for way in range(20):
                body = {name: "q" for name in "abc" if random.random() < 0.6}
                body |= {"kind": random.choice(KINDS)} if random.random() < 0.8 else {}
                valid = judge.is_valid(body)
                by_class = body_of(sdk.request(model_id), body, way) is not REFUSED
                assert (by_class, not emulator.problems(body)) == (valid, valid), (schema, body)
                verdicts.add(valid)
    assert verdicts == {True, False}
