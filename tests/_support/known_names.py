"""The public names of the endpoints that were published first: nobody may find them changed."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from runcomfy_codegen.build.generation import Generation
from runcomfy_codegen.schemas.folder import EndpointSource

from .generator import GENERIC_OUTPUT, document

LIST = Path(__file__).with_name("known_names.json")
CATALOGUE = Path(__file__).parents[3] / "shared" / "corpus" / "catalogue.json"


def catalogue_sources() -> tuple[EndpointSource, ...]:
    """Read the endpoints of the saved catalogue, without their texts."""
    models = json.loads(CATALOGUE.read_text("utf-8"))["models"]
    return tuple(
        EndpointSource(
            model["model_id"],
            f"schemas/{model['model_id']}",
            document({"model_id": model["model_id"]}, "endpoint.json"),
            document(model["input_schema"]),
            document(GENERIC_OUTPUT, "output.json"),
            None,
        )
        for model in models
    )


def digests_of(generation: Generation) -> dict[str, str]:
    """Return a digest of the names of each endpoint, by model id."""
    paths = {name: str(entry) for name, entry in generation.names.endpoints.items()}
    found: dict[str, str] = {}
    for path, model_id in generation.endpoint_files.items():
        if path.endswith(".py"):
            names = [paths[model_id], *sorted(_names(ast.parse(generation[path])))]
            found[model_id] = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    return dict(sorted(found.items()))


def _names(module: ast.Module) -> Iterator[str]:
    """Yield aliases, classes, and the fields and arguments in them."""
    for node in module.body:
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target)
        if not isinstance(node, ast.ClassDef):
            continue
        yield node.name
        for member in node.body:
            if isinstance(member, ast.AnnAssign) and not _is_class_variable(member):
                yield f"{node.name}.{ast.unparse(member.target)}"
            if isinstance(member, ast.FunctionDef):
                arguments = ", ".join(each.arg for each in member.args.kwonlyargs)
                yield f"{node.name}.{member.name}({arguments})"


def _is_class_variable(node: ast.AnnAssign) -> bool:
    return ast.unparse(node.annotation).startswith("ClassVar[")
