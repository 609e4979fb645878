# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The base of the generated output classes: replies are read tolerantly."""

from __future__ import annotations

import json
from typing import Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_serializer,
    field_validator,
)
from pydantic_core import PydanticSerializationError

from .._base.json_values import is_object
from .exact import exact

OutputModelT = TypeVar("OutputModelT", bound="OutputModel")


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
