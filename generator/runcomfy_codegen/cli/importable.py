"""Make the generated SDK importable in the project's own virtual environment."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from ..runtime._base.install import pip_install


def make_importable(out: Path, package: str) -> bool:
    """Add the folder of the SDK to the import path of `.venv` in the current folder.

    Does nothing in another environment, which may belong to another project, or for a folder outside of
    the project.

    Args:
        out: The folder of the SDK.
        package: The import name of the SDK.

    Returns:
        Whether the SDK can be imported from now on.
    """
    project = Path.cwd().resolve()
    if sys.prefix == sys.base_prefix or Path(sys.prefix).resolve().parent != project:
        return False
    if not out.resolve().is_relative_to(project):
        return False
    path_file = Path(sysconfig.get_path("purelib"), f"{package}-generated.pth")
    path_file.write_text(f"{out.resolve()}\n", "utf-8")
    return True


def next_steps(out: Path, package: str, importable: bool) -> list[str]:
    """Return what to try after the demo, one line each."""
    lines = [f"{out}/README.md: how to use the SDK", f"{out}/docs/: a page for each model"]
    if not importable:
        # Without ./ pip would look for a package of that name on an index.
        folder = str(out) if out.is_absolute() else f"./{out.as_posix()}"
        return [f"{pip_install(folder)}: use the SDK in your environment", *lines]
    python = Path(sys.executable)
    shown = python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python
    return [
        f"{shown}: `import {package}` works here now; README.md has a first example",
        f"{shown} -m {package} models: list the models",
        *lines,
    ]
