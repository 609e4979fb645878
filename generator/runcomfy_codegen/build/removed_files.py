"""List the files that say what became of endpoints which the SDK had once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import chain
from typing import NamedTuple

from ..emit.templates import render
from ..names.former import Removed
from ..names.lifetimes import living_replacement
from ..names.lock import Names, namespaces_above
from ..names.tree import Namespace
from ..text.documents import dumps
from .incremental import digest
from .package_files import PackageFile

RECORD = "_removed.json"


class RemovedEndpoint(NamedTuple):
    """An endpoint that the SDK had once, and the text about it."""

    removed: Removed
    text: str


def removed_endpoints(
    names: Names, absent: AbstractSet[str], tree: Namespace
) -> dict[str, RemovedEndpoint]:
    """Return what the SDK says about endpoints that it had once, and mark namespaces that were one.

    Args:
        names: All names.
        absent: Ids of the endpoints that this SDK may have had.
        tree: The endpoints that it has.

    Returns:
        Model id -> its former names and the text, sorted.
    """
    nodes = {node.model_id: node for node in tree.walk() if node.model_id}
    endpoints: dict[str, RemovedEndpoint] = {}
    for model_id, removed in sorted(names.removed.items()):
        replacement = living_replacement(names, model_id)
        if model_id in nodes or not (model_id in absent or replacement in nodes):
            continue
        advice = ""
        if replacement in nodes:
            advice = f"; use client.{nodes[replacement].module}"
        elif replacement:
            advice = f"; use the model {replacement}"
        if (node := _node(removed.name.parts, tree)) and not node.now.endpoint:
            node.had_endpoint = True
        endpoints[model_id] = RemovedEndpoint(removed, f"since {removed.since}{advice}")
    return endpoints


def removed_files(
    endpoints: Mapping[str, RemovedEndpoint], tree: Namespace, package: str
) -> Iterator[PackageFile]:
    """Yield the record of removed endpoints, and a module in the place of each of theirs."""
    if not endpoints:
        return
    record = {
        model_id: f"{endpoint.removed.name} {endpoint.text}"
        for model_id, endpoint in endpoints.items()
    }
    yield PackageFile(f"{package}/{RECORD}", digest(repr(record)), partial(dumps, record))
    free = [
        endpoint.removed.name.parts
        for endpoint in endpoints.values()
        if _is_free(endpoint.removed.name.parts, tree)
    ]
    packages = {*chain.from_iterable(namespaces_above(".".join(parts)) for parts in free)}
    for parts in sorted({*free, *packages}):
        if not _node(parts, tree):
            file = "/".join(parts) + ("/__init__.py" if parts in packages else ".py")
            make = partial(
                render,
                "package/models/removed.py.jinja",
                package=package,
                is_removed=parts in free,
            )
            inputs = digest(file, repr(parts in free))
            yield PackageFile(f"{package}/models/{file}", inputs, make, package)


def _is_free(parts: Sequence[str], tree: Namespace) -> bool:
    """Tell whether a module can stand there: nothing else does, and no module is where a package must be."""
    node = tree
    for part in parts:
        if node.path and not node.children:
            return False
        if part not in node.children:
            return True
        node = node.children[part]
    return False


def _node(parts: Sequence[str], tree: Namespace) -> Namespace | None:
    node: Namespace | None = tree
    for part in parts:
        node = node.children.get(part) if node else None
    return node
