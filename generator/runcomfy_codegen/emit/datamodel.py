"""A small adapter around datamodel-code-generator: types of the representation -> annotations in Python.

The tool is asked about structure only, and about each structure once. Names, choices, classes and the
values of bounds are left out of a question and put into its answer: no text of the vendor's reaches the
tool, so none of its heuristics can trigger, and 400 endpoints have some thirty questions in all.
"""

from __future__ import annotations

import ast
import functools
import itertools
import json
import warnings
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..ir.model import Field, ObjectType, Type
from ..runtime.media._kinds import KINDS
from ..text.untrusted import literal
from .annotations import rewrite

MEDIA_TYPES = {kind.name: kind.input_type for kind in KINDS.values()}

Answers = Mapping[str, str]
"""question -> annotation, with stand-ins."""


class ModelError(Exception):
    """datamodel-code-generator refused a type, or made of it something else than was planned."""


class Sketch(NamedTuple):
    """A property as the tool sees it, and what goes where its stand-ins are.

    question: JSON of its schema and whether it is required; parts: annotations, for PART_0, PART_1, ...;
    bounds: the values of minLength, maximum, ..., in the order of their stand-ins.
    """

    question: str
    parts: tuple[str | Sketch, ...]
    bounds: tuple[int | float, ...]

    def questions(self) -> Iterator[str]:
        """Its own, and those of constrained types inside."""
        yield self.question
        for part in self.parts:
            if isinstance(part, Sketch):
                yield from part.questions()

    def annotation(self, answers: Answers) -> ast.expr:
        """The answer with everything in its place."""
        parts = [
            part.annotation(answers) if isinstance(part, Sketch) else _parsed(part)
            for part in self.parts
        ]

        def fill(node: ast.expr) -> ast.expr | None:
            match node:
                case ast.Name(name) if name.startswith(_PART):
                    return parts[int(name.removeprefix(_PART))]
                case ast.Constant(int() | float() as value) if (
                    0 <= value - _BOUND < len(self.bounds)
                ):
                    bound = self.bounds[int(value) - _BOUND]
                    # The tool turns the bounds of a `number` into floats; not every integer is one.
                    as_asked = type(value)(bound)
                    return ast.Constant(as_asked if as_asked == bound else bound)
                case _:
                    return None

        return rewrite(_parsed(answers[self.question]), fill)


def questions_of(classes: Iterable[ObjectType]) -> set[str]:
    """All that has to be asked to annotate these classes."""
    return {
        question for cls in classes for each in cls.fields for question in _sketch(each).questions()
    }


def annotations_of(cls: ObjectType, answers: Answers) -> dict[str, ast.expr]:
    """Field name -> annotation, of required and optional fields alike."""
    return {each.name: _sketch(each).annotation(answers) for each in cls.fields}


def named_choices(classes: Iterable[ObjectType]) -> dict[str, tuple[str, ...]]:
    """Return the choices that have a definition of their own: alias -> the members of a Literal."""
    found: dict[str, tuple[str, ...]] = {}
    for cls in classes:
        for each in cls.fields:
            for type_ in inner_types(each.type):
                if "name" in type_:
                    found[type_["name"]] = tuple(map(literal, type_["enum"]))
    return dict(sorted(found.items()))


def inner_types(type_: Type) -> Iterator[Type]:
    """Yield a type and every type inside it."""
    yield type_
    for inner in type_.get("anyOf", ()):
        yield from inner_types(inner)
    for keyword in ("items", "values"):
        if keyword in type_:
            yield from inner_types(type_[keyword])


@functools.cache
def ordinary_questions() -> frozenset[str]:
    """What nearly every property of a catalogue comes down to (API.md §6.2)."""
    item: Type = {"enum": [""]}  # stands for a choice, a medium and a class alike
    counts = [(item, "array", ("minItems", "maxItems")), ({"type": "string"}, "array", ())]
    words = [("string", ("minLength", "maxLength")), ("boolean", ())]
    words += [(word, ("minimum", "maximum")) for word in ("integer", "number")]
    plain: list[tuple[Type, tuple[str, ...]]] = [({"type": word}, names) for word, names in words]
    plain += [({"type": word, "items": inner}, names) for inner, word, names in counts]
    types: list[Type] = [
        item,
        *(
            {**type_, **dict.fromkeys(chosen, 1)}
            for type_, names in plain
            for number in range(len(names) + 1)
            for chosen in itertools.combinations(names, number)
        ),
    ]
    one_or_many: list[Type] = [{"anyOf": [item, each]} for each in types if "items" in each]
    fields = [
        Field("", "", type_, required, nullable)
        for type_ in (*types, *one_or_many)
        for required in (True, False)
        for nullable in (True, False)
    ]
    return frozenset(questions_of([ObjectType("", tuple(fields))]))


