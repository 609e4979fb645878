"""The PyInstaller hook of this package, published as `hook-<package>.py`.

Models load when they are first used, and their schemas are data files: PyInstaller finds neither by
itself.
"""

from __future__ import annotations

from pathlib import Path

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

package = Path(__file__).stem.removeprefix("hook-")
datas = collect_data_files(package)
# Modules that need an extra which is not installed are left out.
hiddenimports = collect_submodules(package, on_error="ignore")
