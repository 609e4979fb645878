"""Turns the RunComfy Model API schemas into a typed Python SDK.

`generate(project)` is the pure function under every command; `open_workspace` reads a project from disk.
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
        "generation": ("Generation", "Project", "generate"),
        "problems": ("Problem",),
        "workspace": ("Workspace", "open_workspace"),
    },
)
