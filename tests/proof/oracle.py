"""Hold the generated request classes against an independent JSON Schema validator.

Do they accept exactly what it accepts, and send exactly what they were given?

The endpoints are those of `schemas/`, of the saved catalogue, and schemas made up at random;
`python -m tests.proof meaning 5000` tries so many instances of each.
"""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]
from pydantic import ValidationError as NotValid
from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.names.model_ids import check_model_id

from tests._support.endpoints import DIALECT
from tests._support.sdk import Case, catalogue, imported, properties, seeds, source, write_files

from . import schemas
from .instances import Instances
from .reading import DIFFERENCES, NAMES, Place, read

REFUSED = object()
ROUNDING = "rounding"
"""A multiple of a fraction may be off by the rounding of a float: 0.1 * 3 is 0.30000000000000004."""
_ALL = NAMES | {ROUNDING}


def _multiple_of(rounding: float) -> Any:
    """Check the keyword with decimals: jsonschema divides floats, of which 0.3 / 0.1 is not 3."""

    def check(validator: Any, step: float, value: Any, schema: Any) -> Iterator[ValidationError]:
        if validator.is_type(value, "number"):
            is_whole = value == value // 1
            ratio = Fraction(value if is_whole else str(value)) / Fraction(str(step))
            off = abs(ratio - round(ratio)) * Fraction(str(step))
            exact = is_whole or step == step // 1  # no rounding left a fraction
            if off > (0 if exact else rounding * math.ulp(value)):
                yield ValidationError("no multiple")

    return check


_Exact = extend(Draft202012Validator, {"multipleOf": _multiple_of(0)})
Rounding = extend(Draft202012Validator, {"multipleOf": _multiple_of(4)})


@dataclass
class Judge:
    """A validator of the instances of one input schema."""

    schema: Mapping[str, Any]
    example: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @cached_property
    def _reading(self) -> Any:
        return self._validator(frozenset())

    @cached_property
    def _standard(self) -> Any:
        return self._validator(_ALL)

    @cached_property
    def _with_one(self) -> dict[str, Any]:
        return {name: self._validator(_ALL - {name}) for name in sorted(_ALL)}

    @cached_property
    def _without_one(self) -> dict[str, Any]:
        return {name: self._validator(frozenset({name})) for name in sorted(_ALL)}

    def _validator(self, without: frozenset[str]) -> Any:
        schema = read(self.schema, Place(example=self.example), without=without)
        return (_Exact if ROUNDING in without else Rounding)(schema)

    def accepts(self, instance: Any) -> bool:
        """Return whether the generated class should accept it."""
        return bool(self._reading.is_valid(instance))

    def intended(self, instance: Any) -> str:
        """Return the line of the table that makes the difference to JSON Schema.

        Empty if there is none.
        """
        try:
            expected = self._standard.is_valid(instance)
        except re.error:  # a pattern of JavaScript: that part of the validator is not Python's
            return "left to the server"
        if expected == self._reading.is_valid(instance):
            return ""
        # One that suffices, or one that is needed.
        enough = (
            name
            for name, validator in self._with_one.items()
            if validator.is_valid(instance) != expected
        )
        needed = (
            name
            for name, validator in self._without_one.items()
            if validator.is_valid(instance) == expected
        )
        return next(chain(enough, needed), "several at once")


@dataclass
class Tally:
    """The outcome of one endpoint, or of many."""

    valid: int = 0
    invalid: int = 0
    intended: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])

    @property
    def tried(self) -> int:
        return self.valid + self.invalid

    def add(self, other: Tally) -> None:
        self.valid += other.valid
        self.invalid += other.invalid
        self.intended += other.intended
        self.wrong += other.wrong


def body_of(request: Any, instance: Any, way: int) -> Any:
    """Return what is sent, or REFUSED. way: even and odd ones go in through different doors."""
    try:
        by_name = way % 2 and isinstance(instance, dict)
        made = request(**instance) if by_name else request.model_validate(instance)
    except ValueError as error:
        if isinstance(error, NotValid) or getattr(error, "problems", None):
            return REFUSED
        raise  # an error of ours says what is wrong
    return made.to_body()


def same(body: Any, instance: Any) -> bool:
    """Return whether two JSON values are written alike: 1, 1.0 and true all differ."""
    if isinstance(body, dict) and isinstance(instance, dict):
        return [*body] == [*instance] and all(same(body[name], instance[name]) for name in body)
    if isinstance(body, list) and isinstance(instance, list):
        return len(body) == len(instance) and all(map(same, body, instance))
    return type(body) is type(instance) and bool(body == instance)


