"""The bases of all generated classes: requests are checked strictly, replies are read tolerantly."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ._json import is_array, is_object
from ._problems import explain
from .errors import FieldProblem, InvalidRequestError
from .media import Media, MediaInput, MediaItem, MediaKind, Rule, is_media, to_data_uri

OutputT = TypeVar("OutputT")
OutputModelT = TypeVar("OutputModelT", bound="OutputModel")
Encode = Callable[[MediaInput, MediaKind], str]

if TYPE_CHECKING:
    _Strict = BaseModel
else:

    class _Meta(type(BaseModel)):
        def __call__(cls, *args: Any, **fields: Any) -> Any:
            """Construct, with one error of our own that lists all problems."""
            try:
                return super().__call__(*args, **fields)
            except ValidationError as error:
                problems = explain(cls, error, fields)
            raise InvalidRequestError.from_problems(
                problems, getattr(cls, "model_id", cls.__name__)
            )

    class _Strict(BaseModel, metaclass=_Meta):
        pass


class InputModel(_Strict):
    """Base of everything that is sent, with the semantics of JSON: no conversions, no unknown names.

    A bool is no integer, a string is never a number, 5.0 is an integer (JSON Schema 2020-12).
    """

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        validate_by_name=True,
        validate_by_alias=True,
        arbitrary_types_allowed=True,
    )
    nullable: ClassVar[frozenset[str]] = frozenset()
    """Fields that may be sent as null; any other is left out instead."""

    @model_validator(mode="before")
    @classmethod
    def _read_as_json(cls, data: Any) -> Any:
        if not is_object(data):
            return data
        whole = _whole_number_literals(cls)
        return {name: _as_json(value, whole.get(name, False)) for name, value in data.items()}

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_null(cls, value: Any, info: Any) -> Any:
        if value is None and info.field_name not in cls.nullable:
            raise PydanticCustomError("null", "null is not a value of this field; leave it out")
        return value

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Only what was given: what is not sent is not shown as set."""
        return ((name, getattr(self, name)) for name in self._given())

    def _given(self) -> list[str]:
        return [name for name in type(self).model_fields if name in self.model_fields_set]

    def _body(self, encode: Encode) -> dict[str, Any]:
        fields, kinds = type(self).model_fields, _media_kinds(type(self))
        return {
            fields[name].alias or name: _to_json(getattr(self, name), kinds.get(name), name, encode)
            for name in self._given()
        }


class Request(InputModel, Generic[OutputT]):
    """Base of the generated request classes. Raises InvalidRequestError, which lists all problems.

    Generic in the output for type checkers only.
    """

    model_id: ClassVar[str]
    output_type: ClassVar[Any]
    rules: ClassVar[Mapping[str, tuple[Rule, ...]]] = {}
    """Published validation rules of the media fields, checked before anything is paid for."""

    if not TYPE_CHECKING:

        def __class_getitem__(cls, _output: Any) -> Any:
            return cls

    def to_body(self, encode: Encode | None = None) -> dict[str, Any]:
        """The JSON that is sent: wire names, only what was given, local media as data URIs.

        encode: turns a medium into the string to send. Raises InvalidRequestError.
        """
        return self._body(encode or to_data_uri)

    def media_items(self) -> tuple[MediaItem, ...]:
        """Each image, video and piece of audio of the request with its rules."""
        return tuple(_media_items(self))

    @classmethod
    def media_in(cls, fields: Mapping[str, Any]) -> tuple[MediaItem, ...]:
        """The same of fields that make no valid request; only what could be media is listed."""
        return tuple(_items_in(cls, fields))


class OutputModel(BaseModel):
    """Base of the generated output classes: unknown fields are kept, and no value is refused."""

    model_config = ConfigDict(extra="allow")

    @classmethod
    def parse(cls: type[OutputModelT], data: Any) -> OutputModelT:
        """The output in a reply; what is no object is kept in the extra field `value`."""
        return cls.model_validate(data if isinstance(data, Mapping) else {"value": data})

    @field_validator("*", mode="wrap")
    @classmethod
    def _keep_anything(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            return value


class _NoInteger:
    """Stands in for a bool where pydantic would take it for the 1 or 0 of a Literal."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)


def _as_json(value: Any, whole: bool) -> Any:
    """The value as JSON has it: tuples are arrays, 5.0 is 5, and True is not 1."""
    if isinstance(value, bool):
        return _NoInteger(value) if whole else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, tuple):
        value = list(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if is_array(value):
        return [_as_json(item, whole) for item in value]
    return value


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


@dataclass(frozen=True)
class OneOf:
    """A choice of numbers that are not all whole, for which Python has no Literal."""

    numbers: tuple[float, ...]

    def __init__(self, *numbers: float) -> None:
        object.__setattr__(self, "numbers", numbers)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._validate, handler(source))

    def _validate(self, value: float) -> float:
        if value not in self.numbers:
            expected = ", ".join(map(str, self.numbers))
            raise PydanticCustomError("literal_error", "not allowed", {"expected": expected})
        return value


@functools.cache
def _field_parts(cls: type[InputModel]) -> dict[str, list[Any]]:
    return {
        name: [*_parts(field.annotation), *field.metadata]
        for name, field in cls.model_fields.items()
    }


@functools.cache
def _media_kinds(cls: type[InputModel]) -> dict[str, MediaKind]:
    return {
        name: part.kind
        for name, parts in _field_parts(cls).items()
        for part in parts
        if isinstance(part, Media)
    }


@functools.cache
def _whole_number_literals(cls: type[InputModel]) -> dict[str, bool]:
    """By field name and wire name: whether it is a choice of integers that has no place for a bool."""
    whole = {
        name: any(type(part) is int for part in parts)
        and not any(part is bool or type(part) is bool for part in parts)
        for name, parts in _field_parts(cls).items()
    }
    return whole | {
        field.alias: whole[name] for name, field in cls.model_fields.items() if field.alias
    }


def _to_json(value: Any, kind: MediaKind | None, path: str, encode: Encode) -> Any:
    if isinstance(value, InputModel):
        return value._body(encode)  # pyright: ignore[reportPrivateUsage]
    if is_array(value):
        return [_to_json(item, kind, f"{path}[{at}]", encode) for at, item in enumerate(value)]
    if is_object(value):
        return {
            str(key): _to_json(item, kind, f"{path}.{key}", encode) for key, item in value.items()
        }
    if kind is not None and is_media(value):
        return encode(value, kind)
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    text = f"{type(value).__name__} has no JSON form; give text, numbers, lists and dicts"
    raise InvalidRequestError.from_problems([FieldProblem(path, text)], None)


def _media_items(model: InputModel, prefix: str = "") -> Iterator[MediaItem]:
    fields = {name: getattr(model, name) for name in type(model).model_fields}
    yield from _items_in(type(model), fields, prefix)


def _items_in(
    cls: type[InputModel], fields: Mapping[str, Any], prefix: str = ""
) -> Iterator[MediaItem]:
    kinds = _media_kinds(cls)
    rules: Mapping[str, tuple[Rule, ...]] = getattr(cls, "rules", {})
    for name, field in cls.model_fields.items():
        value = fields.get(name, fields.get(field.alias or name))
        many = isinstance(value, (list, tuple))
        for index, item in enumerate(value if many else [value]):  # pyright: ignore
            path = f"{prefix}{name}[{index}]" if many else f"{prefix}{name}"
            if isinstance(item, InputModel):
                yield from _media_items(item, f"{path}.")
            elif name in kinds and is_media(item):
                yield MediaItem(path, kinds[name], item, rules.get(field.alias or name, ()))
