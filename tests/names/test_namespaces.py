"""The tree of `client.<provider>.<model>.<endpoint>`."""

from __future__ import annotations

from itertools import chain

from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.names.lock_file import read_names
from runcomfy_codegen.names.tree import Namespace, namespace_tree


def tree(*model_ids: str) -> Namespace:
    names = Names()
    names.add_endpoints(model_ids)
    return namespace_tree(names.endpoints, names)


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
        own = (
            [step.sync_class, step.async_class]
            if step.path and step.children
            else ["RootNamespace"]
        )
        met = [
            *own,
            *chain.from_iterable(child.exported_classes for child in step.children.values()),
        ]
        assert len(set(met)) == len(met), met


def test_the_class_of_a_namespace_once_given_never_changes() -> None:
    """`async-x` sorts first: alone, its class would be the one that the async client finds at `x`."""
    names = Names()
    names.add_endpoints(["x/y/z"])
    assert names.namespace_class(["x"]) == "XNamespace"
    assert "namespaces" not in names.dumps()
    names.add_endpoints(["async-x/y/z", "x/y/z"])
    assert names.namespace_class(["x"]) == "XNamespace"
    assert names.namespace_class(["async_x"]) == "AsyncXNamespace2"
    again, problems = read_names(names.dumps().encode(), "names.lock.json")
    assert not problems
    assert again == names
    again.add_endpoints(["async-x/w/z"])
    assert again.namespaces == {"async_x": "AsyncXNamespace2"}
    assert again.of(["x/y/z"]).namespaces == {}
    assert again.of(["async-x/w/z"]).namespaces == again.namespaces
    again.forget(["async-x/y/z", "async-x/w/z"])
    assert again.namespaces == {}


def test_a_namespace_is_called_as_the_lock_says() -> None:
    names = Names(namespaces={"acme": "Chosen"})
    names.add_endpoints(["acme/a"])
    acme = namespace_tree(names.endpoints, names).children["acme"]
    assert (acme.sync_class, acme.async_class) == ("Chosen", "AsyncChosen")
