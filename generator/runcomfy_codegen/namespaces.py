"""The tree of `client.<provider>.<model>.<endpoint>`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .names import EndpointName
from .naming import RESERVED_CLASSES, camel_case, first_free
from .untrusted import Untrusted


@dataclass
class Namespace:
    """A step of the path. endpoint: set where the step is an endpoint itself, with or without children."""

    path: tuple[str, ...]
    model_id_prefix: str = ""
    class_name: str = ""
    endpoint: EndpointName | None = None
    children: dict[str, Namespace] = field(default_factory=dict[str, "Namespace"])

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
    def has_plain_endpoints(self) -> bool:
        """Whether a child is an endpoint and nothing else, so that its job types are named here."""
        return not all(child.children for child in self.children.values())

    def child_classes(self, asynchronous: bool) -> dict[str, str]:
        """Attribute name to class name, for one of the two clients."""
        return {
            part: child.async_class if asynchronous else child.sync_class
            for part, child in self.children.items()
        }

    def walk(self) -> Iterator[Namespace]:
        """This step and all below, in sorted order."""
        yield self
        for child in self.children.values():
            yield from child.walk()


def namespace_tree(endpoints: Iterable[tuple[str, EndpointName]]) -> Namespace:
    """The tree of all endpoints; its root stands for the client."""
    root = Namespace(())
    for model_id, name in sorted(endpoints, key=lambda pair: pair[1].parts):
        step, segments = root, model_id.split("/")
        for depth, part in enumerate(name.parts, start=1):
            step = step.children.setdefault(
                part, Namespace(name.parts[:depth], "/".join(segments[:depth]))
            )
        step.endpoint = name
    _name_classes(root)
    return root


def _both(class_name: str) -> set[str]:
    return {class_name, f"Async{class_name}"}


def _name_classes(parent: Namespace) -> None:
    """`OpenaiGptImage2Namespace`: the whole path, as a step and its children share a module."""
    taken = {*RESERVED_CLASSES}
    for child in parent.children.values():
        if child.children:
            name = camel_case("_".join((*child.path, "namespace")))
            child.class_name = first_free(name, _both, taken)
            taken |= _both(child.class_name)
            _name_classes(child)
