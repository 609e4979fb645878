"""Random changes to real schemas: judged right, and every counterexample confirmed by the generated classes."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from runcomfy_codegen.diff import SchemaChange
from runcomfy_codegen.runtime._schemas.media import media_kind
from runcomfy_codegen.schemas.folder import EndpointSource

from .._support.diff import between
from .._support.generator import Sdk, generated, imported, source
from .._support.sdk import catalogue

Schema = dict[str, Any]
Mutation = Callable[[random.Random, Schema], "set[str] | None"]
"""Changes the schema in place; the rules that it must be judged by, or None where it cannot be made."""


def _chosen(dice: random.Random, schema: Schema, fits: Callable[[str, Schema], bool]) -> Any:
    """One of the properties that fit, or None."""
    names = sorted(name for name, prop in schema["properties"].items() if fits(name, prop))
    return dice.choice(names) if names else None


def _is_text(name: str, prop: Schema) -> bool:
    return prop.get("type") == "string" and "enum" not in prop and not media_kind(name, prop)


def choice_removed(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(dice, schema, lambda _, prop: len(prop.get("enum", ())) > 1)
    if name is None:
        return None
    values = schema["properties"][name]["enum"]
    values.remove(dice.choice(values))
    return {"input-choice-removed"}


def choice_added(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(dice, schema, lambda _, prop: "enum" in prop)
    if name is None:
        return None
    values = schema["properties"][name]["enum"]
    values.append("a new one" if isinstance(values[0], str) else 987654)
    return {"input-choice-added"}


def range_tightened(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(
        dice,
        schema,
        lambda _, prop: "minimum" in prop and prop.get("maximum", 0) - prop["minimum"] > 2,
    )
    if name is None:
        return None
    prop = schema["properties"][name]
    keyword, step = dice.choice([("minimum", 1), ("maximum", -1)])
    prop[keyword] += step
    return {"input-bound-tightened"}


def range_relaxed(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(dice, schema, lambda _, prop: "maximum" in prop)
    if name is None:
        return None
    schema["properties"][name]["maximum"] += dice.randint(1, 100)
    return {"input-bound-relaxed"}


def length_limited(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(dice, schema, _is_text)
    if name is None:
        return None
    schema["properties"][name]["maxLength"] = dice.randint(10, 400)
    return {"input-length-tightened"}


def count_limited(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(dice, schema, lambda _, prop: prop.get("type") == "array")
    if name is None:
        return None
    prop = schema["properties"][name]
    prop["maxItems"] = max(1, prop.get("minItems", 1), prop.get("maxItems", 10) - 1)
    return {"input-count-tightened"}


def removed(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(dice, schema, lambda *_: True)
    del schema["properties"][name]
    schema["required"] = [each for each in schema.get("required", ()) if each != name]
    return {"input-property-removed"}


def demanded(dice: random.Random, schema: Schema) -> set[str] | None:
    required = schema.setdefault("required", [])
    name = _chosen(
        dice, schema, lambda name, prop: name not in required and prop.get("default") is None
    )
    if name is None:
        return None
    required.append(name)
    return {"input-required"}


def added(dice: random.Random, schema: Schema) -> set[str]:
    schema["properties"]["brand_new"] = {"type": dice.choice(["string", "integer", "boolean"])}
    return {"input-property-added"}


def added_and_demanded(dice: random.Random, schema: Schema) -> set[str]:
    added(dice, schema)
    schema.setdefault("required", []).append("brand_new")
    return {"input-property-required"}


def retyped(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(dice, schema, _is_text)
    if name is None:
        return None
    schema["properties"][name] = {"type": dice.choice(["integer", "boolean", "array", "object"])}
    return {"input-type-changed", "input-default-changed", "input-sample-changed"}


def another_default(dice: random.Random, schema: Schema) -> set[str] | None:
    name = _chosen(dice, schema, lambda _, prop: isinstance(prop.get("default"), int))
    if name is None:
        return None
    schema["properties"][name]["default"] += 1
    return {"input-default-changed", "input-sample-changed"}


MUTATIONS: tuple[Mutation, ...] = (
    choice_removed,
    choice_added,
    range_tightened,
    range_relaxed,
    length_limited,
    count_limited,
    removed,
    demanded,
    added,
    added_and_demanded,
    retyped,
    another_default,
)


@pytest.fixture(scope="module")
def published() -> dict[str, Schema]:
    return {model_id: dict(case.input) for model_id, case in catalogue().items()}


@pytest.fixture(scope="module")
def old_sdk(
    published: dict[str, Schema], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sdk]:
    made = generated(*_sources(published), package="sdk_before")
    with imported(tmp_path_factory.mktemp("before"), made, "sdk_before") as sdk:
        yield sdk


def _sources(schemas: dict[str, Schema]) -> list[EndpointSource]:
    return [
        source(model_id, schema["properties"], required=schema.get("required", []))
        for model_id, schema in sorted(schemas.items())
    ]


def _mutated(seed: int, published: dict[str, Schema]) -> tuple[dict[str, Schema], dict[str, Any]]:
    """Every endpoint changed at one place, and the rules that this calls for."""
    dice, schemas, expected = random.Random(seed), copy.deepcopy(published), dict[str, Any]()
    for model_id, schema in sorted(schemas.items()):
        for mutate in dice.sample(MUTATIONS, len(MUTATIONS)):
            if rules := mutate(dice, schema):
                if schema != published[model_id]:
                    expected[model_id] = rules
                break
    return schemas, expected


@pytest.mark.parametrize("seed", range(3))
def test_random_changes(
    seed: int, published: dict[str, Schema], old_sdk: Sdk, tmp_path: Any
) -> None:
    schemas, expected = _mutated(seed, published)
    assert len(expected) > 40
    difference = between(_sources(published), _sources(schemas))
    found: dict[str, list[SchemaChange]] = {model_id: [] for model_id in expected}
    for change in difference.changes:
        found[change.model_id].append(change)
    for model_id, changes in found.items():
        rules = {change.rule_id for change in changes}
        assert rules, model_id
        assert rules <= expected[model_id], model_id
    package = f"sdk_after_{seed}"
    with imported(tmp_path, generated(*_sources(schemas), package=package), package) as new_sdk:
        breaking = [each for each in difference.changes if each.rule.severity == "breaking"]
        assert len(breaking) > 20
        for change in breaking:
            _confirm(change, old_sdk, new_sdk)


def _confirm(change: SchemaChange, old_sdk: Sdk, new_sdk: Sdk) -> None:
    """Check that what the report claims holds for the classes that users have."""
    assert change.counterexample, (change, change.no_counterexample)
    body = change.counterexample.body
    assert body is not None
    assert old_sdk.body(change.model_id, **body) == body
    error = new_sdk.module("errors").InvalidRequestError
    with pytest.raises(error) as refused:
        new_sdk.request(change.model_id)(**body)
    fields = [problem.field for problem in refused.value.problems]
    names = new_sdk.generation.names.properties
    wires = {name: wire for given in names.values() for wire, name in given.items()}
    assert all(
        wires.get(field.split("[")[0], field.split("[")[0]) == change.place.split("[")[0]
        for field in fields
    ), (fields, change)
