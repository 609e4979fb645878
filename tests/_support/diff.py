"""Two sides of a comparison, written inline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from runcomfy_codegen.diff import Difference, SchemaChange, Tree
from runcomfy_codegen.diff.compare import compare
from runcomfy_codegen.schemas.folder import EndpointSource

from .generator import source

MODEL = "acme/demo/edit"
Sources = Sequence[EndpointSource]


def tree(label: str, sources: Sources, names: Any = None) -> Tree:
    """names: the value of names.lock.json, if there is one."""
    files: dict[str, bytes] = {}
    for endpoint in sources:
        for name in ("endpoint", "input", "output", "overlay"):
            document = getattr(endpoint, name)
            if document:
                files[f"{endpoint.model_id}/{name}.json"] = document.text.encode()
    if names is not None:
        files["names.lock.json"] = json.dumps(names).encode()
    hashes = {path: hashlib.sha1(content).hexdigest() for path, content in files.items()}
    return Tree(label, hashes, lambda wanted: {path: files[path] for path in wanted})


def between(old: Sources, new: Sources, *names: Any) -> Difference:
    """names: the lock files of the old and the new side."""
    old_names, new_names = names or (None, None)
    return compare(tree("old", old, old_names), tree("new", new, new_names))


def inputs(old: Any, new: Any, old_required: Any = (), new_required: Any = ()) -> Difference:
    """Between two versions of one endpoint that differ in their properties only."""
    return between(
        [source(MODEL, old, required=list(old_required))],
        [source(MODEL, new, required=list(new_required))],
    )


def outputs(old: Any, new: Any) -> Difference:
    return between([source(MODEL, output=old)], [source(MODEL, output=new)])


def rules_of(difference: Difference) -> list[str]:
    assert not difference.problems
    return [change.rule_id for change in difference.changes]


def only(difference: Difference) -> SchemaChange:
    """Return the one change that there is."""
    (change,) = difference.changes
    return change


def only_x(schema: Any) -> dict[str, Any]:
    return {} if schema is None else {"x": schema}
