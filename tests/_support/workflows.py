"""Execute the steps of a CI's file as its runner would, with programs of ours for what needs a network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
CONDITION = re.compile(r"steps\.(\w+)\.outputs\.(\w+) == 'true'")
ACTION = re.compile(r"[\w-]+/[\w./-]+@(v\d+|release/v\d+)")
CODEGEN = f'exec "{sys.executable}" -m runcomfy_codegen "$@"\n'
# Records its arguments and the text of the file that it is given; `pr list` answers with what is open.
GH = """\
import json, os, sys
from pathlib import Path
arguments = sys.argv[1:]
assert os.environ.get("GH_TOKEN") == "gh-secret"
call = {"arguments": arguments}
for name, value in zip(arguments, arguments[1:]):
    if name == "--body-file":
        call["body"] = Path(value).read_text("utf-8")
log = Path(os.environ["CALLS"])
calls = json.loads(log.read_text("utf-8")) if log.exists() else []
log.write_text(json.dumps([*calls, call]), "utf-8")
if arguments[:2] == ["pr", "list"]:
    print("7" if any(call["arguments"][:2] == ["pr", "create"] for call in calls) else "")
"""
CURL = """\
import json, os, sys
from pathlib import Path
arguments = sys.argv[1:]
config = Path(arguments[arguments.index("--config") + 1]).read_text("utf-8")
assert config == 'header = "PRIVATE-TOKEN: gl-secret"\\n'
assert "gl-secret" not in " ".join(arguments)
call = {"arguments": arguments}
for value in arguments:
    if value.startswith("description@"):
        call["body"] = Path(value.partition("@")[2]).read_text("utf-8")
log = Path(os.environ["CALLS"])
calls = json.loads(log.read_text("utf-8")) if log.exists() else []
log.write_text(json.dumps([*calls, call]), "utf-8")
if "--get" in arguments:
    print('[{"iid": 7}]' if any("POST" in call["arguments"] for call in calls) else "[]")
"""
# pip leaves the machine: an install is recorded, and a wheel is built with what is here.
PYTHON = """\
import json, os, subprocess, sys
from pathlib import Path
arguments = sys.argv[1:]
if arguments[:2] != ["-m", "pip"]:
    sys.exit(subprocess.run([sys.executable, *arguments]).returncode)
log = Path(os.environ["CALLS"])
calls = json.loads(log.read_text("utf-8")) if log.exists() else []
log.write_text(json.dumps([*calls, {"arguments": arguments}]), "utf-8")
if "wheel" in arguments:
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir"]
    folder = arguments[arguments.index("--wheel-dir") + 1]
    subprocess.run([sys.executable, *build, folder, arguments[-1]], check=True, stdout=subprocess.DEVNULL)
"""


@dataclass
class Runner:
    """A machine that executes steps in a repository.

    Attributes:
        repository: The working tree.
        folder: Where the runner keeps its own files.
        values: What `${{ ... }}` stands for.
        variables: Environment variables of the machine.
    """

    repository: Path
    folder: Path
    values: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    outputs: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    log: str = ""

    def __post_init__(self) -> None:
        programs = self.folder / "bin"
        programs.mkdir(parents=True)
        (self.folder / "notes").mkdir()
        for name, program in (("gh", GH), ("curl", CURL), ("python", PYTHON)):
            (programs / name).write_text(f"#!{sys.executable}\n{program}", "utf-8")
            (programs / name).chmod(0o755)
        (programs / "runcomfy-codegen").write_text(f"#!/bin/sh\n{CODEGEN}", "utf-8")
        (programs / "runcomfy-codegen").chmod(0o755)
        # The steps of this repository set it up with make, which takes minutes.
        (programs / "make").write_text('#!/bin/sh\nif [ "$1" = wheel ]; then mkdir -p dist; fi\n')
        (programs / "make").chmod(0o755)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls of programs that need a network."""
        log = self.folder / "calls.json"
        calls: list[dict[str, Any]] = json.loads(log.read_text("utf-8")) if log.exists() else []
        return calls

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text("utf-8")

    def github(self, file: Path, job: str) -> int:
        """Run a job, and return the exit code of the step that failed, or 0."""
        workflow = yaml.safe_load(file.read_text("utf-8"))
        steps = workflow["jobs"][job]
        inherited = {**workflow.get("env", {}), **steps.get("env", {})}
        self.outputs.clear()
        failed = 0
        for step in steps["steps"]:
            if "uses" in step:
                assert ACTION.fullmatch(step["uses"])
                continue
            if not self._is_due(step.get("if", ""), failed):
                continue
            code = self._step(step, inherited)
            failed = failed or code
        return failed

    def gitlab(self, file: Path, job: str) -> int:
        """Run a job, and return its exit code."""
        document = yaml.safe_load(file.read_text("utf-8"))
        steps = document[job]
        variables = {**document["variables"], **steps.get("variables", {})}
        known = {key: os.path.expandvars(value) for key, value in variables.items()}
        code = self._run("\n".join(steps["script"]), {**known, "NOTES": self._notes})
        after = [
            line.replace("/tmp/nightly", self._notes) for line in steps.get("after_script", ())
        ]
        self._run("\n".join(after), known)
        return code

    def _step(self, step: Mapping[str, Any], inherited: Mapping[str, str]) -> int:
        own = {key: self._resolved(str(value)) for key, value in step.get("env", {}).items()}
        assert not EXPRESSION.search(step["run"]), "an expression would be pasted into the shell"
        files = {
            "GITHUB_OUTPUT": self.folder / "output",
            "GITHUB_PATH": self.folder / "path",
            "GITHUB_STEP_SUMMARY": self.folder / "summary",
        }
        (self.folder / "output").write_text("", "utf-8")
        env = {**inherited, **own, **{key: str(path) for key, path in files.items()}}
        code = self._run(step["run"], {**env, "NOTES": self._notes})
        if "id" in step:
            lines = (self.folder / "output").read_text("utf-8").splitlines()
            self.outputs[step["id"]] = dict(self._pairs(lines))
        return code

    @property
    def _notes(self) -> str:
        return str(self.folder / "notes")

    def _run(self, script: str, env: Mapping[str, str]) -> int:
        programs = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        machine = {
            **os.environ,
            **self.variables,
            "PATH": programs,
            "CALLS": str(self.folder / "calls.json"),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=self.repository,
            env={**machine, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.log += done.stdout
        return done.returncode

    def _is_due(self, condition: str, failed: int) -> bool:
        if condition == "always()":
            return True
        if not condition or failed:
            return not failed
        match = CONDITION.fullmatch(condition)
        assert match, condition
        return self.outputs.get(match[1], {}).get(match[2]) == "true"

    def _resolved(self, text: str) -> str:
        return EXPRESSION.sub(lambda match: self.values[match[1]], text)

    @staticmethod
    def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
        for line in lines:
            key, _, value = line.partition("=")
            yield key, value
