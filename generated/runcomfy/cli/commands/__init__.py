# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""One module per command of the command line."""

from __future__ import annotations

from .. import missing_extra

if message := missing_extra():
    raise ImportError(message)
