"""The life of the server: ports, threads, restarts, and `serve` until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import httpx
import pytest
from runcomfy_codegen.runtime.testing import Behaviour, Emulator, serve

from ..._support.emulator import ENDPOINTS, IMAGE, NO_TLS, plain_get, plain_post


def auth(emulator: Emulator) -> dict[str, str]:
    return {"Authorization": f"Bearer {emulator.token}"}


def test_a_stop_leaves_nothing_behind() -> None:
    threads = threading.enumerate()
    emulator = Emulator(ENDPOINTS)
    with emulator, httpx.Client(verify=NO_TLS, headers=auth(emulator)) as kept_alive:
        assert kept_alive.get(f"{emulator.base_url}/v1/models").status_code == 200
        started = time.monotonic()
        emulator.stop()
        assert time.monotonic() - started < 3
        with pytest.raises(httpx.ConnectError):
            plain_get(emulator.base_url)
    assert threading.enumerate() == threads
    assert len(emulator.received) == 1, "still readable"


@pytest.mark.parametrize("behaviour", [
    Behaviour(submit_fault="stall_after_accept"),
    Behaviour(output_fault="oversize_stream", statuses=("completed",)),
])  # fmt: skip
def test_a_stop_does_not_wait_for_a_client_that_hangs(behaviour: Behaviour) -> None:
    with Emulator(ENDPOINTS, behaviour=behaviour) as emulator:
        address = httpx.URL(emulator.base_url)
        path = f"/v1/models/{IMAGE}"
        if behaviour.output_fault:
            url = emulator.base_url + path
            job = plain_post(url, headers=auth(emulator), json={"prompt": "x"}).json()
            path = f"/outputs/{job['request_id']}-1.png"
        with socket.create_connection((address.host, address.port or 0)) as client:
            body = b'{"prompt":"x"}'
            method = "GET" if behaviour.output_fault else "POST"
            head = (
                f"{method} {path} HTTP/1.1\r\nHost: {address.netloc.decode()}\r\n"
                f"Authorization: Bearer {emulator.token}\r\n"
            )
            client.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            deadline = time.monotonic() + 5
            while not any(r.path == path for r in emulator.received[-1:]):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            started = time.monotonic()
            emulator.stop()
            assert time.monotonic() - started < 3


def test_several_at_once_and_a_restart() -> None:
    with Emulator(ENDPOINTS) as one, Emulator(ENDPOINTS, token="other") as two:
        assert one.base_url != two.base_url
        assert plain_get(f"{one.base_url}/v1/models", headers=auth(two)).status_code == 401
        with pytest.raises(RuntimeError, match="already runs"):
            one.start()
    with one:
        assert one.received == []
        assert plain_get(f"{one.base_url}/v1/models", headers=auth(one)).status_code == 200
    one.stop()


def test_a_chosen_port_and_one_that_is_taken() -> None:
    with Emulator(ENDPOINTS) as first:
        port = httpx.URL(first.base_url).port or 0
        with pytest.raises(OSError, match="in use"):
            Emulator(ENDPOINTS, port=port).start()
    with Emulator(ENDPOINTS, port=port) as again:
        assert again.base_url == f"http://127.0.0.1:{port}"


def test_localhost_by_name() -> None:
    with Emulator(ENDPOINTS, host="localhost") as emulator:
        reply = plain_get(f"{emulator.base_url}/prod/v2/balance", headers=auth(emulator))
        assert reply.status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", ""])
def test_only_this_machine_is_served(host: str) -> None:
    with pytest.raises(ValueError, match=r"must be 127[.]0[.]0[.]1, ::1 or localhost"):
        serve(ENDPOINTS, host, 0, print)


def test_many_clients_at_once() -> None:
    with Emulator(ENDPOINTS) as emulator:
        url = f"{emulator.base_url}/v1/models/{IMAGE}"

        def submit() -> None:
            with httpx.Client(verify=NO_TLS, headers=auth(emulator), timeout=30) as http:
                for _ in range(5):
                    assert http.post(url, json={"prompt": "x"}).status_code == 202

        threads = [threading.Thread(target=submit) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(emulator.jobs) == len(emulator.received) == 40


SERVE = """
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, serve
serve([EmulatedEndpoint("a/b", {}, {})], "127.0.0.1", 0, lambda e: print(e.base_url, flush=True))
print("done")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_serve_until_ctrl_c() -> None:
    environment: Any = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        try:
            base_url = process.stdout.readline().strip()
            assert plain_get(f"{base_url}/v1/models").status_code == 401
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()  # or a failed test would wait for it
    assert (process.returncode, out, err) == (0, "done\n", "")


def test_half_a_request_is_none(caplog: pytest.LogCaptureFixture) -> None:
    with Emulator(ENDPOINTS) as emulator:
        address = httpx.URL(emulator.base_url)
        with socket.create_connection((address.host, address.port or 0)) as client:
            head = f"POST /v1/models/{IMAGE} HTTP/1.1\r\nHost: {address.netloc.decode()}\r\n"
            client.sendall(head.encode() + b"Content-Length: 100\r\n\r\n{")
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1000) == b""
        assert plain_get(f"{emulator.base_url}/v1/models", headers=auth(emulator)).is_success
        assert len(emulator.received) == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
