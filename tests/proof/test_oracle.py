"""The generated request classes accept exactly what an independent JSON Schema validator accepts.

They send exactly what they were given. `python -m tests.proof meaning 5000` is the full proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests._support.sdk import Case, Sdk, catalogue, imported_sdk, properties

from .instances import Instances
from .oracle import (
    REFUSED,
    Judge,
    Tally,
    body_of,
    compare,
    constructs,
    difference,
    made_up,
    prove,
    published,
    same,
    summary,
)
from .reading import DIFFERENCES

INSTANCES = 200


def wrong(tallies: dict[str, Tally]) -> str:
    return "\n".join(each for tally in tallies.values() for each in tally.wrong)


@pytest.mark.parametrize(("cases", "count"), [(published, INSTANCES), (constructs, 60)])
def test_every_endpoint(cases: Any, count: int) -> None:
    if cases is published:
        catalogue()  # skips the test where it is missing
    tallies: dict[str, Tally] = prove(cases(), count)
    assert not wrong(tallies)
    assert len(tallies) > 50
    # Both answers are asked for: no class passes that accepts, or refuses, everything.
    easy = [each for each, tally in tallies.items() if min(tally.valid, tally.invalid) < count / 10]
    assert [each for each in easy if "anything" not in each] == []


def test_what_the_dialect_can_express() -> None:
    tallies = prove(made_up(80), 30)
    assert not wrong(tallies)
    assert sum(not tally.tried for tally in tallies.values()) < 5, "most can be generated"
    table = summary({"made up": tallies})
    met = {name for tally in tallies.values() for name in tally.intended}
    assert met >= {"unknown names", "required names", "untyped", "choices", "media"}, table


def test_a_disagreement_is_found_and_made_small(tmp_path: Path) -> None:
    case = properties("size", size={"type": "integer", "maximum": 9}, note={"type": "string"})
    with imported_sdk("sdk_under_test_wrong", {"acme/demo": case}, tmp_path) as sdk:
        other = properties("size", size={"type": "integer", "maximum": 10}, note={"type": "string"})
        tally = compare(sdk.request("acme/demo"), Judge(other.input), INSTANCES)
    (smallest,) = tally.wrong
    assert smallest.startswith('acme/demo: refused, but valid: {"size": 10')
    assert "note" not in smallest


# schema, given, sent
FOUND: list[tuple[dict[str, Any], Any, Any]] = [
    ({"type": "number"}, 2**53 + 1, 2**53 + 1),
    ({"type": "number"}, 5, 5),
    ({"type": "number"}, 5.0, 5.0),
    ({"type": "number", "maximum": 2**53}, 2**53 + 1, REFUSED),
    ({"type": "number", "exclusiveMaximum": 2**53 + 1}, 2**53, 2**53),
    ({"type": "number", "multipleOf": 0.1}, 0.1 * 3, 0.1 * 3),
    ({"type": "number", "multipleOf": 0.01}, 0.070000001, REFUSED),
    ({"type": "number", "multipleOf": 7}, 1e300, REFUSED),
    ({"type": "number", "multipleOf": 1.5}, 1e20, REFUSED),
    ({"type": "integer"}, 1e16, 10**16),
    ({"type": "integer", "multipleOf": 0.75}, 6, 6),
    ({"type": "integer", "multipleOf": 0.75}, 2, REFUSED),
    ({"enum": [True, 5]}, 1.0, REFUSED),
    ({"enum": [True, 5]}, 1, REFUSED),
    ({"type": "number", "enum": [1e20, 1]}, 1e20, 10**20),
    ({"type": "null"}, None, None),
    ({"type": "null"}, 0, REFUSED),
    ({"type": "object", "additionalProperties": False}, {}, {}),
    ({"type": "object", "additionalProperties": False}, {"a": 1}, REFUSED),
    ({"type": "object", "additionalProperties": {"nullable": True, "type": "integer"}}, {"a": None}, {"a": None}),
    ({"type": "integer", "anyOf": [{"minimum": 3}, {"maximum": 1}]}, 2, REFUSED),
    ({"type": "integer", "anyOf": [{"minimum": 3}, {"maximum": 1}]}, 3, 3),
    ({"type": ["string", "null"], "format": "image_uri"}, None, None),
    ({"anyOf": [{"type": "integer"}, {}]}, None, None),
    ({"type": "array", "items": {"type": ["string", "null"], "format": "image_uri"}}, [None], [None]),
    ({"type": "array", "format": "image_uris", "items": {"type": "integer"}}, [1], [1]),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    cases = {f"acme/found/x{at}": properties("x", x=row[0]) for at, row in enumerate(FOUND)}
    with imported_sdk("sdk_under_test_found", cases, tmp_path_factory.mktemp("found")) as sdk:
        yield sdk


@pytest.mark.parametrize("at", range(len(FOUND)), ids=[str(row[:2]) for row in FOUND])
def test_what_the_oracle_found(found: Sdk, at: int) -> None:
    _, given, sent = FOUND[at]
    model_id = f"acme/found/x{at}"
    request, judge = found.request(model_id), Judge(found.cases[model_id].input)
    for way in (0, 1):
        body = body_of(request, {"x": given}, way)
        assert body is sent or same(body, {"x": sent})
        assert difference(request, judge, {"x": given}, way) == ""


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_an_integer_that_python_cannot_write_is_refused_by_name(tmp_path: Path, name: str) -> None:
    case = properties(
        a={"type": "integer", "maximum": 9},
        b={"type": "number", "maximum": 1, "multipleOf": 0.5},
        c={"type": "integer", "enum": [1, 2]},
        d={"type": "integer"},
    )
    with imported_sdk("sdk_under_test_long", {"acme/demo": case}, tmp_path) as sdk:
        request, refusal = sdk.request("acme/demo"), sdk.module("errors").InvalidRequestError
        with pytest.raises(refusal, match=f"{name}: .*an integer of 16,610 bits"):
            request(**{name: 10**5000})


def test_python_names_are_names_too(tmp_path: Path) -> None:
    """Take a Python name that is the wire name of another property for the other property.

    It is the one difference that no schema shows.
    """
    text = {"type": "string"}
    cases = {
        "acme/one": properties(**{"class": text}),
        "acme/two": properties(**{"class": text, "class_": text}),
    }
    with imported_sdk("sdk_under_test_names", cases, tmp_path) as sdk:
        assert sdk.request("acme/one")(class_="a").to_body() == {"class": "a"}
        for name in ("class", "class_"):
            assert sdk.request("acme/two").model_validate({name: "a"}).to_body() == {name: "a"}


def test_one_seed_gives_one_list() -> None:
    case: Case = made_up(1)["made/up/s0"]
    lists = [[Instances(Random(f"{at}")).draw(case.input) for at in range(50)] for _ in range(2)]
    assert same(*lists)
    assert len({str(each) for each in lists[0]}) > 25


def test_every_difference_has_a_reason() -> None:
    assert all(len(difference.reason) > 30 for difference in DIFFERENCES)
    assert len({difference.name for difference in DIFFERENCES}) == len(DIFFERENCES) <= 12
