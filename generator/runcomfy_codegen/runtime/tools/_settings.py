"""The settings of a toolbox, checked before it is made."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Required

from typing_extensions import TypedDict

from .._base.brief import brief
from .._schemas.registry import model_ids
from .._validation.given import check_dollars, check_journal, check_path, check_seconds
from ..errors import ConfigurationError
from ._folders import Folders

MOST_TOOLS = 20  # endpoints with a tool of their own
DEFAULT_WAIT = 45.0  # seconds: MCP clients give up a call after 60


# Closed: without that, some type checkers let any unknown keyword pass.
class ToolboxOptions(TypedDict, total=False, closed=True):
    """The options of a toolbox."""

    journal: Required[str | os.PathLike[str]]
    """The SQLite file that records what was submitted. Toolboxes and processes may share it."""
    only: Sequence[str]
    """Model ids, or patterns such as "openai/*". Defaults to all models of this SDK."""
    max_cost_usd: float | None
    """The most US dollars for all calls of the journal. Defaults to no budget, which forbids spending."""
    allow_spending: bool
    """Whether to submit without a budget. Defaults to False."""
    folder: str | os.PathLike[str] | None
    """The folder in which outputs are saved. Defaults to none: the answers have the URLs only."""
    media_folders: Sequence[str | os.PathLike[str]]
    """The folders whose files may be sent, besides `folder`. Defaults to none."""
    wait_seconds: float
    """The seconds that a call waits for its job before it answers. Defaults to 45."""


@dataclass(frozen=True, kw_only=True)
class _Given:
    journal: Any
    only: Any = ("*",)
    max_cost_usd: Any = None
    allow_spending: Any = False
    folder: Any = None
    media_folders: Any = ()
    wait_seconds: Any = DEFAULT_WAIT


@dataclass(frozen=True)
class Settings:
    """The settings of a toolbox; see `ToolboxOptions`.

    Attributes:
        model_ids: The models that it serves.
        may_spend: Whether it may submit anything.
        readable: The folders whose files may be sent.
    """

    model_ids: tuple[str, ...]
    journal: Path
    max_cost_usd: float | None
    may_spend: bool
    folder: Path | None
    readable: Folders
    wait_seconds: float

    @property
    def has_tool_per_model(self) -> bool:
        """Whether each model has a tool of its own."""
        return len(self.model_ids) <= MOST_TOOLS


def checked_settings(options: ToolboxOptions) -> Settings:
    """Check the options of a toolbox.

    Raises:
        ConfigurationError: An option is wrong, or a pattern matches no model.
    """
    try:
        chosen = _Given(**options)
    except TypeError as error:
        raise ConfigurationError(f"Toolbox: {error}".replace("_Given.__init__() ", "")) from None
    limit = (
        None if chosen.max_cost_usd is None else check_dollars("max_cost_usd", chosen.max_cost_usd)
    )
    folder = None if chosen.folder is None else check_path("folder", chosen.folder).absolute()
    opened = [check_path("media_folders", path).absolute() for path in _many(chosen.media_folders)]
    if not isinstance(chosen.allow_spending, bool):
        raise ConfigurationError(
            f"must be True or False; got {brief(chosen.allow_spending)}", parameter="allow_spending"
        )
    for path in opened:
        if not path.is_dir():
            raise ConfigurationError(f"{path} is not a folder", parameter="media_folders")
    return Settings(
        model_ids=chosen_models(_many(chosen.only)),
        journal=check_journal("journal", chosen.journal),
        max_cost_usd=limit,
        may_spend=chosen.allow_spending or limit is not None,
        folder=folder,
        readable=Folders((*([folder] if folder else []), *opened)),
        wait_seconds=check_seconds("wait_seconds", chosen.wait_seconds),
    )


def chosen_models(patterns: Iterable[object]) -> tuple[str, ...]:
    """Return the model ids that match a pattern. Raises ConfigurationError if a pattern matches none."""
    known = model_ids()
    chosen: set[str] = set()
    for pattern in patterns:
        text = str(pattern)
        fitting = [model_id for model_id in known if fnmatchcase(model_id, text)]
        if not fitting:
            near = difflib.get_close_matches(text, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigurationError(
                f"must match a model id, as 'vendor/*' may; got {text!r:.200}{hint}",
                parameter="only",
            )
        chosen.update(fitting)
    if not chosen:
        raise ConfigurationError("must name at least one model", parameter="only")
    return tuple(sorted(chosen))


def _many(value: Any) -> list[Any]:
    """Return several values, also where a single one is given."""
    return [value] if isinstance(value, (str, os.PathLike)) else list(value)
