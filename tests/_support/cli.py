"""The command line of an SDK under another name, in this process and as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .sdk import Sdk


@dataclass(frozen=True)
class Ended:
    """One run of a command."""

    code: int
    out: str
    err: str


@dataclass
class CommandLine:
    """Runs commands against an emulator."""

    sdk: Sdk
    emulator: Emulator
    folder: Path
    captured: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object) -> Ended:
        """In this process."""
        self.captured.readouterr()
        code = self.sdk.module("cli").main([str(each) for each in arguments])
        return Ended(code, *self.captured.readouterr())

    def posted(self) -> list[Any]:
        """Return the bodies of all submits."""
        return [each.body for each in self.emulator.received if "/v1/models/" in each.path]

    @property
    def environment(self) -> dict[str, str]:
        """For a process of its own."""
        return os.environ | {"PYTHONPATH": str(self.sdk.folder), "TERM": "xterm", "COLUMNS": "120"}

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", self.sdk.package, *map(str, arguments)]

    def process(self, *arguments: object, **settings: Any) -> subprocess.CompletedProcess[str]:
        """Run the command as a program, without a terminal."""
        return subprocess.run(
            self.command(*arguments),
            env=settings.pop("env", self.environment),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **settings,
        )
