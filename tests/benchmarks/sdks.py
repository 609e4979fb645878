"""SDKs of so many endpoints, ours and the peer's, each generated on first use by its whole command."""

from __future__ import annotations

import itertools
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
        self._cache = folder / "cache"
        self._old = itertools.count()

    def schemas(self, count: int) -> Path:
        folder = self._folder / f"schemas-{count}"
        return folder if folder.exists() else catalogue.write(folder, count)

    def out(self, count: int) -> Path:
        """Return the folder that holds the package."""
        folder = self._folder / f"ours-{count}"
        if not folder.exists():
            self.generate(count)
        return folder

    def generate(self, count: int, *options: str) -> Run:
        """`runcomfy-codegen generate` as it stands: all cores, all formatting, all guards."""
        folders = ["--schemas", self.schemas(count), "--out", self._folder / f"ours-{count}"]
        program = Path(sys.executable).with_name("runcomfy-codegen")
        command = [program, "generate", *folders, *options]
        # With its bytecode, as it is where pip has installed it, and the peer.
        return run(
            command,
            PYTHONPATH=_GENERATOR,
            PYTHONDONTWRITEBYTECODE="",
            RUNCOMFY_CODEGEN_CACHE=str(self._cache),
        )

    def generate_cold(self, count: int, *, warm_cache: bool) -> Run:
        """Generate with no SDK, no names, and nothing that is remembered of an SDK.

        Args:
            count: How many endpoints there are.
            warm_cache: Whether the user's cache has the answers of datamodel-code-generator about
                types, as it does once any project was generated with the same version.
        """
        if warm_cache:
            for record in self._cache.glob("sdk-*.json"):
                record.unlink()
            assert list(self._cache.glob("answers-*.json")), "generate something first"
        else:
            self._put_aside(self._cache)
        self._put_aside(self._folder / f"ours-{count}")
        (self.schemas(count) / "names.lock.json").unlink(missing_ok=True)
        return self.generate(count)

    def _put_aside(self, folder: Path) -> None:
        """Not deleted: on ext4, who creates files next would pay for thousands that just went."""
        if folder.exists():
            folder.rename(self._folder / f"old-{next(self._old)}")

    def of_peer(self, peer: Peer, count: int) -> Path:
        """Return the folder that holds the peer's package.

        As its templates are, which ruff makes ill-typed.
        """
        folder = self._folder / f"peer-{count}-plain"
        if not folder.exists():
            self.generate_peer(peer, count, formatted=False)
        return folder

    def generate_peer(self, peer: Peer, count: int, *, formatted: bool) -> Run:
        """Run the peer's command, cold. formatted: with its default hooks."""
        endpoints = list(catalogue.endpoints(count))
        folder = self._folder / f"peer-{count}-{'formatted' if formatted else 'plain'}"
        self._put_aside(folder)
        folder.mkdir()
        described = describe(endpoints, self._folder / f"openapi-{count}.json")
        command = peer.command(described, folder / "peer_client", formatted=formatted)
        done = run(command, **peer.variables)
        assert not missing(endpoints, folder / "peer_client"), done.output
        return done
