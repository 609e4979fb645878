"""Type checkers on a file that uses one endpoint, against the same file written for the peer's client."""

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
    """Adds a row. Either file has to be correct in the eyes of the checker."""
    files = folder / "uses_ours.py", folder / "uses_peer.py"
    for file, program in zip(files, (OURS, PEERS), strict=True):
        file.write_text(program, "utf-8")
    ours, peers = sdks.out(ENDPOINTS), sdks.of_peer(peer, ENDPOINTS)
    least, theirs = in_turns(
        ROUNDS,
        lambda: checked(files[0], ours, sys.executable),
        lambda: checked(files[1], peers, peer.python),
    )
    what = f"{checker}, a file that uses one of {ENDPOINTS} endpoints: the peer's client"
    table.rows.append(Row(what, least, theirs, 0.5))
