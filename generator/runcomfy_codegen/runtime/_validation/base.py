"""The bases of the generated request classes, and what else generated modules import."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from .._base.brief import brief
from .._base.json_faults import MAX_DEPTH, TOO_DEEP, json_fault
from .._base.json_values import is_array, is_object
from ..errors import ConfigurationError, FieldProblem, InvalidRequestError
from ..media import MediaInput, MediaItem, MediaKind, Rule, is_media, to_data_uri
from ..media._implausible import is_blank, needs_text, takes_file_names
from .demands import Demand
from .exact import OneOf as OneOf
from .exact import exact
from .explain import explain, positional, unmet
from .fields import classes_in, media_kinds, secret_fields, url_lengths, wire_names
from .misuse import call_of_model
from .output import OutputModel as OutputModel
from .plain import NOT_READ, as_json
from .secret import HIDDEN
from .secret import Secret as Secret
from .url_length import UrlLength as UrlLength

OutputT = TypeVar("OutputT")
ModelT = TypeVar("ModelT", bound="InputModel")
RequestT = TypeVar("RequestT", bound="Request[Any]")
Rules: TypeAlias = Mapping[str, tuple[Rule, ...]]
Encode = Callable[[MediaInput, MediaKind], str]
_MAX_REPR = 2_000  # characters

if TYPE_CHECKING:
    _Strict = BaseModel
else:

    # Not an `__init__`: pydantic would call it for nested objects too, and lose where they are.
    class _Meta(type(BaseModel)):
        def __call__(cls, /, *args: Any, **fields: Any) -> Any:
            """Construct a request. Raises InvalidRequestError, which lists all problems."""
            problems = [positional(args, "prompt=... or **{...}")] if args else []
            try:
                request = super().__call__(**fields)
            except ValidationError as error:
                problems += explain(cls, error, fields)
                if all(details["loc"] for details in error.errors(include_url=False)):
                    problems += unmet(cls, fields, problems)  # else they are in there
            if problems:
                label = getattr(cls, "model_id", cls.__name__)
                raise InvalidRequestError.from_problems(problems, label)
            if isinstance(request, InputModel):
                object.__setattr__(request, "_checked", _as_given(request))
            return request

    class _Strict(BaseModel, metaclass=_Meta):
        pass


class InputModel(_Strict):
    """Base of everything that is sent, with the semantics of JSON: no conversions, no unknown names.

    A bool is not an integer, a string is never a number, 5.0 is an integer (JSON Schema 2020-12).
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
    rules: ClassVar[Rules] = {}
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
        return {name: as_json(value, MAX_DEPTH) for name, value in data.items()}

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_null(cls, value: Any, info: Any) -> Any:
        if value is NOT_READ:
            raise PydanticCustomError("no_json", "{why}", {"why": TOO_DEEP})
        if value is None and info.field_name not in cls.nullable:
            raise PydanticCustomError("null", "must not be null; leave it out")
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
            fields = {name: self.__dict__[name] for name in self._given()}
            if problems := unmet(type(self), fields):
                why = "; ".join(problem.message for problem in problems)
                raise PydanticCustomError("demand", "{why}", {"why": why})
        return self

    @model_serializer(mode="wrap")
    def _dump_what_was_given(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        wires = wire_names(type(self))
        keys = {wires[name] if info.by_alias else name for name in self._given()}
        return {key: value for key, value in handler(self).items() if key in keys}

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
        """Return the JSON that is sent: wire names, only what was given, local media as data URIs.

        Args:
            encode: Turns a medium into the string to send.

        Raises:
            InvalidRequestError: If a medium cannot be read.
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
        """Return the media of the request, each with its rules."""
        items = tuple(_media_items(self))
        if takes_file_names(getattr(self, "model_id", "")):
            return tuple(replace(item, may_be_name=True) for item in items)
        return items

    @classmethod
    def _must_have_text(cls, name: str) -> bool:
        if not cls.model_fields[name].is_required():
            return False
        from .._schemas.registry import published

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
        """Return the media among fields that may not make a valid request."""
        return tuple(_items_in(cls, fields))


def rechecked(request: object) -> Request[Any]:
    """Return the request; it is read anew if it is not as it was when it was checked.

    Nobody checked what `model_copy(update=...)`, `model_construct` or a changed list hold.
    Raises InvalidRequestError; ConfigurationError for what is not a request object.
    """
    if not isinstance(request, Request):
        type_name = request.__name__ if isinstance(request, type) else type(request).__name__
        advice = "a plain dict goes through client.untyped(model_id)"
        if isinstance(request, str) and "/" in request:
            advice = call_of_model(request)
        raise ConfigurationError(
            f"request: must be an instance of a generated request class; got {type_name}; {advice}"
        )
    try:
        fields = _as_given(request)
    except RecursionError:
        problem = FieldProblem("", TOO_DEEP)
        raise InvalidRequestError.from_problems([problem], request.model_id) from None
    if _is_same(fields, getattr(cast("object", request), "_checked", None)):
        return request  # pyright: ignore[reportUnknownVariableType]
    return type(request)(**fields)  # pyright: ignore


def _is_same(value: Any, checked: Any) -> bool:
    """Tell whether two structures hold the very same values, which are immutable."""
    if is_array(value):
        return (
            is_array(checked) and len(value) == len(checked) and all(map(_is_same, value, checked))
        )
    if is_object(value):
        return (
            is_object(checked)
            and value.keys() == checked.keys()
            and all(_is_same(member, checked[name]) for name, member in value.items())
        )
    return value is checked


def _as_given(value: Any) -> Any:
    """Turn requests into dicts of what was set, also under unknown names, which a copy may have."""
    if isinstance(value, InputModel):
        fields = value.__dict__.items()
        return {
            name: _as_given(member) for name, member in fields if name in value.model_fields_set
        }
    if is_array(value):
        return [_as_given(item) for item in value]
    if is_object(value):
        return {key: _as_given(item) for key, item in value.items()}
    return value


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
    """Return the class of the objects in a field; None if they have no class of their own."""
    classes = classes_in(cls.model_fields[name].annotation)
    return next((part for part in classes if issubclass(part, InputModel)), None)
