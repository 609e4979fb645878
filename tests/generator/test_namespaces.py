"""The tree of `client.<provider>.<model>.<endpoint>`."""

from __future__ import annotations

from itertools import chain

from runcomfy_codegen.names import Names
from runcomfy_codegen.namespaces import Namespace, namespace_tree


def tree(*model_ids: str) -> Namespace:
    names = Names()
    names.add_endpoints(model_ids)
    return namespace_tree(names.endpoints.items())


def test_steps_and_files() -> None:
    root = tree("acme/tool/draw", "acme/tool/draw/draft", "acme/solo")
    assert {step.module: step.file for step in root.walk() if step.path} == {
        "acme": "acme/__init__.py",
        "acme.solo": "acme/solo.py",
        "acme.tool": "acme/tool/__init__.py",
        "acme.tool.draw": "acme/tool/draw/__init__.py",
        "acme.tool.draw.draft": "acme/tool/draw/draft.py",
    }
    assert {step.module: step.model_id for step in root.walk() if step.endpoint} == {
        "acme.solo": "acme/solo",
        "acme.tool.draw": "acme/tool/draw",
        "acme.tool.draw.draft": "acme/tool/draw/draft",
    }


def test_what_a_client_finds_at_a_step() -> None:
    acme = tree("acme/tool/draw", "acme/solo").children["acme"]
    assert (acme.sync_class, acme.async_class) == ("AcmeNamespace", "AsyncAcmeNamespace")
    solo = acme.children["solo"]
    assert solo.sync_class == solo.async_class == "Solo"
    assert acme.children["tool"].sync_class == "AcmeToolNamespace"


def test_the_order_of_the_endpoints_changes_nothing() -> None:
    ids = ["b/x", "a/y/z", "a/y", "c/a-1/x", "c/a1/x"]
    assert tree(*ids) == tree(*reversed(ids))


def test_no_two_classes_that_meet_in_a_module_have_one_name() -> None:
    """Doubled segments, `root`, `async-x` beside `x`, an endpoint called namespace."""
    root = tree(
        "kling/kling/kling/x", "root/x", "root/root/namespace", "async/y", "async-x/y/z", "x/y/z",
        "x/y-namespace", "c/a-1/x", "c/a1/x", "runcomfy/x", "sync-client/x",
    )  # fmt: skip
    for step in root.walk():
        own = [step.sync_class, step.async_class] if step.class_name else ["RootNamespace"]
        met = [
            *own,
            *chain.from_iterable(child.exported_classes for child in step.children.values()),
        ]
        assert len(set(met)) == len(met), met
