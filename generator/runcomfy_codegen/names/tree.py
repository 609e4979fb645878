"""Build the tree of `client.<provider>.<model>.<endpoint>`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..text.untrusted import Untrusted
from .former import Alias, EndpointName
from .lock import Names


class Deprecation(NamedTuple):
    """The reason not to use an endpoint any more, and the attribute path of its replacement, if any."""

    reason: str
    replacement: str


@dataclass
class Namespace:
    """A node of the tree.

    Attributes:
        path: The attribute names from the client to this node.
        model_id_prefix: The segments of the model id that lead here.
        class_name: The namespace class.
        endpoint: The names of the endpoint that stands here, with or without children.
        children: The nodes below, by attribute name.
        renamed: The node of the endpoint that was called this before.
        former: The names that this endpoint had then.
        summary: What the catalogue says of the endpoint, and what it takes, in one paragraph.
        deprecation: Why the endpoint should no longer be used; empty if it is in the catalogue.
        replacement: The attribute path of the endpoint to use instead; empty if there is none.
        had_endpoint: Whether an endpoint stood here once, which was removed.
    """

    path: tuple[str, ...]
    model_id_prefix: str = ""
    class_name: str = ""
    endpoint: EndpointName | None = None
    children: dict[str, Namespace] = field(default_factory=dict[str, "Namespace"])
    renamed: Namespace | None = None
    former: EndpointName | None = None
    summary: str = ""
    deprecation: str = ""
    replacement: str = ""
    had_endpoint: bool = False

    @property
    def now(self) -> Namespace:
        """The node that stands for this one: itself, or where the endpoint was moved to."""
        return self.renamed or self

    @property
    def model_id(self) -> str:
        """The model id; empty if the node is not an endpoint."""
        return self.model_id_prefix if self.endpoint else ""

    @property
    def module(self) -> str:
        """The module below `models`, dotted."""
        return ".".join(self.path)

    @property
    def file(self) -> str:
        """The module's file below `models/`: a package if the node has children."""
        return "/".join(self.path) + ("/__init__.py" if self.children else ".py")

    @property
    def sync_class(self) -> str:
        """What the sync client finds here: a namespace class, or the endpoint class itself."""
        return self.class_name if self.children else self.endpoint_class

    @property
    def async_class(self) -> str:
        return f"Async{self.class_name}" if self.children else self.endpoint_class

    @property
    def endpoint_class(self) -> str:
        return self.endpoint.class_prefix if self.endpoint else ""

    @property
    def exported_classes(self) -> tuple[str, ...]:
        """What the parent's module imports from here."""
        if self.children:
            return tuple(sorted((self.async_class, self.sync_class)))
        return self.endpoint_class, f"{self.endpoint_class}Output"

    @property
    def title(self) -> Untrusted:
        return Untrusted(self.model_id_prefix)

    @property
    def description(self) -> str:
        """Everything that a template can show of this node and of its children."""
        below = [
            (*child._own, *child.now._own, bool(child.now.children))
            for child in self.children.values()
        ]
        former = str(self.former or "")
        return repr((self._own, self.now._own, former, self.had_endpoint, below))

    @property
    def _own(self) -> tuple[object, ...]:
        return (
            self.path,
            self.model_id_prefix,
            self.class_name,
            str(self.endpoint or ""),
            self.summary,
            self.deprecation,
        )

    @property
    def has_plain_endpoints(self) -> bool:
        """Whether a child is an endpoint and nothing else, so that its job types are named here."""
        return not all(child.now.children for child in self.children.values())

    @property
    def caption(self) -> Untrusted:
        """What an editor shows of the attribute."""
        if self.renamed:
            return Untrusted(f"Deprecated: use `client.{self.renamed.module}`.")
        if self.deprecation:
            return Untrusted(f"Deprecated: {self.deprecation}.")
        return Untrusted("\n\n".join(filter(None, (self.model_id_prefix, self.summary))))

    @property
    def names_deprecated(self) -> bool:
        """Whether the module of this node names a deprecated class, its own or that of a child."""
        nodes = [self, *(child.now for child in self.children.values())]
        return any(node.deprecation for node in nodes)

    @property
    def imports(self) -> dict[str, tuple[str, ...]]:
        """Module -> what the module of this node imports from there."""
        nodes = [child.now for child in self.children.values()]
        return {node.module: node.exported_classes for node in nodes if node is not self}

    @property
    def renamed_children(self) -> dict[str, str]:
        """Attribute name -> the path that took its place."""
        return {part: child.now.module for part, child in self.children.items() if child.renamed}

    def child_classes(self, asynchronous: bool) -> dict[str, str]:
        """Return the class names by attribute name, for one of the two clients."""
        return {
            part: child.async_class if asynchronous else child.sync_class
            for part, child in self.children.items()
            if not child.renamed
        }

    def walk(self) -> Iterator[Namespace]:
        """Yield this node and all below, in sorted order."""
        waiting: list[Namespace] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children.values())


def namespace_tree(
    model_ids: Iterable[str],
    names: Names,
    deprecations: Mapping[str, Deprecation] | None = None,
    summaries: Mapping[str, str] | None = None,
) -> Namespace:
    """Return the tree of some endpoints; its root stands for the client.

    Args:
        model_ids: The endpoints.
        names: The names of all of them.
        deprecations: Model id -> why that endpoint should no longer be used.
        summaries: Model id -> what the catalogue says of that endpoint, and what it takes.
    """
    root = Namespace(())
    nodes: dict[str, Namespace] = {}
    for model_id in sorted(model_ids, key=lambda model_id: names.endpoints[model_id].parts):
        name = names.endpoints[model_id]
        node, segments = root, model_id.split("/")
        for depth, part in enumerate(name.parts, start=1):
            if part not in node.children:
                path = name.parts[:depth]
                below = Namespace(path, "/".join(segments[:depth]), names.namespace_class(path))
                node.children[part] = below
            node = node.children[part]
        node.endpoint = name
        if deprecations and model_id in deprecations:
            node.deprecation, node.replacement = deprecations[model_id]
        node.summary = summaries.get(model_id, "") if summaries else ""
        nodes[model_id] = node
    for former, alias in sorted(names.aliases.items()):
        if alias.model_id in nodes:
            _add_alias(root, former, alias, nodes[alias.model_id], names)
    return root


def _add_alias(root: Namespace, former: str, alias: Alias, now: Namespace, names: Names) -> None:
    """Add the node of former names, unless something else has these names by now."""
    node, segments = root, former.split("/")
    for depth, part in enumerate(alias.name.parts, start=1):
        if node.endpoint and not node.children:
            return  # its module is not a package, which could hold others
        if part not in node.children:
            path = alias.name.parts[:depth]
            below = Namespace(path, "/".join(segments[:depth]), names.namespace_class(path))
            node.children[part] = below
            node.children = dict(sorted(node.children.items()))
        node = node.children[part]
    if not node.endpoint and not node.children:
        node.renamed, node.former = now, alias.name
