"""The bases of all generated classes: requests are checked strictly, replies are read tolerantly."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeGuard, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticSerializationError, core_schema

from .._base.brief import brief
from .._base.json_faults import MAX_DEPTH, TOO_DEEP, json_fault, python_number
from .._base.json_values import is_array, is_object
from ..errors import ConfigurationError, FieldProblem, InvalidRequestError
from ..media import Media, MediaInput, MediaItem, MediaKind, Rule, is_media, to_data_uri
from ..media._implausible import is_blank, needs_text
from .demands import Demand
from .exact import exact
from .explain import explain, parts, positional, secret_fields, unmet, wire_names
from .misuse import call_of_model
from .secret import HIDDEN
from .secret import Secret as Secret
from .url_length import UrlLength

OutputT = TypeVar("OutputT")
ModelT = TypeVar("ModelT", bound="InputModel")
RequestT = TypeVar("RequestT", bound="Request[Any]")
OutputModelT = TypeVar("OutputModelT", bound="OutputModel")
Encode = Callable[[MediaInput, MediaKind], str]
_MAX_REPR = 2_000  # characters

if TYPE_CHECKING:
    _Strict = BaseModel
else:

    class _Meta(type(BaseModel)):
        def __call__(cls, /, *args: Any, **fields: Any) -> Any:
            """Construct, with one error of our own that lists all problems."""
            problems = [positional(args, "prompt=... or **{...}")] if args else []
            try:
                made = super().__call__(**fields)
            except ValidationError as error:
                problems += explain(cls, error, fields)
                if all(details["loc"] for details in error.errors(include_url=False)):
                    problems += unmet(cls, fields)  # else they are in there
            if problems:
                label = getattr(cls, "model_id", cls.__name__)
                raise InvalidRequestError.from_problems(problems, label)
            if isinstance(made, InputModel):
                object.__setattr__(made, "_checked", _as_given(made))
            return made

    class _Strict(BaseModel, metaclass=_Meta):
        pass


class InputModel(_Strict):
    """Base of everything that is sent, with the semantics of JSON: no conversions, no unknown names.

    A bool is no integer, a string is never a number, 5.0 is an integer (JSON Schema 2020-12).
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,  # it may be a secret, or megabytes
        validate_by_name=True,
        validate_by_alias=True,
        arbitrary_types_allowed=True,
    )
    # What was checked: lists can be changed in place, and copies can be given anything.
    __slots__ = ("_checked",)

    nullable: ClassVar[frozenset[str]] = frozenset()
    """Fields that may be sent as null; any other is left out instead."""
    rules: ClassVar[Mapping[str, tuple[Rule, ...]]] = {}
    """Published validation rules of the media fields, checked before anything is paid for."""
    demands: ClassVar[tuple[Demand, ...]] = ()
    """What is asked of the fields together, by wire name."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return exact(handler(source), cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        from .json_schema import json_schema_of

        return json_schema_of(cls)

    @model_validator(mode="before")
    @classmethod
    def _read_as_json(cls, data: Any) -> Any:
        if not is_object(data):
            return data
        return {name: _as_json(value, MAX_DEPTH) for name, value in data.items()}

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_null(cls, value: Any, info: Any) -> Any:
        if value is _NOT_READ:
            raise PydanticCustomError("no_json", "{why}", {"why": TOO_DEEP})
        if value is None and info.field_name not in cls.nullable:
            raise PydanticCustomError("null", "null is not a value of this field; leave it out")
        return value

    @field_validator("*")
    @classmethod
    def _refuse_what_is_no_json(cls, value: Any, info: Any) -> Any:
        if info.field_name in media_kinds(cls):
            return value
        if fault := json_fault(value, checked=InputModel):
            place, why = fault
            at = f" (at {place})" if place else ""
            raise PydanticCustomError("no_json", "{why}", {"why": f"{why}{at}"})
        if isinstance(value, str) and is_blank(value) and cls._must_have_text(info.field_name):
            raise PydanticCustomError("no_json", "{why}", {"why": "must not be blank"})
        return value

    @model_validator(mode="after")
    def _meet_demands(self: ModelT) -> ModelT:
        if type(self).demands:
            given = {name: self.__dict__[name] for name in self._given()}
            if problems := unmet(type(self), given):
                why = "; ".join(problem.message for problem in problems)
                raise PydanticCustomError("demand", "{why}", {"why": why})
        return self

    @model_serializer(mode="wrap")
    def _dump_what_was_given(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        wires = wire_names(type(self))
        given = {wires[name] if info.by_alias else name for name in self._given()}
        return {key: value for key, value in handler(self).items() if key in given}

    @classmethod
    def _must_have_text(cls, name: str) -> bool:
        """Tell whether a blank text can only be a mistake, by what is published of the field."""
        return False

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Give only what was given, in short: what is not sent is not shown as set."""
        hidden = secret_fields(type(self))
        for name in self._given():
            yield name, HIDDEN if name in hidden else brief(self.__dict__[name])

    def __repr__(self) -> str:
        text = super().__repr__()
        return text if len(text) <= _MAX_REPR else f"{text[:_MAX_REPR]}...)"

    __str__ = __repr__

    def _given(self) -> list[str]:
        return [name for name in type(self).model_fields if name in self.model_fields_set]

    def _as_given(self) -> dict[str, Any]:
        """All that was set, with what a copy was given under names that are none."""
        return {
            name: self.__dict__[name] for name in self.__dict__ if name in self.model_fields_set
        }

    def _body(self, encode: Encode, prefix: str = "") -> dict[str, Any]:
        wires, kinds = wire_names(type(self)), media_kinds(type(self))
        limits = url_lengths(type(self))
        body: dict[str, Any] = {}
        for name in self._given():
            limited = limits[name].limiting(encode) if name in limits else encode
            value = self.__dict__[name]  # an attribute may warn that it is deprecated
            body[wires[name]] = _to_json(value, kinds.get(name), prefix + name, limited)
        return body


