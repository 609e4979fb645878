"""Commands to interrupt: each brings a project from one known state to another.

A project is a folder with `schemas`, `generated`, what the commands read, and files made by hand.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from runcomfy_codegen.cli.app import main

from .processes import Action, ended

Tree = Mapping[str, bytes]

LOG = "run.log"
# Rewritten in steps while a run goes on; it has to be readable, and right at the end.
BOOKKEEPING = "generated/codegen.lock.json"


@dataclass(frozen=True)
class Work:
    """before: the project as it is found; after: as an undisturbed run leaves it; code: its exit code."""

    name: str
    action: Action
    before: Path
    after: Tree
    code: int = 0


def command(*arguments: str) -> Action:
    """`runcomfy-codegen` with these arguments, in the current folder."""

    def run() -> int:
        try:
            main(arguments, prog_name="runcomfy-codegen")
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith(Path(LOG).stem)
    }


def copied(before: Path, to: Path) -> Path:
    """Return a project of its own for one try."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(before, to)
    return to


def wrong_meanwhile(work: Work, found: Tree) -> Iterator[str]:
    """After an interruption each file is as it was or as it will be; what is in both states is there."""
    before = tree(work.before)
    for path, content in found.items():
        if path == BOOKKEEPING:
            json.loads(content)
        elif not _is_temporary(path) and content not in (before.get(path), work.after.get(path)):
            yield f"{path} is neither as before nor as after"
    yield from (f"{path} is lost" for path in before.keys() & work.after.keys() - found.keys())


def wrong_at_the_end(work: Work, found: Tree) -> Iterator[str]:
    """Return what the next run left otherwise than an undisturbed one."""
    yield from (f"{path} is left over" for path in found.keys() - work.after.keys())
    yield from (f"{path} is missing" for path in work.after.keys() - found.keys())
    yield from (
        f"{path} differs"
        for path in found.keys() & work.after.keys()
        if found[path] != work.after[path]
    )


def _is_temporary(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


# -- the projects --------------------------------------------------------------------------


def endpoint(name: str, version: int) -> dict[str, Any]:
    """Return the endpoint as the catalogue lists it; what it takes changes with the version."""
    text = {"type": "string", "description": f"version {version} " + "of this field " * 200}
    properties = {"prompt": text, f"field_{version}": {"type": "integer", "minimum": version}}
    schema = {"type": "object", "required": ["prompt"], "properties": properties}
    facts = {"kind": "model", "display_name": name.title(), "base_price_usd": version / 100}
    return {"model_id": f"acme/{name}/make", "input_schema": schema, **facts}


def page(name: str, version: int) -> str:
    """Return a published page of the same endpoint, as text."""
    listed = endpoint(name, version)
    output = {"output": {"type": "object", "properties": {"image": {"type": "string"}}}}
    curl = f"curl --url https://api.example/v1/models/{listed['model_id']} --data '{{}}'"
    return f"{curl}\nIn\n{json.dumps(listed['input_schema'])}\nOut\n{json.dumps(output)}\n"


def catalogue(**versions: int) -> str:
    models = [endpoint(name, version) for name, version in versions.items()]
    return json.dumps({"models": models, "total": len(models)})


OLD = catalogue(ant=1, bee=1, cat=1, dog=1)
NEW = catalogue(ant=1, bee=2, cat=2, eel=1)  # dog has gone, eel has come
OVERLAY = [{"at": "/properties/field_1/minimum", "was": 1, "now": 0, "reason": "made by hand"}]


class Projects:
    """Makes the states by running the commands themselves, each in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self._root = root
        _load_everything(self.project("loaded", None))

    def project(self, name: str, start: Path | None, *actions: Action) -> Path:
        folder = self._root / name
        if start:
            shutil.copytree(start, folder)
        else:
            folder.mkdir()
            (folder / "old.json").write_text(OLD)
            (folder / "new.json").write_text(NEW)
            (folder / "one.txt").write_text(page("bee", 3))
            (folder / "two.txt").write_text(page("fox", 1))
        for action in actions:
            in_process(action, folder)
        return folder

    def work(self, name: str, before: Path, action: Action, code: int = 0) -> Work:
        folder = copied(before, self._root / f"{name} (after)")
        found = in_process(action, folder)
        assert found == code, f"{name}: {found}\n{(folder / LOG).read_text()}"
        return Work(name, action, before, tree(folder), code)

    def published(self) -> Path:
        """Two models of the catalogue captured and generated, and some files made by hand."""
        empty = self.project("empty", None)
        captured = self.project("captured", empty, command("sync", "--from", "old.json"))
        overlay = captured / "schemas/acme/ant/make/overlay.json"
        overlay.write_text(json.dumps(OVERLAY))
        published = self.project("published", captured, command("generate"))
        for path in ("generated/mine.txt", "generated/docs/mine.md"):
            (published / path).write_text("made by hand\n")
        return published

    def works(self) -> list[Work]:
        published, empty, captured = self.published(), self._root / "empty", self._root / "captured"
        sync_new = command("sync", "--from", "new.json", "--prune")
        generate, add = command("generate"), command("add", "one.txt", "two.txt")
        synced = self.project("synced", published, sync_new)
        edited = self.project("edited", synced)
        with (edited / "generated/runcomfy/models/acme/bee/make.py").open("a") as module:
            module.write("# edited by hand\n")
        return [
            self.work("first sync", empty, command("sync", "--from", "old.json")),
            self.work("sync", published, sync_new),
            self.work("add", published, add),
            self.work("first generate", captured, generate),
            self.work("generate", synced, generate),
            self.work("generate over an edit", edited, generate, code=1),
            self.work("generate --force", edited, command("generate", "--force")),
        ]


def _load_everything(project: Path) -> None:
    """Load what a command imports on demand.

    Forks have it then, even those that may not read it.
    """
    home = Path.cwd()
    os.chdir(project)
    try:
        for arguments in (["sync", "--from", "old.json"], ["generate"], ["add", "one.txt"]):
            # Nothing is remembered: what is, another user may not read, and must make again.
            done = CliRunner().invoke(main, arguments, env={"RUNCOMFY_CODEGEN_CACHE": ""})
            assert done.exit_code == 0, done.output
    finally:
        os.chdir(home)


def in_process(action: Action, folder: Path) -> int:
    """Run an action in a project and return its exit code."""
    return ended(action, folder, folder / LOG).code
