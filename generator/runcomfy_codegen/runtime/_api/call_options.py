"""The options that every call accepts beside the fields of its endpoint, spelled once."""

from __future__ import annotations

import difflib
import sys
import warnings
from collections.abc import Mapping
from types import FrameType
from typing import Any

from typing_extensions import TypedDict

from ..errors import ConfigurationError, FieldProblem, InvalidRequestError
from .states import OnUpdate

_OLD_NAME = (
    "timeout= is now http_timeout= (seconds for one HTTP exchange); "
    "the old name will be removed in the next minor version"
)


class _Options(TypedDict, total=False):
    extra_body: Mapping[str, Any] | None
    """Fields merged over the JSON body, unchecked: for those that the vendor added after this release."""
    extra_headers: Mapping[str, str] | None
    """HTTP headers sent with each request of the call."""
    http_timeout: float | None
    """Seconds for one HTTP exchange; the client's setting by default."""


# Closed: without that, some type checkers let any unknown keyword pass.
class SubmitOptions(_Options, total=False, closed=True):
    """The options of `submit` beside the endpoint's own fields."""

    timeout: float | None
    """The old name of `http_timeout`; it warns, and will be removed in the next minor version."""


class RunOptions(_Options, total=False, closed=True):
    """The options of `run` beside the endpoint's own fields."""

    timeout: float | None
    """Seconds for the whole run, 30 minutes by default. Nothing is posted after them."""
    on_update: OnUpdate | None
    """Called with a `JobStatus` when the state or the queue position changes."""
    poll_interval: float | None
    """Seconds between two status reads; by default they adapt to the queue."""
    cancel_on_timeout: bool
    """Whether to request cancellation when the time is over. Only queued jobs can be cancelled."""


def check_submit_options(options: Mapping[str, Any], model_id: str | None) -> dict[str, Any]:
    """Return the options of a submit as its flow takes them.

    Raises:
        InvalidRequestError: If a name is not one of `SubmitOptions`.
        ConfigurationError: If both names of the HTTP time are given.
    """
    checked = dict(known_options(options, SubmitOptions.__optional_keys__, model_id))
    old, new = checked.pop("timeout", None), checked.pop("http_timeout", None)
    return {**checked, "timeout": renamed_timeout(old, new)}


def check_run_options(options: RunOptions, model_id: str | None) -> RunOptions:
    """Return the options of a run.

    Raises:
        InvalidRequestError: If a name is not one of `RunOptions`.
    """
    known_options(options, RunOptions.__optional_keys__, model_id)
    return options


def renamed_timeout(timeout: float | None, http_timeout: float | None) -> float | None:
    """Return the HTTP time, under whichever of its two names it was given.

    Raises:
        ConfigurationError: If both are given.
    """
    if timeout is None:
        return http_timeout
    if http_timeout is not None:
        raise ConfigurationError("timeout: must not be given beside http_timeout, its new name")
    warnings.warn(_OLD_NAME, DeprecationWarning, stacklevel=_level_of_the_caller())
    return timeout


def known_options(
    options: Mapping[str, Any], names: frozenset[str], subject: str | None
) -> Mapping[str, Any]:
    """Return options that all have known names. Raises InvalidRequestError for others."""
    problems = [FieldProblem(name, _unknown(name, names)) for name in options if name not in names]
    if problems:
        raise InvalidRequestError.from_problems(problems, subject)
    return options


def _unknown(name: str, names: frozenset[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(names))}"
    return f"unknown option; {hint}"


def _level_of_the_caller() -> int:
    """Count the frames up to the first one outside this package, which is to be warned."""
    package = __name__.partition(".")[0]
    level = 0
    frame: FrameType | None = sys._getframe()  # pyright: ignore[reportPrivateUsage]
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        level, frame = level + 1, frame.f_back
    return level
