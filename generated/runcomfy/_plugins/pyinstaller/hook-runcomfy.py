# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The PyInstaller hook of this package, published as `hook-<package>.py`.

Models load when they are first used, and their schemas are data files: PyInstaller finds neither by
itself.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

hooks = import_module("PyInstaller.utils.hooks")  # it has no types, and is seldom installed
package = Path(__file__).stem.removeprefix("hook-")
datas = hooks.collect_data_files(package)
# Modules that need an extra which is not installed are left out.
hiddenimports = hooks.collect_submodules(package, on_error="ignore")
