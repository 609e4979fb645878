"""Whatever a client sends is answered with an error of the client, and never with one of the server."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import pytest
from runcomfy_codegen.runtime.testing import Emulator, _bodies, _bounds

from ..._support.emulator import ENDPOINTS, IMAGE, NO_TLS, Api

TOKEN = "of-this-test"  # odd requests send it where clients of ours do not
DEEP = "[" * 100_000 + "]" * 100_000
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no end": b'{"prompt": "x"',
    "a NUL": b"\x00",
    "NaN": b'{"prompt": NaN}',
    "infinity": b'{"prompt": -Infinity}',
    "a number beyond 64 bits": b'{"prompt": 1e999}',
    "many digits": b'{"prompt": ' + b"9" * 5000 + b"}",
    "very many digits": b'{"prompt": ' + b"9" * 1_000_000 + b"}",
    "deep lists": DEEP.encode(),
    "deep objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "rather deep lists": b'{"prompt": ' + b"[" * 200 + b"]" * 200 + b"}",
    "deep in a value of any type": b'{"anything": ' + b"[" * 500 + b"]" * 500 + b"}",
    "latin-1": '{"prompt": "é"}'.encode("latin-1"),
    "utf-16": '{"prompt": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"prompt": "x"}',
    "half a surrogate pair": b'{"prompt": "\\ud83e"}',
    "half a pair as a name": b'{"prompt": "x", "\\udc00": 1}',
    "encoded half pairs": b'{"prompt": "\xed\xa0\x80"}',
    "gzip": b"\x1f\x8b\x08\x00",
    "many values": b"[" + b"[]," * 1_000_000 + b"[]]",
}


@pytest.fixture(scope="module")
def _odd_server() -> Iterator[Emulator]:
    with Emulator(ENDPOINTS, token=TOKEN) as emulator:
        yield emulator


@pytest.fixture
def emulator(_odd_server: Emulator) -> Emulator:
    _odd_server.reset()
    return _odd_server


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body(api: Api, name: str) -> None:
    started = time.monotonic()
    reply = api.http.post(f"/v1/models/{IMAGE}", content=BODIES[name])
    assert (reply.status_code, reply.json()["error_code"]) == (400, 422001)
    (detail,) = reply.json()["detail"]
    assert detail["loc"] == ["body"]
    assert detail["msg"].startswith("the body must ")
    assert len(reply.content) < 1000
    assert time.monotonic() - started < 3
    assert not api.emulator.jobs
    assert api.submit().status_code == 202


def test_numbers_and_texts_that_are_only_odd(api: Api) -> None:
    body = b'{"prompt": "\\ud83e\\udd8a", "num_images": 1.0, "note": [-0.0, 1e-400, 1e308, 9%s]}'
    reply = api.http.post(f"/v1/models/{IMAGE}", content=body % (b"9" * 4000))
    assert reply.status_code == 202, reply.text
    (job,) = api.emulator.jobs.values()
    assert job.body["prompt"] == "\U0001f98a"


def test_a_result_of_odd_values(api: Api) -> None:
    """Submit odd values: the outputs are made of them."""
    for size in ("9" * 5000 + ":1", "1" * 300_000, "0:0", "99999:1", "1 : ٣", "16x9"):
        assert api.finished(aspect_ratio=size)["output"]


PATHS = [
    *(
        "/",
        "//",
        "/v1",
        "/v1/",
        "/v1/models/",
        "/v1/models//",
        "/v1/models/%00",
        "/v1/models/%ff%fe",
    ),
    *("/v1/models/%F0%9F%A6%8A", "/v1/models/" + "a/" * 20_000, "/v1/models/categories/"),
    *("/v1/requests//status", "/v1/requests/x/status", "/v1/requests/%2e%2e/status"),
    *("/v1/requests/" + "x" * 10_000 + "/result", "/v1/requests/a%2fb/status", "/outputs/"),
    *(
        "/outputs/..%2f..%2fetc%2fpasswd",
        "/outputs/x-1.png",
        "/prod/v2/balance/x",
        "/v1/models?limit",
    ),
    *("/v1/requests/x/result?include_cost=%ff", "/v1/models?" + "a&" * 10_000, "/%", "/%zz"),
]
METHODS = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "get",
    "X-ODD",
    "POSTT",
]


@pytest.mark.parametrize("method", METHODS)
def test_odd_methods_and_paths(api: Api, method: str) -> None:
    for path in [*PATHS, f"/v1/models/{IMAGE}", "/v1/models", "/prod/v2/balance"]:
        reply = api.http.request(method, httpx.URL(api.emulator.base_url + path), content=b"{")
        assert reply.status_code < 500, path
        if reply.status_code >= 400 and method != "HEAD" and not path.startswith("/outputs"):
            assert isinstance(reply.json()["error_code"], int), path


def raw(emulator: Emulator, request: bytes) -> bytes:
    """Return what is answered to these bytes, until the connection is closed or quiet."""
    address = httpx.URL(emulator.base_url)
    found = b""
    with (
        socket.create_connection((address.host, address.port or 0), timeout=1) as client,
        suppress(OSError),
    ):
        client.sendall(request)
        while part := client.recv(65_536):
            found += part
    return found


LAST = b"Host: localhost\r\nConnection: close\r\n"
HEAD = b"POST /v1/models/" + IMAGE.encode() + b" HTTP/1.1\r\n" + LAST
AUTH = b"Authorization: Bearer " + TOKEN.encode() + b"\r\n"
CHUNKED = HEAD + AUTH + b"Transfer-Encoding: chunked\r\n\r\n"
RAW: dict[str, bytes] = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
    "no request": b"HELLO\r\n\r\n",
    "no version": b"GET /v1/models\r\n\r\n",
    "no host": b"GET /v1/models HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "a space in a header name": HEAD + b"Content Length: 2\r\n\r\n{}",
    "a folded header": HEAD + b"X-A: a\r\n b\r\n\r\n",
    "a NUL in a header": HEAD + b"X-A: a\0b\r\n\r\n",
    "a header of a megabyte": HEAD + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "ten thousand headers": HEAD + b"X-A: a\r\n" * 10_000 + b"\r\n",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "a length of many digits": HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "a broken chunk": CHUNKED + b'5\r\n{"pro\r\nZZ\r\n',
    "a chunk of no length": CHUNKED + b"\r\n\r\n",
    "a chunk of a huge length": CHUNKED + b"f" * 100 + b"\r\n",
    "an unknown encoding": HEAD + AUTH + b"Transfer-Encoding: gzip\r\n\r\n",
    "a target of another host": b"GET http://evil.example/v1/models HTTP/1.1\r\n" + LAST + b"\r\n",
    "a byte that is no ASCII in the path": b"GET /v1/m\xc3\xa9 HTTP/1.1\r\n" + LAST + b"\r\n",
    "an upgrade": b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "OPTIONS *": b"OPTIONS * HTTP/1.1\r\n" + LAST + b"\r\n",
    "a foreign byte in the token": HEAD + b"Authorization: Bearer \xff\xfe\r\n\r\n",
    "two requests, the second broken": b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\nXX\r\n\r\n",
}


@pytest.mark.parametrize("name", RAW)
def test_broken_requests(emulator: Emulator, name: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = raw(emulator, RAW[name])
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:200]
    assert b"Traceback" not in answer
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert raw(
        emulator, HEAD + AUTH + b"Content-Length: 15\r\n\r\n" + b'{"prompt": "x"}'
    ).startswith(b"HTTP/1.1 202")


HOSTS = {
    "own": [
        "127.0.0.1",
        "localhost",
        "LOCALHOST:80",
        "localhost.",
        "[::1]:5",
        "127.0.0.1:1",
        "127.9.9.9",
    ],
    "foreign": [
        *(
            "evil.example",
            "evil.example:{port}",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
        ),
        *(
            "10.0.0.1",
            "[::2]",
            "[::1",
            "a@localhost",
            "localhost/",
            "",
            "0.0.0.0",
            "localhost:x",
        ),
        *(
            "127.0.0.1:1:1",
            "xn--localhost-",
            "[127.0.0.1]x",
            "evil.example, localhost",
            "2130706433",
        ),
    ],
}


@pytest.mark.parametrize(("kind", "expected"), [("own", 200), ("foreign", 400)])
def test_only_its_own_names_are_answered(emulator: Emulator, kind: str, expected: int) -> None:
    headers = {"Authorization": f"Bearer {emulator.token}"}
    port = str(httpx.URL(emulator.base_url).port)
    with httpx.Client(base_url=emulator.base_url, verify=NO_TLS, headers=headers) as http:
        for host in HOSTS[kind]:
            for path in ("/v1/models", "/outputs/x", "/anything"):
                reply = http.get(path, headers={"Host": host.replace("{port}", port)})
                assert reply.status_code in (expected, 404 if expected == 200 else 400), (
                    host,
                    path,
                )
    assert len(emulator.received) == (len(HOSTS[kind]) * 3 if expected == 200 else 0)


def test_names_for_other_machines() -> None:
    with Emulator(
        ENDPOINTS, token=TOKEN, host="0.0.0.0", allowed_hosts=["Emulator", "10.1.2.3"]
    ) as emulator:
        assert httpx.URL(emulator.base_url).host == "emulator"
        port = httpx.URL(emulator.base_url).port
        headers = {"Authorization": f"Bearer {emulator.token}"}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", verify=NO_TLS, headers=headers
        ) as http:
            for host in (f"emulator:{port}", "10.1.2.3"):
                reply = http.post(
                    f"/v1/models/{IMAGE}", json={"prompt": "x"}, headers={"Host": host}
                )
                urls = reply.json()
                assert urls["status_url"].startswith(f"http://{host}/v1/requests/")
                for _ in range(3):
                    read = http.get(
                        httpx.URL(urls["result_url"]).path, headers={"Host": host}
                    ).json()
                assert read["output"]["image"].startswith(f"http://{host}/outputs/")
            assert http.get("/v1/models", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("token", ["", "a b", "é", "a\n", "x" * 5000])
def test_a_token_that_no_client_could_send(token: str) -> None:
    with pytest.raises(ValueError, match="token must be 1 to 4,096 visible ASCII characters"):
        Emulator(ENDPOINTS, token=token)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(_bodies, "MAX_BODY", 1000)
    for name, most in (("MAX_REQUESTS", 20), ("MAX_JOBS", 5)):
        monkeypatch.setattr(f"runcomfy_codegen.runtime.testing._app.{name}", most)
    with (
        Emulator(ENDPOINTS, token=TOKEN) as emulator,
        httpx.Client(
            base_url=emulator.base_url,
            verify=NO_TLS,
            headers={"Authorization": f"Bearer {emulator.token}"},
        ) as http,
    ):
        yield Api(emulator, http)


def test_what_is_kept_is_bounded(small: Api) -> None:
    jobs = [small.job() for _ in range(30)]
    assert list(small.emulator.jobs) == jobs[-5:]
    assert len(small.emulator.received) == 20
    assert small.status(jobs[0]).json()["error_code"] == 404001
    assert small.status(jobs[-1]).json()["status"] == "in_queue"


def test_a_body_is_bounded_however_it_arrives(small: Api) -> None:
    text = json.dumps({"prompt": "x" * 2000}).encode()

    def chunks() -> Iterator[bytes]:
        yield from (text[at : at + 10] for at in range(0, len(text), 10))

    for content in (text, chunks()):
        reply = small.http.post(f"/v1/models/{IMAGE}", content=content)
        assert (reply.status_code, reply.json()["error_code"]) == (400, 422001)
        assert "at most 1,000 bytes" in reply.json()["error_message"]
    assert all(request.content == b"" for request in small.emulator.received)


@pytest.mark.parametrize("length", ["5368709120", "9" * 19])
def test_an_announced_length_is_refused_at_once(length: str, small: Api) -> None:
    """Nobody waits for five gigabytes of which two bytes come."""
    request = HEAD + AUTH + b"Content-Length: " + length.encode() + b"\r\n\r\n{}"
    began = time.monotonic()
    answer = raw(small.emulator, request)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"at most 1,000 bytes" in answer
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, gzip", "identity, identity"])
def test_a_compressed_body_is_refused(encoding: str, small: Api) -> None:
    headers = {"content-encoding": encoding}
    reply = small.http.post(f"/v1/models/{IMAGE}", content=b'{"prompt": "x"}', headers=headers)
    assert (reply.status_code, reply.json()["error_code"]) == (400, 422001)
    assert "must not be compressed" in reply.json()["error_message"]


def test_connections_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runcomfy_codegen.runtime.testing._server.MAX_CONNECTIONS", 3)
    with Emulator(ENDPOINTS, token=TOKEN) as emulator, ExitStack() as stack:
        address = httpx.URL(emulator.base_url)
        for _ in range(3):
            stack.enter_context(socket.create_connection((address.host, address.port or 0)))
        assert raw(emulator, HEAD + b"\r\n").startswith(b"HTTP/1.1 503")
        stack.close()
        time.sleep(0.2)
        assert raw(emulator, HEAD + b"\r\n").startswith(b"HTTP/1.1 401")


def test_a_broken_end_of_a_body_that_was_refused(
    small: Api, caplog: pytest.LogCaptureFixture
) -> None:
    large = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    address = httpx.URL(small.emulator.base_url)
    with socket.create_connection((address.host, address.port or 0), timeout=1) as client:
        client.sendall(CHUNKED.replace(b"Connection: close\r\n", b"") + large)
        answer = b""
        while not answer.endswith(b"}"):
            answer += client.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 400")
        client.sendall(b"ZZ\r\n")
        with suppress(ConnectionError):
            assert client.recv(10_000) == b"", "it hangs up"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert small.submit().status_code == 202


def test_a_budget_of_bytes() -> None:
    budget = _bounds.Capacity(100, 10)
    gone: list[Any] = [budget.add(size) for size in (4, 4, 4, 10, 0, 3)]
    assert gone == [0, 0, 1, 2, 0, 1]
