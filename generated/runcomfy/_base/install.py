# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The command that installs an extra of this SDK, for messages about a missing package.

Nobody has registered the SDK's name on a public index. A bare `pip install NAME[extra]` could fetch a
stranger's package, so the command names the place that the SDK came from.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from functools import cache
from pathlib import Path
from typing import Any

from .json_values import is_object

FOLDER = "./generated"  # where a project has its SDK unless its settings say otherwise
PACKAGE = __name__.partition(".")[0]
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*((?:[<>=!~;@].*)?)")


def pip_install(requirement: str, extra: str = "", package: str = PACKAGE) -> str:
    """Return a pip command, quoted for a shell.

    Args:
        requirement: A distribution's name, a path, or a URL.
        extra: The extra to install with it.
        package: The name of the distribution, which pip wants before a URL.
    """
    wanted = with_extra(requirement, extra, package) if extra else requirement
    return f"pip install {shlex.quote(wanted)}"


def with_extra(requirement: str, extra: str, package: str) -> str:
    """Return the requirement with an extra, where pip expects it in a name, a path or a URL."""
    named = _NAME.fullmatch(requirement)
    if named:
        rest = f" {named[2]}" if named[2].startswith("@") else named[2]
        return f"{named[1]}[{extra}]{rest}"
    if "://" in requirement:
        return f"{package}[{extra}] @ {requirement}"
    return f"{requirement}[{extra}]"


@cache
def how_to_install(extra: str, package: str = PACKAGE) -> str:
    """Say how to add an extra to the installed package."""
    setting: str = getattr(sys.modules.get(package), "__install__", "")
    if setting:
        return pip_install(setting, extra, package)
    place = _origin(package)
    if place:
        return pip_install(place, extra, package)
    return f"install {package}[{extra}] from where {package} came from"


def _origin(package: str) -> str:
    """Return the URL that the package was installed from; empty if it is not known."""
    # Imported here: loading it takes longer than the rest of the SDK.
    from importlib import metadata

    try:
        record: Any = json.loads(metadata.distribution(package).read_text("direct_url.json") or "0")
    except (metadata.PackageNotFoundError, OSError, ValueError):
        record = None
    if is_object(record):
        return _url(record)
    folder = Path(__file__).resolve().parents[2]
    return folder.as_uri() if (folder / "pyproject.toml").is_file() else ""


def _url(record: dict[str, Any]) -> str:
    """Return the URL for pip of a record that an installer left, as PEP 610 defines it."""
    url = str(record.get("url", ""))
    repository: Any = record.get("vcs_info")
    if is_object(repository):
        url = f"{repository.get('vcs')}+{url}@{repository.get('commit_id')}"
    folder = record.get("subdirectory")
    return f"{url}#subdirectory={folder}" if folder else url
