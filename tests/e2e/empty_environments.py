"""Virtual environments that hold the SDK's wheel and exactly the distributions it asks for.

The distributions are linked from this environment, chosen by the metadata of the wheel: what is not
declared is not there, and nothing is downloaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


class EmptyEnvironment(NamedTuple):
    """A virtual environment; `scripts` holds its executables."""

    folder: Path

    @property
    def scripts(self) -> Path:
        return self.folder / "bin"

    def run(self, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run this environment's Python, without a variable of the surrounding one."""
        hidden = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "PYTEST_ADDOPTS")
        return subprocess.run(
            [str(self.scripts / "python"), *map(str, arguments)],
            cwd=cwd,
            env={name: value for name, value in os.environ.items() if name not in hidden},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def build_wheel(source: Path, folder: Path) -> Path:
    """Build the wheel of a distribution, without isolation: its backend is installed here."""
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source]
    subprocess.run([sys.executable, *map(str, build)], check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def make_environment(
    folder: Path, wheel: Path, *, extra: str, beside: Iterable[str]
) -> EmptyEnvironment:
    """Make an environment of a wheel with one extra (or "") and of the distributions `beside` it."""
    venv.create(folder)
    [site] = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        wanted = metadata.Distribution.at(site / name.rpartition("/")[0]).requires or []
    for distribution in _closure([*_needed(wanted, extra), *map(Requirement, beside)]):
        _link(distribution, site)
    return EmptyEnvironment(folder)


def _needed(requirements: Iterable[str], extra: str) -> list[Requirement]:
    """Select the requirements that hold on this machine with `extra`."""
    parsed = map(Requirement, requirements)
    return [
        requirement
        for requirement in parsed
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra})
    ]


def _closure(requirements: Iterable[Requirement]) -> list[metadata.Distribution]:
    """Find the installed distributions that requirements lead to; each must fit its range."""
    chosen: dict[str, metadata.Distribution] = {}
    waiting = list(requirements)
    asked: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        distribution = metadata.distribution(name)
        assert requirement.specifier.contains(distribution.version, prereleases=True), requirement
        chosen[name] = distribution
        for extra in {"", *requirement.extras}:
            if (name, extra) not in asked:
                asked.add((name, extra))
                waiting += _needed(distribution.requires or [], extra)
    return list(chosen.values())


def _link(distribution: metadata.Distribution, site: Path) -> None:
    for file in distribution.files or ():
        top = file.parts[0]
        target = site / top
        if top not in ("..", "__pycache__") and not target.exists():
            target.symlink_to(Path(str(distribution.locate_file(top))))
