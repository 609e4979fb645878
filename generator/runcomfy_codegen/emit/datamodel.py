"""Ask datamodel-code-generator for the annotations of type shapes.

It is the source of every annotation in a generated class. It takes half a second to load, so it is asked
once in a run, for all shapes that have no answer yet; `workspace` remembers the answers per version.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from importlib import import_module
from typing import Any

_CLASS = "Asked"


class ModelError(Exception):
    """An error for a shape that datamodel-code-generator refused or did not annotate."""


def ask(shapes: Iterable[str]) -> dict[str, str]:
    """Return the annotations of shapes, in one run of the tool.

    Args:
        shapes: Keys of shapes, as `emit.shapes` builds them.

    Raises:
        ModelError: If the tool refuses one of them, or adds or drops a field.
    """
    names = {shape: f"field_{index}" for index, shape in enumerate(sorted(set(shapes)))}
    if not names:
        return {}
    properties: dict[str, Any] = {}
    required: list[str] = []
    for shape, name in names.items():
        properties[name], is_required = json.loads(shape)
        if is_required:
            required.append(name)
    module = _run_tool({"type": "object", "properties": properties, "required": required})
    annotations = _annotations_in(module)
    if changed := annotations.keys() ^ properties.keys():
        raise ModelError(
            f"datamodel-code-generator added or dropped the fields {', '.join(sorted(changed))}"
        )
    return {shape: annotations[name] for shape, name in names.items()}


def ask_by_group(
    unknown: Iterable[str], groups: Mapping[str, AbstractSet[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the annotations of shapes, and the groups that cannot have them.

    All shapes are asked for together. If the tool refuses them, it is asked group by group, so that one
    endpoint does not hold up the others.

    Args:
        unknown: Keys of shapes that have no answer yet.
        groups: Model id -> the shapes that the endpoint needs.

    Returns:
        Shape -> annotation, and model id -> why its shapes were refused.

    Raises:
        ModelError: If the tool refuses shapes that belong to no group.
    """
    unknown = set(unknown)
    try:
        return ask(unknown), {}
    except ModelError:
        answers = ask(unknown.difference(*groups.values()))
    refused: dict[str, str] = {}
    for group, shapes in groups.items():
        try:
            answers |= ask((shapes & unknown) - answers.keys())
        except ModelError as error:
            refused[group] = str(error)
    return answers, refused


def load_tool() -> None:
    """Import the tool early, while other processes are busy."""
    import_module("datamodel_code_generator.parser.jsonschema")


def _annotations_in(module: str) -> dict[str, str]:
    """Return field -> annotation of the class that was asked for."""
    annotations: dict[str, str] = {}
    for statement in ast.parse(module).body:
        if isinstance(statement, ast.ClassDef) and statement.name == _CLASS:
            for node in statement.body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    annotations[node.target.id] = ast.unparse(node.annotation)
    return annotations


def _run_tool(schema: Mapping[str, Any]) -> str:
    """Return the module that the tool writes for the schema."""
    # Imported here: a run with nothing to do does not need it.
    from datamodel_code_generator import GenerateConfig, generate
    from datamodel_code_generator.enums import DataModelType, InputFileType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.parser import LiteralType

    config = GenerateConfig(
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_310,
        enum_field_as_literal=LiteralType.All,
        use_union_operator=True,
        use_standard_collections=True,
        use_annotated=True,
        field_constraints=True,
        keep_model_order=True,
        disable_timestamp=True,
        formatters=[],
        allow_remote_refs=False,
        strict_refs=True,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # A warning about the needs of later versions: this one is pinned.
        warnings.filterwarnings("ignore", "Running datamodel-code-generator on Python")
        try:
            module = generate({"$defs": {_CLASS: schema}}, config=config)
        except Exception as error:
            raise ModelError(f"datamodel-code-generator failed: {error}") from error
    if not isinstance(module, str):
        raise ModelError("datamodel-code-generator returned no module")
    return module
