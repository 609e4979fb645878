# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`python -m` of this package: the command line."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
