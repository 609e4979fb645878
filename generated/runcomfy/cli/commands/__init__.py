# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""One module per command of the command line."""

from __future__ import annotations

from .. import missing_extra

_missing: str = missing_extra()
if _missing:
    raise ImportError(_missing)
