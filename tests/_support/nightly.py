"""A project that `init` began, its remote, and the emulator's catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import Result
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, Emulator

from .git import git
from .project import run_in
from .workflows import Runner

TOKEN = "catalogue-token"
PROMPT: dict[str, Any] = {"prompt": {"type": "string", "maxLength": 500}}


def model(model_id: str, properties: Any = None, **facts: Any) -> EmulatedEndpoint:
    """Return a model as the catalogue has it."""
    schema = {"type": "object", "properties": PROMPT | (properties or {}), "required": ["prompt"]}
    known: dict[str, Any] = {"categories": ("text-to-image",), "base_price_usd": 0.5} | facts
    return EmulatedEndpoint(model_id, schema, {}, **known)


class Project:
    """A project in a repository with a remote."""

    def __init__(self, folder: Path, ci: str) -> None:
        self.root, self.remote, self.ci = folder / "project", folder / "remote.git", ci
        self._emulators: list[Emulator] = []
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        self.root.mkdir()
        self.runner = Runner(
            self.root,
            folder / "runner",
            {
                "secrets.RUNCOMFY_API_TOKEN": TOKEN,
                "github.token": "gh-secret",
                "github.ref_name": "main",
                "vars.RUNCOMFY_CODEGEN": "the-generator",
            },
            {
                "RUNCOMFY_API_TOKEN": TOKEN,
                "RUNCOMFY_CODEGEN": "the-generator",
                "GITLAB_TOKEN": "gl-secret",
                "CI_API_V4_URL": "https://gitlab.invalid/api/v4",
                "CI_PROJECT_ID": "3",
                "CI_SERVER_HOST": "gitlab.invalid",
                "CI_PROJECT_PATH": "you/project",
                "CI_DEFAULT_BRANCH": "main",
            },
        )
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self.remote))
        # The address that the job of GitLab pushes to is this remote.
        address = "https://oauth2:gl-secret@gitlab.invalid/you/project.git"
        self.git("config", f"url.{self.remote}.insteadOf", address)

    def git(self, *arguments: str) -> str:
        return git(self.root, *arguments)

    def run(self, *arguments: str) -> Result:
        """Run a command of the generator in the project."""
        return run_in(self.root, *arguments, RUNCOMFY_API_TOKEN=TOKEN)

    def does(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.output

    def serve(self, *models: EmulatedEndpoint, token: str = TOKEN) -> None:
        """Let the catalogue have these models from now on."""
        emulator = Emulator(models, token=token)
        self._emulators.append(emulator.start())
        base = f"{emulator.base_url}/v1"
        self.runner.variables = {**self.runner.variables, "RUNCOMFY_MODEL_API_BASE": base}
        self.address = base

    def commit(self, message: str = "x") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        self.git("push", "--quiet", "--tags", "origin", "HEAD")

    def begin(self, *models: EmulatedEndpoint) -> None:
        """Make the project as its guide says, with a first release."""
        self.does("init", "--ci", self.ci)
        self.serve(*models)
        self.does("sync", "--from", self.address)
        self.does("generate")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Begin")
        self.git("tag", "v0.1.0")
        self.git("push", "--quiet", "--tags", "origin", "HEAD")

    def nightly(self) -> int:
        """Run the nightly job, and return its exit code."""
        self.git("switch", "--quiet", "main")
        if self.ci == "github":
            return self.runner.github(self.root / ".github/workflows/nightly.yml", "update")
        return self.runner.gitlab(self.root / ".gitlab-ci.yml", "nightly")

    def job(self, name: str) -> int:
        """Run a job of a push in the working tree as it is, and return its exit code."""
        if self.ci == "github":
            return self.runner.github(self.root / ".github/workflows/sdk.yml", name)
        return self.runner.gitlab(self.root / ".gitlab-ci.yml", name)

    @property
    def requests(self) -> list[tuple[str, str, str]]:
        """The actions on pull or merge requests: the verb, the label, the text."""
        found: list[tuple[str, str, str]] = []
        for call in self.runner.calls:
            arguments: list[str] = call["arguments"]
            if "body" not in call:
                continue
            words = " ".join(arguments)
            is_new = "pr create" in words or "POST" in arguments
            label = (
                "breaking" if "--label breaking" in words or "=breaking" in words else "additive"
            )
            if "--add-label breaking" in words:
                label = "breaking"
            if "add_labels=additive" in words:
                label = "additive"
            found.append(("created" if is_new else "edited", label, call["body"]))
        return found

    @property
    def proposed(self) -> str:
        """The commit that is proposed; empty if none is."""
        return self.git("ls-remote", "origin", "refs/heads/models/nightly").partition("\t")[0]

    def close(self) -> None:
        for emulator in self._emulators:
            emulator.stop()
