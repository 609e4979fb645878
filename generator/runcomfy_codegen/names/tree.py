"""The tree of `client.<provider>.<model>.<endpoint>`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..text.untrusted import Untrusted
from .lock import Alias, EndpointName, Names


@dataclass
class Namespace:
    """A step of the path.

    deprecation: why its endpoint should no longer be used; empty where it lives.
    endpoint: set where the step is an endpoint itself, with or without children; renamed: set where it is
    what an endpoint was called before, to the step of that endpoint, and former: its names then.
    """

    path: tuple[str, ...]
    model_id_prefix: str = ""
    class_name: str = ""
    endpoint: EndpointName | None = None
    children: dict[str, Namespace] = field(default_factory=dict[str, "Namespace"])
    renamed: Namespace | None = None
    former: EndpointName | None = None
    deprecation: str = ""

    @property
    def now(self) -> Namespace:
        """The step that stands for this one: itself, or where it was moved to."""
        return self.renamed or self

    @property
    def model_id(self) -> str:
        """Empty where the step is no endpoint."""
        return self.model_id_prefix if self.endpoint else ""

    @property
    def module(self) -> str:
        """The module below `models`, dotted."""
        return ".".join(self.path)

    @property
    def file(self) -> str:
        """The module's file below `models/`: a package where the step has children."""
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
        """All that a template can show: of the step itself, and of those one level below."""
        below = [
            (*child._own, *child.now._own, bool(child.now.children))
            for child in self.children.values()
        ]
        return repr((self._own, self.now._own, str(self.former or ""), below))

    @property
    def _own(self) -> tuple[object, ...]:
        return (
            self.path,
            self.model_id_prefix,
            self.class_name,
            str(self.endpoint or ""),
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
        return self.title

    @property
    def names_deprecated(self) -> bool:
        """Whether its module names a class that is deprecated, its own or that of a child."""
        steps = [self, *(child.now for child in self.children.values())]
        return any(step.deprecation for step in steps)

    @property
    def imports(self) -> dict[str, tuple[str, ...]]:
        """Module -> what the modules of this step import from there."""
        steps = [child.now for child in self.children.values()]
        return {step.module: step.exported_classes for step in steps if step is not self}

    @property
    def renamed_children(self) -> dict[str, str]:
        """Attribute name -> the path that took its place."""
        return {part: child.now.module for part, child in self.children.items() if child.renamed}

    def child_classes(self, asynchronous: bool) -> dict[str, str]:
        """Attribute name to class name, for one of the two clients."""
        return {
            part: child.async_class if asynchronous else child.sync_class
            for part, child in self.children.items()
            if not child.renamed
        }

    def walk(self) -> Iterator[Namespace]:
        """This step and all below, in sorted order."""
        waiting: list[Namespace] = [self]
        while waiting:
            step = waiting.pop()
            yield step
            waiting += reversed(step.children.values())


def namespace_tree(
    model_ids: Iterable[str], names: Names, deprecations: Mapping[str, str] | None = None
) -> Namespace:
    """Build the tree of some endpoints; its root stands for the client.

    Args:
        model_ids: The endpoints.
        names: The names of all of them.
        deprecations: Model id -> why that endpoint should no longer be used.
    """
    root = Namespace(())
    steps: dict[str, Namespace] = {}
    for model_id in sorted(model_ids, key=lambda model_id: names.endpoints[model_id].parts):
        name = names.endpoints[model_id]
        step, segments = root, model_id.split("/")
        for depth, part in enumerate(name.parts, start=1):
            if part not in step.children:
                path = name.parts[:depth]
                below = Namespace(path, "/".join(segments[:depth]), names.namespace_class(path))
                step.children[part] = below
            step = step.children[part]
        step.endpoint = name
        step.deprecation = (deprecations or {}).get(model_id, "")
        steps[model_id] = step
    for former, alias in sorted(names.aliases.items()):
        if alias.model_id in steps:
            _add_alias(root, former, alias, steps[alias.model_id], names)
    return root


def _add_alias(root: Namespace, former: str, alias: Alias, now: Namespace, names: Names) -> None:
    """Add the step of former names, unless something else is called so by now."""
    step, segments = root, former.split("/")
    for depth, part in enumerate(alias.name.parts, start=1):
        if step.endpoint and not step.children:
            return  # its module is no package that could hold others
        if part not in step.children:
            path = alias.name.parts[:depth]
            below = Namespace(path, "/".join(segments[:depth]), names.namespace_class(path))
            step.children[part] = below
            step.children = dict(sorted(step.children.items()))
        step = step.children[part]
    if not step.endpoint and not step.children:
        step.renamed, step.former = now, alias.name
