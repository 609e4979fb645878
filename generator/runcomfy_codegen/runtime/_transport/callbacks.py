"""Checks of the user's functions before the submit: a failing one would lose a paid job."""

from __future__ import annotations

import inspect

from .._base.brief import brief
from ..errors import ConfigurationError


def check_function(name: str, value: object) -> None:
    """Raise ConfigurationError if the value is neither callable nor None."""
    if value is not None and not callable(value):
        raise ConfigurationError(f"{name}: must be a function; got {brief(value)}")


def refuse_coroutine_function(name: str, value: object, client: str) -> None:
    """Raise ConfigurationError for a coroutine function, which a blocking client would never run."""
    call = getattr(value, "__call__", None)  # noqa: B004 - of an object that is called
    if inspect.iscoroutinefunction(value) or inspect.iscoroutinefunction(call):
        raise ConfigurationError(
            f"{name}: must be a plain function; got a coroutine function, which only {client} awaits"
        )
