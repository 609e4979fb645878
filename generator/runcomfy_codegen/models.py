"""A small adapter around datamodel-code-generator: classes of the representation -> annotations in Python.

It sees structure only: class and property names that we planned, standard JSON Schema words and enum
values. No vendor text and no vendor name reaches it, so none of its heuristics can trigger.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .ir import ObjectType, Type

MEDIA_TYPES = {"image": "ImageInput", "video": "VideoInput", "audio": "AudioInput"}


@dataclass(frozen=True)
class ModelError(Exception):
    """datamodel-code-generator refused a class, or made of it something else than was planned."""

    class_name: str
    reason: str


Annotations = Mapping[str, Mapping[str, ast.expr]]
"""class name -> property name -> annotation, of required and optional properties alike."""


def annotate(classes: Iterable[ObjectType]) -> Annotations:
    """The annotations of all fields of all classes, in one run of the tool: three times faster than one by one.

    Raises ModelError.
    """
    planned = {cls.class_name: cls for cls in classes}
    if not planned:
        return {}
    schemas = _Schemas()
    definitions = {name: schemas.of_class(cls) for name, cls in planned.items()}
    inner = {"type": "object", "properties": schemas.inner, "required": list(schemas.inner)}
    module = ast.parse(_generate({**definitions, _INNER: inner}))
    found = {
        node.name: _annotations_in(node) for node in module.body if isinstance(node, ast.ClassDef)
    }
    inner_annotations = {
        name.upper(): annotation for name, annotation in found.get(_INNER, {}).items()
    }
    insert = _InsertInner({**inner_annotations, **schemas.choices})
    annotations: dict[str, Mapping[str, ast.expr]] = {}
    for name, cls in planned.items():
        if different := {field.name for field in cls.fields} ^ found.get(name, {}).keys():
            raise ModelError(
                name, f"datamodel-code-generator changed the fields {', '.join(sorted(different))}"
            )
        annotations[name] = {
            key: insert.visit(annotation) for key, annotation in found[name].items()
        }
    return annotations


_INNER = "ConstrainedInside"


def _annotations_in(node: ast.ClassDef) -> dict[str, ast.expr]:
    return {
        statement.target.id: statement.annotation
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


class _InsertInner(ast.NodeTransformer):
    """Puts the annotations of constrained inner types where their stand-ins are."""

    def __init__(self, inner: Mapping[str, ast.expr]) -> None:
        self._inner = inner

    def visit_Name(self, node: ast.Name) -> ast.expr:
        inner = self._inner.get(node.id)
        return node if inner is None else self.visit(inner)


def _generate(definitions: Mapping[str, Any]) -> str:
    # Imported here: a run with nothing to do must not pay for it.
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
        try:
            text = generate({"$defs": definitions}, config=config)
        except Exception as error:
            raise ModelError(
                next(iter(definitions)), f"datamodel-code-generator failed: {error}"
            ) from error
    if not isinstance(text, str):
        raise ModelError(next(iter(definitions)), "datamodel-code-generator returned no module")
    return text


class _Schemas:
    """Back to plain JSON Schema, with our two words in the tool's own terms.

    A constrained type inside another one would become a class of its own (`RootModel`), so it is
    given to the tool as a field of its own and put back afterwards.
    """

    def __init__(self) -> None:
        self.inner: dict[str, Any] = {}
        self.choices: dict[str, ast.expr] = {}

    def of_class(self, cls: ObjectType) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                field.name: self._of(field.type, nullable=field.nullable) for field in cls.fields
            },
            "required": [field.name for field in cls.fields if field.required],
        }

    def _of(self, type_: Type, *, nullable: bool = False) -> dict[str, Any]:
        schema: dict[str, Any]
        if "media" in type_:
            schema = _stand_in(MEDIA_TYPES[type_["media"]])
        elif "class" in type_:
            schema = {"$ref": f"#/$defs/{type_['class']}"}
        elif "anyOf" in type_:
            schema = {"anyOf": [self._inside(branch) for branch in type_["anyOf"]]}
        elif "enum" in type_:
            schema = {"enum": [*type_["enum"], *([None] if nullable else [])]}
        elif "one_of" in type_:
            schema = _stand_in(self._choice(type_["one_of"]))
        elif type_.get("type") == "array":
            schema = {**type_, "items": self._inside(type_["items"])}
        elif type_.get("type") == "object":
            schema = {
                "type": "object",
                "additionalProperties": self._inside(type_["values"]) or True,
            }
        else:
            schema = dict(type_)
        if not nullable or "enum" in type_:
            return schema
        if isinstance(schema.get("type"), str) and "customTypePath" not in schema:
            return {**schema, "type": [schema["type"], "null"]}
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}

    def _choice(self, numbers: list[float]) -> str:
        """Python has no Literal of a float: our own `OneOf` checks those."""
        name = f"CHOICE_{len(self.choices)}"
        self.choices[name] = ast.parse(
            f"Annotated[float, OneOf({', '.join(map(repr, numbers))})]", mode="eval"
        ).body
        return name

    def _inside(self, type_: Type) -> dict[str, Any]:
        schema = self._of(type_)
        if "type" not in schema or schema.keys() <= {
            "type",
            "items",
            "customTypePath",
            "additionalProperties",
        }:
            return schema
        name = f"inside_{len(self.inner)}"
        self.inner[name] = schema
        return _stand_in(name.upper())


def _stand_in(name: str) -> dict[str, Any]:
    return {"type": "string", "customTypePath": f"stand_in.{name}"}