class Request(InputModel, Generic[OutputT]):
    """Base of the generated request classes. Raises InvalidRequestError, which lists all problems.

    Generic in the output for type checkers only.
    """

    model_id: ClassVar[str]
    output_type: ClassVar[Any]

    if not TYPE_CHECKING:

        def __class_getitem__(cls, _output: Any) -> Any:
            return cls

    def to_body(self, encode: Encode | None = None) -> dict[str, Any]:
        """The JSON that is sent: wire names, only what was given, local media as data URIs.

        encode: turns a medium into the string to send. Raises InvalidRequestError.
        """
        try:
            return self._body(encode or to_data_uri)
        except _UnreadableMedia as error:
            problem = FieldProblem(*error.args)
            raise InvalidRequestError.from_problems([problem], self.model_id) from error.__cause__

    @classmethod
    def from_tool_arguments(cls: type[RequestT], arguments: Mapping[str, Any]) -> RequestT:
        """Read the arguments of a tool call: a null means that the parameter is left out.

        Args:
            arguments: As a model gives them, by the names of the JSON that is sent.

        Returns:
            The request.

        Raises:
            InvalidRequestError: All that is wrong with the arguments.
        """
        from .tool_schema import read_arguments

        return cls(**read_arguments(arguments, cls.model_json_schema(), cls.model_id))

    def media_items(self) -> tuple[MediaItem, ...]:
        """Each image, video and piece of audio of the request with its rules."""
        return tuple(_media_items(self))

    @classmethod
    def _must_have_text(cls, name: str) -> bool:
        if not cls.model_fields[name].is_required():
            return False
        from .._registry import published

        # A class of somebody's own has no published schema, and perhaps no model id.
        schema = published(getattr(cls, "model_id", "")).get("input_schema", {})
        wire = wire_names(cls)[name]
        properties: Any = schema.get("properties")
        return is_object(properties) and needs_text(wire, properties.get(wire))

    @classmethod
    def _takes_null(cls, name: str) -> bool:
        """name: a Python or wire name."""
        wires = wire_names(cls)
        return any(name in (field, wires[field]) for field in cls.nullable)

    @classmethod
    def _media_in(cls, fields: Mapping[str, Any]) -> tuple[MediaItem, ...]:
        """The same of fields that make no valid request; only what could be media is listed."""
        return tuple(_items_in(cls, fields))


