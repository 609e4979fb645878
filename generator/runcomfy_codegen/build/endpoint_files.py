"""The files of one endpoint: where they go, and everything that they are made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..names.lock import Names
from ..names.tree import Deprecation, Namespace
from ..reference.compact import compact_path
from ..reference.pages import page_path
from ..schemas.folder import EndpointSource
from ..text.documents import dumps
from .incremental import digest


def endpoint_paths(package: str, node: Namespace) -> tuple[str, str, str, str]:
    """Return the paths of an endpoint's module, schemas, page and compact page."""
    models = f"{package}/models"
    schemas = f"{models}/{'/'.join(node.path)}.json"
    return f"{models}/{node.file}", schemas, page_path(node.path), compact_path(node.path)


def endpoint_inputs(
    node: Namespace, source: EndpointSource, names: Names, properties: Mapping[str, Any], tools: str
) -> str:
    """Return a digest of everything that the files of an endpoint are made from.

    Args:
        node: The place of the endpoint in the client.
        source: The endpoint as published.
        names: The names of the lock.
        properties: The names of its properties, by module.
        tools: Digest of the tools and of the package.
    """
    documents = (source.endpoint, source.input, source.output, source.overlay)
    path = ".".join(node.path)
    return digest(
        tools,
        node.model_id,
        str(node.endpoint),
        json.dumps(properties.get(path), sort_keys=True),
        json.dumps(names.classes.get(path) or None, sort_keys=True),
        node.description if node.children else node.deprecation,
        *(document.text or dumps(document.value) if document else "" for document in documents),
    )


def namespace_of(node: Namespace) -> Namespace | None:
    """Return the namespace that the module of an endpoint holds as well, if it has one."""
    return node if node.children else None


def deprecation_of(node: Namespace) -> Deprecation:
    """Return what is said about the endpoint where it is gone from the catalogue."""
    return Deprecation(node.deprecation, node.replacement)
