"""Objects that pydantic's `validate_call` hands on as they are: the call itself checks them."""

from __future__ import annotations

from typing import Any


class Opaque:
    """A marker for `Annotated`, and a base for classes of our own.

    Without it pydantic refuses to wrap a function that takes one of them.
    """

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: Any) -> Any:
        """Return the schema of anything."""
        from pydantic_core import core_schema

        return core_schema.any_schema()
