"""Any JSON can be read as a schema: nothing in it is an error of the emulator."""

from __future__ import annotations

import json
import time
from random import Random
from typing import Any

from runcomfy_codegen.runtime.testing import EmulatedEndpoint
from runcomfy_codegen.runtime.testing._behaviour import Behaviour
from runcomfy_codegen.runtime.testing._catalogue import entry
from runcomfy_codegen.runtime.testing._dialect import read_input
from runcomfy_codegen.runtime.testing._jobs import JobStore
from runcomfy_codegen.runtime.testing._validation import InputValidator

KEYWORDS = [
    *("type", "properties", "required", "items", "enum", "const", "anyOf", "oneOf", "allOf", "not"),
    *("$ref", "$defs", "definitions", "additionalProperties", "dependentRequired", "dependencies"),
    *("minimum", "maxLength", "minItems", "multipleOf", "pattern", "propertyNames", "nullable"),
    *(
        "default",
        "description",
        "format",
        "prefixItems",
        "if",
        "title",
        "examples",
        "prompt",
        "a",
        "n",
    ),
]
SCALARS: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        1.5,
        10**400,
        1e308,
        "",
        "a",
        "string",
        "array",
        "object",
        "image_uri",
    ),
    *(
        "#/$defs/a",
        "#",
        "#/properties/a",
        "https://example.com/a.png",
        "number",
        "(",
        "\ud800",
        "prompt",
    ),
]
BODIES: list[Any] = [
    *({}, {"a": None}, {"a": "x", "prompt": "", "n": 2}, {"prompt": [["x"]], "a": {"a": [1, {}]}}),
    *(
        {"a": 10**400, "n": 1e308, "type": True},
        {"a": ["", None, "www.a.example"], "items": {"a": 1}},
    ),
    *([], "x", None, 5),
]


def drawn(random: Random, depth: int) -> Any:
    kind = random.random()
    if depth == 0 or kind < 0.25:
        return random.choice(SCALARS)
    if kind < 0.45:
        return [drawn(random, depth - 1) for _ in range(random.randrange(4))]
    names = random.sample(KEYWORDS, random.randrange(6))
    return {name: drawn(random, depth - 1) for name in names}


def test_any_json_is_read_and_checked_against() -> None:
    started = time.monotonic()
    for seed in range(400):
        random = Random(seed)
        parts = {
            "properties": {name: drawn(random, 4) for name in ("a", "prompt", "n", "duration")}
        }
        whole = drawn(random, 4)
        schema = {**parts, **whole} if isinstance(whole, dict) else parts
        endpoint = EmulatedEndpoint("a/b", schema, {})
        reading = endpoint.reading
        validator = InputValidator(reading.schema)
        for body in BODIES:
            json.dumps(validator.problems(body))
        json.dumps(entry(endpoint))
        job_of(endpoint, {"n": 3, "a": 1})
    assert time.monotonic() - started < 20


def job_of(endpoint: EmulatedEndpoint, body: dict[str, Any]) -> None:
    store = JobStore()
    store.accept(endpoint, body, Behaviour(statuses=("completed",)), base_url="")
    (job,) = store.jobs.values()
    ended, reply = store.result(job, include_cost=True, base_url="", outputs_url="")
    assert (ended, bool(reply["output"])) == (True, True)


def test_references_that_grow_are_bounded() -> None:
    doubling = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(60)}
    started = time.monotonic()
    for branches in ("anyOf", "oneOf", "allOf"):
        text = json.dumps({"$defs": doubling, "properties": {"a": {"$ref": "#/$defs/d0"}}})
        reading = read_input(json.loads(text.replace("anyOf", branches)))
        InputValidator(reading.schema).problems({"a": ["x"] * 1000})
        assert reading.left_out
    assert time.monotonic() - started < 3


def test_what_was_read_before_is_read_the_same() -> None:
    closed = {"required": ["a"], "propertyNames": {"enum": ["a"]}}
    schema = {"properties": {"a": {}, "b": {}}, "oneOf": [closed, {"required": ["b"]}]}
    reading = read_input(schema)
    assert (reading.left_out, reading.schema["oneOf"]) == ((), schema["oneOf"])
