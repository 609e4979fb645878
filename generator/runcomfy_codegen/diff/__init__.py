"""Compare two sets of captured schemas, and judge what the differences mean to users of the SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..runtime._base.lazy import lazy_exports

if TYPE_CHECKING:
    from .changes import Counterexample, Difference, SchemaChange
    from .report import changelog_section
    from .revisions import RevisionError, Tree, open_folder, open_tree
    from .rules import RULES, DiffRule

__all__ = [
    "RULES",
    "Counterexample",
    "DiffRule",
    "Difference",
    "RevisionError",
    "SchemaChange",
    "Tree",
    "changelog_section",
    "open_folder",
    "open_tree",
]

# `generate --check` asks for a tag only, and most of this package is slow to load.
lazy_exports(
    __name__,
    {
        "changes": ("Counterexample", "Difference", "SchemaChange"),
        "report": ("changelog_section",),
        "revisions": ("RevisionError", "Tree", "open_folder", "open_tree"),
        "rules": ("RULES", "DiffRule"),
    },
)