def equal(body: Any, instance: Any) -> bool:
    """Return whether two JSON values are the same, as the validator has it.

    1 is 1.0, but not true.
    """
    if isinstance(body, dict) and isinstance(instance, dict):
        return body.keys() == instance.keys() and all(equal(body[k], instance[k]) for k in body)
    if isinstance(body, list) and isinstance(instance, list):
        return len(body) == len(instance) and all(map(equal, body, instance))
    return isinstance(body, bool) == isinstance(instance, bool) and bool(body == instance)


def difference(request: Any, judge: Judge, instance: Any, way: int) -> str:
    """Return how the class and the validator disagree; empty if they do not."""
    body, expected = body_of(request, instance, way), judge.accepts(instance)
    if (body is not REFUSED) != expected:
        return "refused, but valid" if expected else "accepted, but invalid"
    if body is REFUSED or equal(body, instance):
        return ""
    return f"changed to {shown(body)}"


def compare(request: Any, judge: Judge, count: int) -> Tally:
    """Return the verdicts on so many instances of one endpoint, the same ones every time."""
    tally = Tally()
    for way in range(count):
        instance = Instances(Random(f"{request.model_id} {way}")).draw(judge.schema)
        if judge.accepts(instance):
            tally.valid += 1
        else:
            tally.invalid += 1
        if line := judge.intended(instance):
            tally.intended[line] += 1
        if difference(request, judge, instance, way):
            tally.wrong.append(_smallest(request, judge, instance, way))
            return tally  # the smallest one says it all
    return tally


def _smallest(request: Any, judge: Judge, instance: Any, way: int) -> str:
    """Return the disagreement, on the smallest instance that hypothesis finds."""

    def differs(candidate: Any) -> bool:
        return bool(difference(request, judge, candidate, way))

    drawn = st.randoms(use_true_random=False).map(lambda each: Instances(each).draw(judge.schema))
    quick = settings(
        max_examples=2000,
        database=None,
        derandomize=True,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
    )
    with suppress(NoSuchExample):
        instance = find(drawn, differs, settings=quick)
    return f"{request.model_id}: {difference(request, judge, instance, way)}: {shown(instance)}"


def shown(instance: Any) -> str:
    text = json.dumps(instance, ensure_ascii=False)
    return text if len(text) <= 400 else f"{text[:397]}..."


def prove(cases: Mapping[str, Case], count: int) -> dict[str, Tally]:
    """Each endpoint, so many instances; a tally of nothing for one that the generator refuses."""
    package = "sdk_of_the_oracle"
    sources = [source(model_id, case) for model_id, case in cases.items()]
    generation = generate(Project(tuple(sources), package=package))
    made = set(generation.endpoint_files.values())
    tallies = {model_id: Tally() for model_id in cases}
    with tempfile.TemporaryDirectory() as out:
        write_files(generation, Path(out))
        with imported(package, cases, Path(out)) as sdk:
            for model_id in cases.keys() & made:
                case = cases[model_id]
                judge = Judge(case.input, case.example)
                tallies[model_id] = compare(sdk.request(model_id), judge, count)
    return tallies


def published() -> dict[str, Case]:
    """`schemas/`, and the saved catalogue where there is one."""
    try:
        entries = catalogue()
    except pytest.skip.Exception:
        entries = {}
    named = {model_id: case for model_id, case in entries.items() if not check_model_id(model_id)}
    return {**seeds(), **named}


def constructs() -> dict[str, Case]:
    """Each construct of the dialect, once required and once optional."""
    return {
        f"dialect/{name}/endpoint": properties("value", value=described, other=described)
        for name, described in DIALECT.items()
    }


def made_up(count: int, seed: str = "") -> dict[str, Case]:
    """Return inputs of random constructs."""
    return {f"made/up/s{at}": schemas.case(Random(f"{seed} {at}")) for at in range(count)}


def summary(tallies: Mapping[str, Mapping[str, Tally]]) -> str:
    """Return a row for every source of endpoints, then how often each intended difference was met."""
    lines = [f"{'':<22}{'endpoints':>10}{'refused':>9}{'valid':>10}{'invalid':>10}{'wrong':>7}"]
    met = Counter[str]()
    for name, found in tallies.items():
        whole = Tally()
        for tally in found.values():
            whole.add(tally)
        refused = sum(not tally.tried for tally in found.values())
        met += whole.intended
        lines.append(
            f"{name:<22}{len(found):>10,}{refused:>9,}{whole.valid:>10,}{whole.invalid:>10,}"
            f"{len(whole.wrong):>7,}"
        )
    lines += ["", "intended differences to JSON Schema, and how many instances met them"]
    reasons = {difference.name: difference.reason for difference in DIFFERENCES}
    lines += [f"{met[name]:>10,}  {name:<18} {reason}" for name, reason in reasons.items()]
    lines.append(f"{met[ROUNDING]:>10,}  {ROUNDING:<18} 0.1 * 3 is a multiple of 0.1")
    return "\n".join(lines)
