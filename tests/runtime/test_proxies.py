"""Calls go through the proxies of the environment, and nothing in `NO_PROXY` stops a call."""

from __future__ import annotations

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._transport.proxies import proxy_for

from .._support.fault_server import Act, FaultServer, hang_up, in_turn, raw, reply, reset, stall
from .._support.http_clients import OWN
from .._support.runtime import KINDS, MODEL_ID, Kind, opened, settled

API = "https://model-api.runcomfy.net/v1"


@pytest.fixture(autouse=True)
def _proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_exempt"),
    [
        ("", API, False),
        ("*", API, True),
        ("bücher.example", "https://www.xn--bcher-kva.example/v1", True),
        ("xn--bcher-kva.example", "https://www.bücher.example/v1", True),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example/v1", True),
        ("runcomfy.net", API, True),
        (".runcomfy.net", API, True),
        ("*.runcomfy.net", API, True),
        ("RunComfy.NET ", API, True),
        ("comfy.net", API, False),
        ("localhost, model-api.runcomfy.net:443", API, True),
        ("model-api.runcomfy.net:8443", API, False),
        ("https://model-api.runcomfy.net", API, True),
        ("localhost,127.0.0.0/8,::1/128", API, False),
        ("localhost,[::1]", API, False),
        ("10.0.0.0/8,fd07:b51a:cc66:f0::/64", API, False),
        ("10.0.0.0/8", "https://10.1.2.3/v1", True),
        ("10.0.0.0/8", "https://11.1.2.3/v1", False),
        ("::1/128", "https://[::1]/v1", True),
        ("[::1]", "https://[::1]:8443/v1", True),
        ("[::1]:8443", "https://[::1]:8443/v1", True),
        ("[fd00::]/8", "https://[fd00::7]/v1", True),
        ("192.168.0.1:8080", "https://192.168.0.1:8080/v1", True),
        ("localhost 127.0.0.1\t*.runcomfy.net", API, True),
        ("localhost runcomfy.net:8443", API, False),
        ("model-api.runcomfy.net", "https://model-api.runcomfy.net./v1", True),
        (",,;,%%,[,]:,:,://,::::::,a:b:c,[::1,1.2.3.4/99,\x7f,\u00ad", API, False),
    ],
)
def test_no_proxy(
    no_proxy: str, url: str, is_exempt: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (proxy_for(OWN.URL(url)) is None) is is_exempt


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("entry", ["::1/128", "[::1]", "fd07:b51a:cc66:f0::/64", "[", ":::"])
async def test_an_odd_entry_stops_no_call(
    entry: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call reaches the proxy, which has no tunnel for it."""
    refusal = in_turn(raw(b"HTTP/1.1 502 No tunnel\r\nContent-Length: 0\r\n\r\n"))
    monkeypatch.setenv("NO_PROXY", f"localhost,{entry}")
    with FaultServer([refusal]).running() as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        async with opened(kind, "https://api.invalid") as client:
            with pytest.raises(errors.ConnectionFailed):
                await settled(client.untyped(MODEL_ID).submit({}))
    assert server.received[0].head.startswith("CONNECT api.invalid:443")
    assert "authorization" not in server.received[0].head.lower()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("address", ["127.0.0.1:99999", "127.0.0.1:0", ":8080", "[::1", "ftp://a"])
async def test_a_proxy_that_cannot_be_is_wrong_configuration(
    address: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme, _, rest = address.rpartition("://")
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme or 'http'}://me:s3cretword@{rest}")
    async with opened(kind, "https://api.invalid") as client:
        with pytest.raises(errors.ConfigurationError, match="HTTPS_PROXY") as caught:
            await settled(client.untyped(MODEL_ID).submit({}))
    assert "s3cretword" not in str(caught.value)


DEAD: dict[str, Act] = {
    "silent": stall,
    "closing": hang_up,
    "reset": reset,
    "not HTTP": raw(b"\x00\x01\r\n\r\n"),
    "redirecting": reply(302, b"", {"Location": "https://login.example/"}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", DEAD)
async def test_a_dead_proxy_leaves_no_doubt(
    name: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The submit did not reach the service, however the proxy breaks."""
    with FaultServer([DEAD[name]]).running() as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        async with opened(kind, "https://api.invalid", http_timeout=0.5) as client:
            with pytest.raises(errors.ConnectionFailed) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    assert caught.value.retry_safe