def rechecked(request: object) -> Request[Any]:
    """Return the request; it is read anew if it is not as it was when it was checked.

    Nobody checked what `model_copy(update=...)`, `model_construct` or a changed list hold.
    Raises InvalidRequestError; ConfigurationError for what is not a request object.
    """
    if not isinstance(request, Request):
        given = request.__name__ if isinstance(request, type) else type(request).__name__
        advice = "a plain dict goes through client.untyped(model_id)"
        if isinstance(request, str) and "/" in request:
            advice = call_of_model(request)
        raise ConfigurationError(
            f"request: must be an instance of a generated request class; got {given}; {advice}"
        )
    try:
        given = _as_given(request)
    except RecursionError:
        problem = FieldProblem("", TOO_DEEP)
        raise InvalidRequestError.from_problems([problem], request.model_id) from None
    if _is_same(given, getattr(cast("object", request), "_checked", None)):
        return request  # pyright: ignore[reportUnknownVariableType]
    return type(request)(**given)  # pyright: ignore


def _is_same(given: Any, checked: Any) -> bool:
    """Tell whether two structures hold the very same values, which are immutable."""
    if is_array(given):
        return (
            is_array(checked) and len(given) == len(checked) and all(map(_is_same, given, checked))
        )
    if is_object(given):
        return (
            is_object(checked)
            and given.keys() == checked.keys()
            and all(_is_same(value, checked[name]) for name, value in given.items())
        )
    return given is checked


