"""Type checkers on a file that uses one endpoint, against the same file written for the peer's client.

And against what nobody can go below: one endpoint by hand with httpx and pydantic, whose own sources are
most of what is read, and a file with nothing in it.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from .peer import Peer
from .sdks import Sdks
from .tables import Row, Table, in_turns, run

ENDPOINTS = 400
ROUNDS = 3
NOTHING = "nothing: int = 0\n"
OURS = """
from runcomfy import RunComfy

with RunComfy("token") as client:
    job = client.studio_0.painter_v0.text_to_image.submit(prompt="a dog", seed=7)
    print(job.request_id, job.result().output.image)
"""
PEERS = """
from peer_client import AuthenticatedClient
from peer_client.api.default import result, studio_0_painter_v0_text_to_image
from peer_client.models import Result, Studio0PainterV0TextToImageRequest

with AuthenticatedClient(base_url="https://example.invalid", token="token") as client:
    body = Studio0PainterV0TextToImageRequest(prompt="a dog", seed=7)
    job = studio_0_painter_v0_text_to_image.sync(client=client, body=body)
    if job and isinstance(job.request_id, str):
        made = result.sync(job.request_id, client=client)
        if isinstance(made, Result) and made.output:
            print(job.request_id, made.output.image)
"""

BY_HAND = """
import httpx
from pydantic import BaseModel

class Request(BaseModel):
    prompt: str
    seed: int | None = None

class Output(BaseModel):
    image: str | None = None

with httpx.Client(base_url="https://example.invalid") as client:
    reply = client.post("/", json=Request(prompt="a dog", seed=7).model_dump())
    print(Output.model_validate(reply.json()).image)
"""


def test_mypy(sdks: Sdks, peer: Peer, table: Table, tmp_path: Path) -> None:
    def checked(file: Path, sdk: Path, python: object) -> float:
        cache = tmp_path / "cache"
        shutil.rmtree(cache, ignore_errors=True)
        options = ["--config-file=", f"--cache-dir={cache}", f"--python-executable={python}"]
        return run([sys.executable, "-m", "mypy", *options, file], MYPYPATH=str(sdk)).seconds

    _compare("mypy, cold cache", checked, tmp_path, sdks, peer, table)


def test_pyright(sdks: Sdks, peer: Peer, table: Table, tmp_path: Path) -> None:
    def checked(file: Path, sdk: Path, python: object) -> float:
        settings = file.with_suffix(".json")
        settings.write_text(json.dumps({"include": [file.name], "extraPaths": [str(sdk)]}), "utf-8")
        options = ["--project", settings, "--pythonpath", python]
        return run([sys.executable, "-m", "pyright", *options]).seconds

    _compare("pyright", checked, tmp_path, sdks, peer, table)


def _compare(
    checker: str,
    checked: Callable[[Path, Path, object], float],
    folder: Path,
    sdks: Sdks,
    peer: Peer,
    table: Table,
) -> None:
    """Add the rows of a checker, in whose eyes every file has to be correct."""
    files = [folder / name for name in ("uses_ours.py", "uses_peer.py", "by_hand.py", "empty.py")]
    for file, program in zip(files, (OURS, PEERS, BY_HAND, NOTHING), strict=True):
        file.write_text(program, "utf-8")
    ours, peers = sdks.out(ENDPOINTS), sdks.of_peer(peer, ENDPOINTS)
    least, theirs, by_hand, nothing = in_turns(
        ROUNDS,
        lambda: checked(files[0], ours, sys.executable),
        lambda: checked(files[1], peers, peer.python),
        lambda: checked(files[2], ours, sys.executable),
        lambda: checked(files[3], ours, sys.executable),
    )
    what = f"{checker}, a file that uses one of {ENDPOINTS} endpoints"
    table.rows.append(Row(f"{what}: the peer's client", least, theirs, 0.5))
    table.rows.append(Row(f"{what}: httpx and pydantic by hand", least, by_hand))
    table.rows.append(Row(f"{checker}, an empty file: with the peer's client", nothing, theirs))
