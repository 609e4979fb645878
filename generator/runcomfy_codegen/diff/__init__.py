"""Compare two sets of captured schemas, and judge what the differences mean to users of the SDK."""

from __future__ import annotations

from .changes import Counterexample, Difference, SchemaChange
from .compare import compare
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
    "compare",
    "open_folder",
    "open_tree",
]