class OutputModel(BaseModel):
    """Base of the generated output classes: unknown fields are kept, and no value is refused."""

    # Strict, so that nothing is converted: what is of another type is kept as it came.
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", strict=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return exact(handler(source), cls, kinds=("float",))

    @classmethod
    def parse(cls: type[OutputModelT], data: Any) -> OutputModelT:
        """Read the output in a reply. A value that is not an object is kept in the field `value`.

        pydantic takes no name that UTF-8 cannot hold: half a surrogate pair in one is escaped.
        """
        fields = data if is_object(data) else {"value": data}
        return cls.model_validate({_in_utf8(name): value for name, value in fields.items()})

    # Half of a surrogate pair: JSON can hold it, UTF-8 cannot, and pydantic writes UTF-8.
    def model_dump(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Dump like pydantic, whatever a reply holds."""
        try:
            return super().model_dump(*args, **options)
        except (PydanticSerializationError, UnicodeError):
            options["mode"] = "python"
            return super().model_dump(**options)

    def model_dump_json(self, *args: Any, **options: Any) -> str:
        """Dump like pydantic, whatever a reply holds."""
        try:
            return super().model_dump_json(*args, **options)
        except (PydanticSerializationError, UnicodeError):
            indent = options.pop("indent", None)
            options.pop("ensure_ascii", None)
            return json.dumps(self.model_dump(**options), indent=indent)

    @field_validator("*", mode="wrap")
    @classmethod
    def _keep_anything(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            return value

    @field_serializer("*")
    def _dump_anything(self, value: Any) -> Any:
        # By its annotation, pydantic would warn of each value of another type.
        return value


def _in_utf8(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


class _NotRead:
    """Stands in for a value that is nested too deeply, or within itself."""


_NOT_READ = _NotRead()


class _TooDeepError(Exception):
    pass


def _as_json(value: Any, levels: int) -> Any:
    """Return the value as JSON has it: any sequence is an array, any scalar a plain one."""
    try:
        return _plain(value, levels)
    except _TooDeepError:
        return _NOT_READ


def _is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, (bytearray, memoryview))


_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


def _plain(value: Any, levels: int) -> Any:
    if type(value) in _PLAIN or isinstance(value, (str, bytes)):
        return value
    if is_object(value):
        if not levels:
            raise _TooDeepError
        return {name: _plain(item, levels - 1) for name, item in value.items()}
    if is_array(value) or _is_sequence(value):
        if not levels:
            raise _TooDeepError
        return [_plain(item, levels - 1) for item in value]
    return python_number(value)  # pyright: ignore[reportUnknownVariableType]


def _as_given(value: Any) -> Any:
    """Objects as dicts of all that was set, with what a copy was given under names that are none."""
    if isinstance(value, InputModel):
        given = value.__dict__.items()
        return {name: _as_given(each) for name, each in given if name in value.model_fields_set}
    if is_array(value):
        return [_as_given(item) for item in value]
    if is_object(value):
        return {key: _as_given(item) for key, item in value.items()}
    return value


@dataclass(frozen=True)
class OneOf:
    """A choice of numbers that are not all whole, for which Python has no Literal."""

    numbers: tuple[float, ...]

    def __init__(self, *numbers: float) -> None:
        object.__setattr__(self, "numbers", numbers)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(self._validate, handler(source))

    def _validate(self, value: float) -> float:
        if value not in self.numbers:
            expected = ", ".join(map(str, self.numbers))
            raise PydanticCustomError("literal_error", "not allowed", {"expected": expected})
        return value


@functools.cache
def url_lengths(cls: type[InputModel]) -> dict[str, UrlLength]:
    """Return the limits of the media fields' URLs, by Python name."""
    return {
        name: part
        for name, parts in _field_parts(cls).items()
        for part in parts
        if isinstance(part, UrlLength)
    }


@functools.cache
def _field_parts(cls: type[InputModel]) -> dict[str, list[Any]]:
    return {
        name: [*parts(field.annotation), *field.metadata]
        for name, field in cls.model_fields.items()
    }


@functools.cache
def media_kinds(cls: type[InputModel]) -> dict[str, MediaKind]:
    """The fields that are media, alone or in a list, by Python name."""
    return {
        name: part.kind
        for name, parts in _field_parts(cls).items()
        for part in parts
        if isinstance(part, Media)
    }


class _UnreadableMedia(Exception):
    """The path of a medium and why it cannot be sent."""


def _to_json(value: Any, kind: MediaKind | None, path: str, encode: Encode) -> Any:
    if isinstance(value, InputModel):
        return value._body(encode, f"{path}.")  # pyright: ignore[reportPrivateUsage]
    if is_array(value):
        return [_to_json(item, kind, f"{path}[{at}]", encode) for at, item in enumerate(value)]
    if is_object(value):
        return {key: _to_json(item, kind, f"{path}.{key}", encode) for key, item in value.items()}
    if kind is None or not is_media(value):
        return value
    try:
        return encode(value, kind)
    except InvalidRequestError as error:
        raise _UnreadableMedia(path, error.message) from error


def _media_items(model: InputModel, prefix: str = "") -> Iterator[MediaItem]:
    fields = {name: model.__dict__.get(name) for name in type(model).model_fields}
    yield from _items_in(type(model), fields, prefix)


def _items_in(
    cls: type[InputModel], fields: Mapping[str, Any], prefix: str = ""
) -> Iterator[MediaItem]:
    kinds = media_kinds(cls)
    for name, wire in wire_names(cls).items():
        value = fields.get(name, fields.get(wire))
        many = isinstance(value, (list, tuple))
        for index, item in enumerate(value if many else [value]):  # pyright: ignore
            path = f"{prefix}{name}[{index}]" if many else f"{prefix}{name}"
            if isinstance(item, InputModel):
                yield from _media_items(item, f"{path}.")
            elif is_object(item):
                if nested := nested_class(cls, name):
                    yield from _items_in(nested, item, f"{path}.")
            elif name in kinds and is_media(item):
                may_be_blank = not many and not cls.model_fields[name].is_required()
                yield MediaItem(path, kinds[name], item, cls.rules.get(wire, ()), may_be_blank)


def nested_class(cls: type[InputModel], name: str) -> type[InputModel] | None:
    kinds = (part for part in _field_parts(cls)[name] if isinstance(part, type))
    return next((kind for kind in kinds if issubclass(kind, InputModel)), None)
