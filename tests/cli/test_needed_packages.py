"""The names that an SDK cannot have, because it imports packages of these names."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from runcomfy_codegen.cli.options import NEEDED_PACKAGES

GENERATED = Path(__file__).parents[2] / "generated"


def required_distributions() -> set[str]:
    """Return the distributions that an SDK and its extras require, directly or not."""
    project: Any = tomllib.loads((GENERATED / "pyproject.toml").read_text("utf-8"))["project"]
    waiting: list[str] = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        waiting += extra
    required: set[str] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        marker = requirement.marker
        if requirement.name in required or (marker and not marker.evaluate({"extra": ""})):
            continue
        required.add(requirement.name)
        waiting += metadata.requires(requirement.name) or []
    return {name.lower().replace("_", "-") for name in required}


def test_an_sdk_cannot_have_the_name_of_a_package_it_imports() -> None:
    required = required_distributions()
    imported = {
        package.lower()
        for package, distributions in metadata.packages_distributions().items()
        if required & {name.lower().replace("_", "-") for name in distributions}
    }
    assert {"httpx", "pydantic", "imagesize"} <= imported
    assert {name for name in imported if not name.startswith("_")} <= NEEDED_PACKAGES
