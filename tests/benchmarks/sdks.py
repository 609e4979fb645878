"""SDKs of so many endpoints, ours and the peer's, each generated on first use by its whole command."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import runcomfy_codegen

from . import catalogue
from .peer import Peer, describe, missing
from .tables import Run, run

_GENERATOR = str(Path(runcomfy_codegen.__file__).parents[1])


class Sdks:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def schemas(self, count: int) -> Path:
        folder = self._folder / f"schemas-{count}"
        return folder if folder.exists() else catalogue.write(folder, count)

    def out(self, count: int) -> Path:
        """The folder that holds the package."""
        folder = self._folder / f"ours-{count}"
        if not folder.exists():
            self.generate(count)
        return folder

    def generate(self, count: int, *options: str) -> Run:
        """`runcomfy-codegen generate` as it stands: all cores, all formatting, all guards."""
        folders = ["--schemas", self.schemas(count), "--out", self._folder / f"ours-{count}"]
        command = [sys.executable, "-m", "runcomfy_codegen", "generate", *folders, *options]
        return run(command, PYTHONPATH=_GENERATOR)

    def generate_cold(self, count: int) -> Run:
        """With nothing left of an earlier run, the names included."""
        shutil.rmtree(self._folder / f"ours-{count}", ignore_errors=True)
        (self.schemas(count) / "names.lock.json").unlink(missing_ok=True)
        return self.generate(count)

    def of_peer(self, peer: Peer, count: int) -> Path:
        """The folder that holds the peer's package: as its templates are, which ruff makes ill-typed."""
        folder = self._folder / f"peer-{count}-plain"
        if not folder.exists():
            self.generate_peer(peer, count, formatted=False)
        return folder

    def generate_peer(self, peer: Peer, count: int, *, formatted: bool) -> Run:
        """The peer's command, cold; formatted: with its default hooks."""
        endpoints = list(catalogue.endpoints(count))
        folder = self._folder / f"peer-{count}-{'formatted' if formatted else 'plain'}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        described = describe(endpoints, self._folder / f"openapi-{count}.json")
        command = peer.command(described, folder / "peer_client", formatted=formatted)
        done = run(command, **peer.variables)
        assert not missing(endpoints, folder / "peer_client"), done.output
        return done