def ask_for(
    unknown: Iterable[str], groups: Mapping[str, AbstractSet[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Answers, and why a group is refused: if the tool refuses all together, group by group."""
    unknown = set(unknown)
    try:
        return ask(unknown), {}
    except ModelError:
        answers = ask(unknown.difference(*groups.values()))
    refused: dict[str, str] = {}
    for group, questions in groups.items():
        try:
            answers |= ask((questions & unknown) - answers.keys())
        except ModelError as error:
            refused[group] = str(error)
    return answers, refused


def ask(questions: Iterable[str]) -> dict[str, str]:
    """The answers, in one run of the tool. Raises ModelError."""
    keys = {question: f"field_{index}" for index, question in enumerate(sorted(set(questions)))}
    if not keys:
        return {}
    asked = {keys[question]: json.loads(question) for question in keys}
    text = _generate(
        {
            "type": "object",
            "properties": {key: schema for key, (schema, _) in asked.items()},
            "required": [key for key, (_, required) in asked.items() if required],
        }
    )
    found = {
        statement.target.id: statement.annotation
        for cls in ast.parse(text).body
        if isinstance(cls, ast.ClassDef) and cls.name == _ASKED
        for statement in cls.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }
    if different := found.keys() ^ asked.keys():
        raise ModelError(
            f"datamodel-code-generator changed the fields {', '.join(sorted(different))}"
        )
    return {question: ast.unparse(found[key]) for question, key in keys.items()}


_question = json.JSONEncoder(sort_keys=True).encode
_ASKED = "Asked"
_PART = "PART_"
_BOUND = 6_030_000_000_000  # larger than any number that the tool writes by itself
_BOUNDS = (
    *("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    *("maxItems", "maxLength", "minItems", "minLength"),
)


@functools.lru_cache(maxsize=4096)
def _parsed(annotation: str) -> ast.expr:
    return ast.parse(annotation, mode="eval").body


def _media(type_: Type) -> str:
    """Return the annotation of a medium; a URL may be of limited length."""
    plain = MEDIA_TYPES[type_["media"]]
    limits = type_.get("minLength", 0), type_.get("maxLength")
    if limits == (0, None):
        return plain
    return f"Annotated[{plain}, UrlLength({limits[0]}, {limits[1]})]"


def _sketch(fld: Field) -> Sketch:
    return _Sketcher().sketch(fld.type, fld.required, fld.nullable)


@dataclass
class _Sketcher:
    """Back to plain JSON Schema, with stand-ins."""

    parts: list[str | Sketch] = field(default_factory=list[str | Sketch])
    bounds: list[int | float] = field(default_factory=list[int | float])

    def sketch(self, type_: Type, required: bool, nullable: bool) -> Sketch:
        schema = self._nullable(self._of(type_)) if nullable else self._of(type_)
        # Of an optional null the tool makes `Annotated[None, Field(None)]`.
        question = _question([schema, required or schema.get("type") == "null"])
        return Sketch(question, tuple(self.parts), tuple(self.bounds))

    def _of(self, type_: Type) -> dict[str, Any]:
        if "media" in type_:
            return self._part(_media(type_))
        if "class" in type_:
            return self._part(type_["class"])
        if "anyOf" in type_:
            return {"anyOf": [self._inside(branch) for branch in type_["anyOf"]]}
        if "name" in type_:
            return self._part(type_["name"])
        if "enum" in type_:
            return self._part(f"Literal[{', '.join(map(literal, type_['enum']))}]")
        if "one_of" in type_:
            # Python has no Literal of a float: our own `OneOf` checks those.
            return self._part(
                f"Annotated[float, OneOf({', '.join(map(literal, type_['one_of']))})]"
            )
        schema: dict[str, Any] = {
            name: value for name, value in type_.items() if name not in _BOUNDS
        }
        if type_.get("type") == "array":
            schema["items"] = self._inside(type_["items"])
        elif type_.get("type") == "object":
            inner = self._inside(type_["values"])
            schema = {"type": "object", "additionalProperties": inner or True}
        for name in sorted(type_.keys() & {*_BOUNDS}):
            schema[name] = self._bound(type_[name])
        return schema

    @staticmethod
    def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
        if schema.get("type") == "null":
            return schema
        if schema.get("type") not in (None, "object") and "customTypePath" not in schema:
            # Not for objects: of `["object", "null"]` the tool forgets the values.
            return {**schema, "type": [schema["type"], "null"]}
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}

    def _inside(self, type_: Type) -> dict[str, Any]:
        """A constrained type inside another one would become a class of its own (`RootModel`), so it
        is a question of its own."""
        if {*_BOUNDS}.isdisjoint(type_) and "anyOf" not in type_:
            return self._of(type_)
        return self._part(_Sketcher().sketch(type_, required=True, nullable=False))

    def _part(self, annotation: str | Sketch) -> dict[str, Any]:
        self.parts.append(annotation)
        return {
            "type": "string",
            "customTypePath": f"stand_in.{_PART}{len(self.parts) - 1}",
        }

    def _bound(self, value: int | float) -> int | float:
        stand_in = _BOUND + len(self.bounds)
        self.bounds.append(value)
        return stand_in + 0.5 if isinstance(value, float) else stand_in


def _generate(schema: Mapping[str, Any]) -> str:
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
            text = generate({"$defs": {_ASKED: schema}}, config=config)
        except Exception as error:
            raise ModelError(f"datamodel-code-generator failed: {error}") from error
    if not isinstance(text, str):
        raise ModelError("datamodel-code-generator returned no module")
    return text
