"""A small adapter around datamodel-code-generator: classes of the representation -> annotations in Python.

It sees structure only: numbered classes and properties, standard JSON Schema words and bounds. No
text and no name of the vendor's reaches it, so none of its heuristics can trigger.
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, cast

from .ir import ObjectType, Type
from .untrusted import literal

MEDIA_TYPES = {"image": "ImageInput", "video": "VideoInput", "audio": "AudioInput"}


class ModelError(Exception):
    """datamodel-code-generator refused a class, or made of it something else than was planned."""


Annotations = Mapping[str, Mapping[str, ast.expr]]
"""class name -> property name -> annotation, of required and optional properties alike."""


def annotate(groups: Mapping[str, Sequence[ObjectType]]) -> dict[str, Annotations]:
    """The annotations of all fields of all classes, group by group; names are unique within a group.

    One run of the tool for all: three times faster than one by one. Raises ModelError.
    """
    planned = [
        (
            group,
            {cls.class_name: f"Group{at}Class{index}" for index, cls in enumerate(classes)},
            classes,
        )
        for at, (group, classes) in enumerate(groups.items())
    ]
    schemas = _Schemas()
    definitions = {
        keys[cls.class_name]: schemas.of_class(cls, keys)
        for _, keys, classes in planned
        for cls in classes
    }
    if not definitions:
        return {group: {} for group in groups}
    inner = {"type": "object", "properties": schemas.inner, "required": list(schemas.inner)}
    module = ast.parse(_generate({**definitions, _INNER: inner}))
    found = {
        node.name: _annotations_in(node) for node in module.body if isinstance(node, ast.ClassDef)
    }
    inner_annotations = {
        name.upper(): annotation for name, annotation in found.get(_INNER, {}).items()
    }
    annotations: dict[str, Annotations] = {}
    for group, keys, classes in planned:
        names = {key: name for name, key in keys.items()}
        insert = _Insert({**inner_annotations, **schemas.choices}, names)
        annotations[group] = {
            cls.class_name: _fields_of(cls, found.get(keys[cls.class_name], {}), insert)
            for cls in classes
        }
    return annotations


def _fields_of(
    cls: ObjectType, found: Mapping[str, ast.expr], insert: _Insert
) -> dict[str, ast.expr]:
    """The tool numbers the fields as it was told to; their names are ours again."""
    if different := {_key(index) for index in range(len(cls.fields))} ^ found.keys():
        changed = ", ".join(sorted(different))
        raise ModelError(
            f"datamodel-code-generator changed the fields {changed} of {cls.class_name}"
        )
    return {
        field.name: insert.visit(copy.deepcopy(found[_key(index)]))
        for index, field in enumerate(cls.fields)
    }


def _key(index: int) -> str:
    return f"field_{index}"


_INNER = "ConstrainedInside"


def _annotations_in(node: ast.ClassDef) -> dict[str, ast.expr]:
    return {
        statement.target.id: statement.annotation
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


class _Insert(ast.NodeTransformer):
    """Puts the annotations of inner types, choices and classes where their stand-ins are."""

    def __init__(self, inner: Mapping[str, ast.expr], names: Mapping[str, str]) -> None:
        self._inner = inner
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if inner := self._inner.get(node.id):
            return cast("ast.expr", self.visit(copy.deepcopy(inner)))
        return ast.Name(self._names.get(node.id, node.id))


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
        # It is pinned: what a later version will stop running on does not matter here.
        warnings.filterwarnings("ignore", "Running datamodel-code-generator on Python")
        try:
            text = generate({"$defs": definitions}, config=config)
        except Exception as error:
            raise ModelError(f"datamodel-code-generator failed: {error}") from error
    if not isinstance(text, str):
        raise ModelError("datamodel-code-generator returned no module")
    return text


class _Schemas:
    """Back to plain JSON Schema, with our two words in the tool's own terms.

    A constrained type inside another one would become a class of its own (`RootModel`), so it is
    given to the tool as a field of its own and put back afterwards; the values of a choice stay here.
    """

    def __init__(self) -> None:
        self.inner: dict[str, Any] = {}
        self.choices: dict[str, ast.expr] = {}
        self._keys: Mapping[str, str] = {}

    def of_class(self, cls: ObjectType, keys: Mapping[str, str]) -> dict[str, Any]:
        """keys: what the classes of its group are called here."""
        self._keys = keys
        fields = {_key(index): field for index, field in enumerate(cls.fields)}
        return {
            "type": "object",
            "properties": {
                key: self._of(field.type, nullable=field.nullable) for key, field in fields.items()
            },
            "required": [key for key, field in fields.items() if field.required],
        }

    def _of(self, type_: Type, *, nullable: bool = False) -> dict[str, Any]:
        schema: dict[str, Any]
        if "media" in type_:
            schema = _stand_in(MEDIA_TYPES[type_["media"]])
        elif "class" in type_:
            schema = {"$ref": f"#/$defs/{self._keys[type_['class']]}"}
        elif "anyOf" in type_:
            schema = {"anyOf": [self._inside(branch) for branch in type_["anyOf"]]}
        elif "enum" in type_:
            choices = ", ".join(map(literal, type_["enum"]))
            schema = _stand_in(self._choice(f"Literal[{choices}]"))
        elif "one_of" in type_:
            # Python has no Literal of a float: our own `OneOf` checks those.
            numbers = ", ".join(map(literal, type_["one_of"]))
            schema = _stand_in(self._choice(f"Annotated[float, OneOf({numbers})]"))
        elif type_.get("type") == "array":
            schema = {**type_, "items": self._inside(type_["items"])}
        elif type_.get("type") == "object":
            schema = {
                "type": "object",
                "additionalProperties": self._inside(type_["values"]) or True,
            }
        else:
            schema = dict(type_)
        if not nullable:
            return schema
        if schema.get("type") not in (None, "object") and "customTypePath" not in schema:
            # Not for objects: of `["object", "null"]` the tool forgets the values.
            return {**schema, "type": [schema["type"], "null"]}
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}

    def _choice(self, annotation: str) -> str:
        name = f"CHOICE_{len(self.choices)}"
        self.choices[name] = ast.parse(annotation, mode="eval").body
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
