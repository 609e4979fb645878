"""The generated request classes accept exactly what an independent JSON Schema validator accepts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import ValidationError
from runcomfy_codegen.model_ids import check_model_id

from .endpoints import DIALECT
from .instances import instances, same, standard
from .support import Sdk, catalogue, imported_sdk, properties, seeds


@pytest.fixture(scope="module")
def dialect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    """Each construct as an endpoint: once required, once optional."""
    cases = {
        f"acme/dialect/{name}": properties("value", value=described, other=described)
        for name, described in DIALECT.items()
    }
    with imported_sdk("sdk_under_test_dialect", cases, tmp_path_factory.mktemp("d")) as sdk:
        yield sdk


def disagreements(sdk: Sdk, model_id: str) -> tuple[int, list[str]]:
    """How many instances were tried, and those on which the two sides differ."""
    schema = standard(sdk.cases[model_id].input)
    Draft202012Validator.check_schema(schema)
    validator, request = Draft202012Validator(schema), sdk.request(model_id)
    tried, found = 0, []
    for instance in instances(sdk.cases[model_id].input):
        tried += 1
        expected = validator.is_valid(instance)
        try:
            body = request.model_validate(instance).to_body()
        except ValidationError as error:
            if expected:
                found.append(f"refused, but valid: {instance!r:.200}: {error}")
        else:
            if not expected:
                found.append(f"accepted, but invalid: {instance!r:.200}")
            elif not same(body, instance):
                found.append(f"changed: {instance!r:.200} became {body!r:.200}")
    return tried, found


@pytest.mark.parametrize("name", DIALECT)
def test_dialect(dialect: Sdk, name: str) -> None:
    tried, found = disagreements(dialect, f"acme/dialect/{name}")
    assert tried > 40
    assert not found, "\n".join(found)


def test_seeds(tmp_path: Path) -> None:
    with imported_sdk("sdk_under_test_seeds", seeds(), tmp_path) as sdk:
        for model_id in sdk.cases:
            tried, found = disagreements(sdk, model_id)
            assert tried > 80
            assert not found, f"{model_id}\n" + "\n".join(found)


def test_catalogue(tmp_path: Path) -> None:
    cases = {
        model_id: case for model_id, case in catalogue().items() if not check_model_id(model_id)
    }
    total = 0
    with imported_sdk("sdk_under_test_catalogue", cases, tmp_path) as sdk:
        assert len(sdk.module().list_endpoints()) == len(cases) > 50
        for model_id in cases:
            tried, found = disagreements(sdk, model_id)
            total += tried
            assert not found, f"{model_id}\n" + "\n".join(found)
    assert total > 5000
