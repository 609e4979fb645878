# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What jobs and untyped endpoints need of their client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from ._api import Api
from ._effects import Flow
from ._opaque import Opaque

T = TypeVar("T")


class SyncSession(Protocol):
    """A `RunComfy`: its settings, and the way to run a flow."""

    _api: Api
    if not TYPE_CHECKING:
        __get_pydantic_core_schema__ = Opaque.__get_pydantic_core_schema__

    def _run(self, flow: Flow[T]) -> T: ...


class AsyncSession(Protocol):
    """An `AsyncRunComfy`."""

    _api: Api
    if not TYPE_CHECKING:
        __get_pydantic_core_schema__ = Opaque.__get_pydantic_core_schema__

    async def _run(self, flow: Flow[T]) -> T: ...
