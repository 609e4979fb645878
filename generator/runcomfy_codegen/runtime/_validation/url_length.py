"""The length that a service allows for the URL of a medium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidRequestError
from ..media import MediaInput, MediaKind

Encode = Callable[[MediaInput, MediaKind], str]


@dataclass(frozen=True)
class UrlLength:
    """A mark of a media field whose URL is of limited length. most: None for no limit."""

    least: int
    most: int | None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._validate, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        described = handler(schema)
        limits = {"minLength": self.least or None, "maxLength": self.most}
        return described | {word: limit for word, limit in limits.items() if limit is not None}

    def _validate(self, value: MediaInput) -> MediaInput:
        from pydantic_core import PydanticKnownError

        if not isinstance(value, str):
            return value  # checked when it is known what is sent for it
        if len(value) < self.least:
            raise PydanticKnownError("string_too_short", {"min_length": self.least})
        if self.most is not None and len(value) > self.most:
            raise PydanticKnownError("string_too_long", {"max_length": self.most})
        return value

    def limiting(self, encode: Encode) -> Encode:
        """Return an encoder that refuses what would be too long to be sent.

        Args:
            encode: Turns a medium into the string to send.
        """

        def encoded(value: MediaInput, kind: MediaKind) -> str:
            text = encode(value, kind)
            if self.most is None or len(text) <= self.most or isinstance(value, str):
                return text  # a text was checked when it was given
            raise InvalidRequestError(
                f"must be sent in at most {self.most:,} characters; this file makes {len(text):,}."
                " Pass a URL, or let uploader= of the client make one"
            )

        return encoded
