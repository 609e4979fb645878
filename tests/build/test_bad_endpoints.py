"""Endpoints that cannot be read: each is named, and none blocks the others."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from runcomfy_codegen.build import endpoint as emitting
from runcomfy_codegen.build import reading
from runcomfy_codegen.build.generation import Project, generate

from .._support.generator import PROMPT, errors, generated, module_of, source


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (source("acme/bad", {"x": {"$ref": "#/x"}}), "unreadable"),
        (
            source("acme/bad", output={"type": "object", "properties": {"x": {"type": "?"}}}),
            "unreadable",
        ),
        (source("acme/bad", overlay=[{"at": "/x/y", "now": 1, "reason": "r"}]), "overlay-target"),
        (source("acme/bad", overlay={}), "overlay-shape"),
    ],
)
def test_a_bad_endpoint_never_blocks_the_others(bad: Any, rule: str) -> None:
    generation = generated(source("acme/good"), bad)
    assert set(generation.endpoint_files.values()) == {"acme/good"}
    assert [(each.rule, each.severity) for each in errors(generation)] == [(rule, "error")]
    assert '"acme/bad"' not in generation["runcomfy/_endpoints.json"]
    assert not generation.kept


def test_a_bad_endpoint_that_was_published_stays_and_stays_named() -> None:
    first = generated(source("acme/good"), source("acme/bad"))
    bad = source("acme/bad", {**PROMPT, "x": {"$ref": "#/x"}})
    project = Project((source("acme/good"), bad), first.names, published=first.endpoint_files)
    second = generate(project)
    assert second.kept == {"acme/bad"}
    assert "runcomfy/models/acme/bad.py" not in second
    assert second["runcomfy/models/acme/__init__.py"] == first["runcomfy/models/acme/__init__.py"]
    assert second["runcomfy/_endpoints.json"] == first["runcomfy/_endpoints.json"]


@pytest.mark.parametrize(
    ("module", "step"), [(reading, "read_classes"), (emitting, "endpoint_page")]
)
def test_a_bug_of_the_generator_is_a_problem_of_one_endpoint(
    module: ModuleType, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback: whoever reports it has the line, and the others are made."""
    works = getattr(module, step)

    def has_a_bug(*arguments: Any) -> Any:
        if any(getattr(each, "model_id", "") == "acme/bad" for each in arguments):
            raise KeyError("x")
        return works(*arguments)

    first = generated(source("acme/good"), source("acme/bad"))
    monkeypatch.setattr(module, step, has_a_bug)
    sources = (source("acme/good"), source("acme/bad"))
    second = generate(Project(sources, first.names, published=first.endpoint_files))
    assert second.kept == {"acme/bad"}
    assert set(second.endpoint_files.values()) == {"acme/good"}
    (problem,) = errors(second)
    assert "acme/bad: cannot be generated: KeyError: 'x' (test_bad_endpoints.py:" in problem.message
    assert problem.hint == "this is a bug in the generator: please report it"


def test_a_new_endpoint_below_one_that_is_kept_waits() -> None:
    first = generated(source("acme/a/b"), source("acme/good"))
    bad = source("acme/a/b", {**PROMPT, "x": {"$ref": "#/x"}})
    sources = (bad, source("acme/a/b/c"), source("acme/good"))
    second = generate(Project(sources, first.names, published=first.endpoint_files))
    assert {each.rule for each in errors(second)} == {"unreadable", "waiting"}
    assert set(second.endpoint_files.values()) == {"acme/good"}
    assert (
        second["runcomfy/models/acme/a/__init__.py"] == first["runcomfy/models/acme/a/__init__.py"]
    )


def test_waiting_endpoint_leaves_other_names_alone() -> None:
    """Write all modules a second time, from the same annotations."""
    choice = source("acme/choice", {"size": {"type": "string", "enum": ["1:1", "3:2"]}})
    first = generated(source("acme/a/b"), choice)
    bad = source("acme/a/b", {"x": {"$ref": "#/x"}})
    again = (bad, source("acme/a/b/c"), choice)
    second = generate(Project(again, first.names, published=first.endpoint_files))
    assert module_of(second, "acme/choice") == module_of(first, "acme/choice")


@pytest.mark.parametrize(
    ("properties", "pointer"),
    [
        ({f"p{number}": {} for number in range(301)}, "/properties"),
        ({"x": {"enum": [*range(5001)]}}, "/properties/x/enum"),
    ],
)
def test_what_no_endpoint_needs_is_refused_at_once(properties: Any, pointer: str) -> None:
    generation = generated(source("acme/good"), source("acme/big", properties))
    (problem,) = errors(generation)
    assert (problem.rule, problem.pointer) == ("unreadable", pointer)
    assert "at most" in problem.message
    assert set(generation.endpoint_files.values()) == {"acme/good"}


def test_nothing_usable_is_nothing_written() -> None:
    generation = generated(source("acme/bad", {"x": {"$ref": "#/x"}}))
    assert not generation
    assert len(errors(generation)) == 1
