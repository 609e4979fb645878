"""Generate a typed Python SDK from the schemas of the RunComfy Model API.

`open_workspace` opens a project on disk; `generate` is the pure function behind every command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .runtime._base.lazy import lazy_exports

if TYPE_CHECKING:
    from .build.generation import Generation, Project, generate
    from .text.problems import Problem
    from .workspace import Workspace, open_workspace

__all__ = ["Generation", "Problem", "Project", "Workspace", "generate", "open_workspace"]

lazy_exports(
    __name__,
    {
        "build.generation": ("Generation", "Project", "generate"),
        "text.problems": ("Problem",),
        "workspace": ("Workspace", "open_workspace"),
    },
)
