# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Tools for agents, which pay for a request once; see `Toolbox`. No other room imports it."""

from __future__ import annotations

from .answers import Answer, Preview
from .toolbox import AsyncToolbox, Toolbox

__all__ = ["Answer", "AsyncToolbox", "Preview", "Toolbox"]
