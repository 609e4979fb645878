"""The files of a new project: its settings, and the jobs that keep its SDK current."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from ..emit.templates import render
from ..runtime._base.json_values import is_object
from .settings import FILE as SETTINGS

CI = Literal["github", "gitlab"]
UNKNOWN = {"github": "${{ vars.RUNCOMFY_CODEGEN }}", "gitlab": "$RUNCOMFY_CODEGEN"}
"""What CI asks its own settings for: the generator is on no package index, so nobody's name is guessed."""


class NewProject(NamedTuple):
    """The choices of the user.

    Attributes:
        package: The import name of the SDK.
        only: Globs of model ids.
        ci: The service that runs the jobs.
        generator: What pip installs for the generator; empty if that is not known.
        out: The folder of the SDK.
    """

    package: str
    only: Sequence[str]
    ci: CI
    generator: str
    out: str

    def files(self) -> Mapping[str, str]:
        """Return the text of each file by its path."""
        quoted = [json.dumps(glob, ensure_ascii=False) for glob in self.only or ("*",)]
        settings = render("project/pyproject.toml.jinja", package=self.package, only=quoted)
        pattern = f"/{self.out}/**"
        if " " in pattern:
            pattern = json.dumps(pattern)
        files = {
            SETTINGS: settings,
            ".gitattributes": render("project/gitattributes.jinja", generated=pattern),
            ".gitignore": render("project/gitignore.jinja"),
        }
        generator = json.dumps(self.generator or UNKNOWN[self.ci])
        context = {"generator": generator, "is_own": False, "out": shlex.quote(self.out)}
        for path, template in _JOBS[self.ci].items():
            files[path] = render(f"project/{template}.jinja", **context)
        return files


_JOBS: Mapping[CI, Mapping[str, str]] = {
    "github": {
        ".github/workflows/nightly.yml": "github/nightly.yml",
        ".github/workflows/sdk.yml": "github/sdk.yml",
    },
    "gitlab": {".gitlab-ci.yml": "gitlab-ci.yml"},
}


def own_nightly() -> str:
    """Return the nightly job of the repository of the generator itself."""
    return render("project/github/nightly.yml.jinja", generator="", is_own=True)


def installed_from() -> str:
    """Return what pip was given for this generator, if other machines can fetch it too; else nothing."""
    from importlib import metadata

    try:
        text = metadata.distribution("runcomfy-codegen").read_text("direct_url.json")
        record: Any = json.loads(text or "0")
    except (metadata.PackageNotFoundError, OSError, ValueError):
        return ""
    if not is_object(record) or "dir_info" in record:
        return ""
    url = str(record.get("url", ""))
    repository: Any = record.get("vcs_info")
    if is_object(repository):
        url = f"{repository.get('vcs')}+{url}@{repository.get('commit_id')}"
    return "" if url.startswith("file:") else url
