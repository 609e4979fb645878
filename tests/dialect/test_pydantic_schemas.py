"""Schemas that pydantic prints can be generated, and accept what pydantic's models accept."""

from __future__ import annotations

import random
from collections.abc import Iterator
from enum import Enum, IntEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from .._support.generator import GENERIC_OUTPUT, Sdk, document, errors, generated, imported, source

DRAWN = 1000


class Size(str, Enum):  # noqa: UP042 - the older spelling is what is tried
    small = "1k"
    large = "2k"


class Fps(IntEnum):
    film = 24
    smooth = 48


class Lora(BaseModel):
    path: str
    scale: float = Field(1.0, ge=0, le=2)


class Point(BaseModel):
    model_config = ConfigDict(extra="forbid")
    x: int = Field(ge=0)
    y: int


class Box(BaseModel):
    corner: Point
    opposite: Point | None = None
    label: Annotated[str, Field(max_length=5)] = ""


class Choices(BaseModel):
    prompt: str
    size: Size = Size.small
    fps: Fps | None = None


class OptionalEnums(BaseModel):
    size: Size | None = None
    sizes: list[Size] = Field(default_factory=list, max_length=3)
    mode: Literal["fast", "slow"] | None = None


class Nested(BaseModel):
    lora: Lora
    other: Lora | None = Field(None, description="A second one.")


class Listed(BaseModel):
    loras: list[Lora] = Field(min_length=1, max_length=3)


class Mapped(BaseModel):
    weights: dict[str, Lora] = Field(default_factory=dict)
    counts: dict[str, int] | None = None


class Deep(BaseModel):
    boxes: list[Box]
    frame: Box


class Either(BaseModel):
    shape: Point | Lora | Size


class Pairs(BaseModel):
    size: tuple[int, int]
    seed: int | str | None = None


class Limits(BaseModel):
    steps: int = Field(ge=1, le=50)
    strength: float | None = Field(None, gt=0, lt=1)
    tags: list[Annotated[str, Field(min_length=1, max_length=4)]] = []
    flag: bool = False


class Media(BaseModel):
    image: HttpUrl
    mask: HttpUrl | None = None
    size: Size


MODELS = (Choices, OptionalEnums, Nested, Listed, Mapped, Deep, Either, Pairs, Limits, Media)


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    sources = [
        source(f"acme/{model.__name__.lower()}")._replace(
            input=document(model.model_json_schema()), output=document(GENERIC_OUTPUT)
        )
        for model in MODELS
    ]
    generation = generated(*sources, package="pydantic_sdk")
    assert not errors(generation)
    folder: Path = tmp_path_factory.mktemp("pydantic")
    with imported(folder, generation, "pydantic_sdk") as made:
        yield made


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_class_takes_what_the_schema_takes(sdk: Sdk, model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    validator = Draft202012Validator({**schema, "additionalProperties": False})
    request = sdk.request(f"acme/{model.__name__.lower()}")
    refused: type[Exception] = sdk.package.InvalidRequestError
    draw = _Draw(schema, random.Random(model.__name__))
    verdicts = {True: 0, False: 0}
    for _ in range(DRAWN):
        body = draw.body()
        # Beyond the schema, a class refuses a required prompt that is blank.
        expected = validator.is_valid(body) and body.get("prompt") != ""
        try:
            sent = request(**body).to_body()
        except refused:
            sent = None
        assert sent == (body if expected else None), body
        verdicts[expected] += 1
    assert min(verdicts.values()) > DRAWN // 20, verdicts


def test_definitions_give_their_names(sdk: Sdk) -> None:
    deep = sdk.module("models.acme.deep")
    assert {"DeepBox", "DeepPoint"} <= vars(deep).keys()
    choices = sdk.module("models.acme.choices")
    assert {"ChoicesSize", "ChoicesFps"} <= vars(choices).keys()
    assert sdk.module("models.acme.optionalenums").OptionalenumsSize.__args__ == ("1k", "2k")


class _Draw:
    """Bodies that are mostly of the right shape, with a wrong value here and there."""

    _WRONG: ClassVar[tuple[Any, ...]] = (
        "x",
        "",
        "1k",
        7,
        -1,
        0.5,
        True,
        None,
        [],
        {},
        [1, 2],
        {"path": "p"},
        ["1k"],
    )

    def __init__(self, schema: Any, dice: random.Random) -> None:
        self._schema, self._dice = schema, dice

    def body(self) -> dict[str, Any]:
        self._wrong = self._dice.random() < 0.4
        made: dict[str, Any] = self._object(self._schema)
        return made

    def _object(self, schema: Any) -> dict[str, Any]:
        if "properties" not in schema:
            return {name: self._value(schema["additionalProperties"]) for name in "ab"}
        required = schema.get("required", [])
        return {
            name: self._value(described)
            for name, described in schema["properties"].items()
            if name in required or self._dice.random() < 0.6
        }

    def _value(self, schema: Any) -> Any:
        dice = self._dice
        if self._wrong and dice.random() < 0.3:
            return dice.choice(self._WRONG)
        if "$ref" in schema:
            return self._value(self._schema["$defs"][schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            return self._value(dice.choice(schema["anyOf"]))
        for word in ("enum", "const"):
            if word in schema:
                return dice.choice(schema[word]) if word == "enum" else schema[word]
        made: Any = self._MAKERS[schema["type"]](self, schema)
        return made

    def _string(self, schema: Any) -> str:
        return (
            "https://example.com/a.png" if "format" in schema else self._dice.choice(["a", "bcd"])
        )

    def _integer(self, schema: Any) -> int:
        return self._dice.randint(schema.get("minimum", -3), schema.get("maximum", 60))

    def _number(self, schema: Any) -> float:
        return self._dice.choice([0.25, 0.5, 1.0, 2])

    def _boolean(self, schema: Any) -> bool:
        return self._dice.random() < 0.5

    def _null(self, schema: Any) -> None:
        return None

    def _array(self, schema: Any) -> list[Any]:
        if "prefixItems" in schema:
            return [self._value(each) for each in schema["prefixItems"]]
        count = self._dice.randint(schema.get("minItems", 0), schema.get("maxItems", 3))
        return [self._value(schema["items"]) for _ in range(count)]

    _MAKERS: ClassVar[dict[str, Any]] = {
        "string": _string,
        "integer": _integer,
        "number": _number,
        "boolean": _boolean,
        "null": _null,
        "array": _array,
        "object": _object,
    }
