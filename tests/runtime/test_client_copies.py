"""The repr, copies and pickles of the clients, and one client in many threads."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest
from runcomfy_codegen.runtime._client import AsyncClient, SyncClient

from .._support.fault_server import FaultServer, accepted
from .._support.runtime import MODEL_ID, TOKEN


def test_the_repr_shows_the_base_url_and_no_token() -> None:
    client = SyncClient(TOKEN, base_url="https://a.example")
    assert repr(client) == "<SyncClient https://a.example/v1>"
    assert TOKEN not in f"{vars(client)} {client._api}"


@pytest.mark.parametrize("kind", [SyncClient, AsyncClient])
def test_a_copy_has_its_own_connections(kind: type[SyncClient] | type[AsyncClient]) -> None:
    client = kind(TOKEN, base_url="https://a.example")
    job: Any = copy.deepcopy(client.untyped(MODEL_ID).job("r-1"))
    assert job.request_id == "r-1"
    assert job._client is not client
    assert job._client._driver is not client._driver
    assert job._client._api.token is client._api.token


def test_a_pickle_never_holds_a_token() -> None:
    with pytest.raises(TypeError, match="RUNCOMFY_API_TOKEN"):
        pickle.dumps(SyncClient(TOKEN))
    with pytest.raises(TypeError, match="http_client"):
        os_token_client(pickle_with_http_client=True)
    assert os_token_client() == "r-1 http://127.0.0.1:9/v1 7.0 other-token\n"


def os_token_client(*, pickle_with_http_client: bool = False) -> str:
    """Pickles a job in one process and unpickles it in another, whose environment has the token."""
    if pickle_with_http_client:
        client = SyncClient(TOKEN, http_client=httpx.Client())
        client._token_is_argument = False
        pickle.dumps(client)
    write = (
        "import pickle, sys; from runcomfy_codegen.runtime._client import SyncClient as C;"
        "c = C(base_url='http://127.0.0.1:9', http_timeout=7);"
        "sys.stdout.buffer.write(pickle.dumps(c.untyped('a/b').job('r-1')))"
    )
    read = (
        "import pickle, sys; j = pickle.load(sys.stdin.buffer); c = j._client;"
        "print(j.request_id, c.base_url, c._api.timeout, c._api.token.reveal())"
    )
    path = os.pathsep.join(sys.path)
    environ = {**os.environ, "PYTHONPATH": path, "RUNCOMFY_API_TOKEN": TOKEN}
    data = subprocess.run(
        [sys.executable, "-c", write], env=environ, check=True, capture_output=True
    )
    assert TOKEN.encode() not in data.stdout
    environ["RUNCOMFY_API_TOKEN"] = "other-token"
    out = subprocess.run(
        [sys.executable, "-c", read],
        env=environ,
        check=True,
        capture_output=True,
        input=data.stdout,
    )
    return out.stdout.decode()


def test_one_client_serves_many_threads() -> None:
    with (
        FaultServer([accepted()]).running() as server,
        SyncClient(TOKEN, base_url=server.url) as client,
    ):
        ids: list[str] = []
        threads = [
            threading.Thread(
                target=lambda: ids.append(client.untyped(MODEL_ID).submit({}).request_id)
            )
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert ids == ["r-1"] * 8
    assert server.posts == 8
