"""The HEAD of a URL: where it may go, and what it may cost. Driven by hand, then over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from runcomfy_codegen.runtime._transport.effects import (
    Call,
    Flow,
    NeverSent,
    NoReplyInTime,
    Reply,
    Resolve,
)
from runcomfy_codegen.runtime._transport.reach import Reach
from runcomfy_codegen.runtime._transport.retry import Deadline
from runcomfy_codegen.runtime.errors import InvalidRequestError
from runcomfy_codegen.runtime.media import MediaItem, Rule
from runcomfy_codegen.runtime.media._preflight import PreflightMode, UrlAccess, preflight
from runcomfy_codegen.runtime.media._url_size import NotMeasuredError, url_size

MB = 2**20
PUBLIC = "93.184.216.34"
URL = "https://cdn.example/a.png"
Run = Callable[[Flow[Any]], Any]


def size_flow(url: str, allow_private: bool = False, seconds: float = 10) -> Flow[int]:
    return url_size(url, deadline=Deadline(seconds), allow_private=allow_private, reach=Reach())


def asked(flow: Flow[int], *answers: Any) -> list[Any]:
    """Return the effects that a flow yields, given these answers (an exception is thrown into it)."""
    effects: list[Any] = []
    try:
        effects.append(next(flow))
        for answer in answers:
            throw = isinstance(answer, Exception)
            effects.append(flow.throw(answer) if throw else flow.send(answer))
    except (NotMeasuredError, StopIteration) as end:
        effects.append(end)
    return effects


LOOPBACK = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]
# fmt: off
PRIVATE = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::",
    "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:c0a8:101::1",
    "2001::1", "2001:db8::1", "3fff::1", "100::1", "fc00::1", "fd12::1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1", "nonsense",
]
# fmt: on


@pytest.mark.parametrize("address", LOOPBACK + PRIVATE)
def test_no_call_is_made_to_an_address_that_is_not_public(address: str) -> None:
    for addresses in ((address,), (PUBLIC, address), (address, PUBLIC)):
        resolve, end = asked(size_flow(URL), addresses)
        assert resolve == Resolve("cdn.example", 443)
        assert str(end) == "the URL does not lead to a public address"


@pytest.mark.parametrize("address", PRIVATE)
def test_beside_a_loopback_api_other_private_ranges_stay_closed(address: str) -> None:
    _, end = asked(size_flow(URL, allow_private=True), (address,))
    assert isinstance(end, NotMeasuredError)


@pytest.mark.parametrize("address", LOOPBACK)
def test_beside_a_loopback_api_loopback_is_open(address: str) -> None:
    _, call = asked(size_flow(URL, allow_private=True), (address,))
    assert isinstance(call, Call)


@pytest.mark.parametrize(
    ("address", "netloc"),
    [
        (PUBLIC, PUBLIC),
        ("2606:2800:220:1::1", "[2606:2800:220:1::1]"),
        ("64:ff9b::808:808", "[64:ff9b::808:808]"),
        ("::ffff:8.8.8.8", "[::ffff:8.8.8.8]"),
    ],
)
def test_the_call_goes_to_the_address_that_was_checked(address: str, netloc: str) -> None:
    _, call = asked(size_flow("https://user-content.example:8443/a%20b.png?x=1#top"), (address,))
    assert isinstance(call, Call)
    assert (call.method, call.url) == ("HEAD", f"https://{netloc}:8443/a%20b.png?x=1")
    assert call.headers["host"] == "user-content.example:8443"
    assert call.extensions == {"sni_hostname": "user-content.example"}
    assert call.foreign
    assert call.timeout is not None
    assert call.timeout <= 5


def test_names_beyond_ascii_are_sent_as_the_client_resolves_them() -> None:
    resolve, call = asked(size_flow("https://bücher.example/a"), (PUBLIC,))
    assert resolve.host == call.extensions["sni_hostname"] == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1\\@cdn.example/x",
        "https://cdn.example\\.evil/x",
        "https://cdn.exa\nmple/x",
        "https://user:pass@cdn.example/x",
        "https://user@cdn.example/x",
        "ftp://cdn.example/x",
        "https:///x",
        "https://[::1/x",
        "https://cdn.example:99999/x",
        "https://cdn.example:0/x",
        "https://\ud800.example/x",
        "https://" + "a" * 70_000,
    ],
)
def test_an_ambiguous_url_is_not_even_resolved(url: str) -> None:
    [end] = asked(size_flow(url))
    assert isinstance(end, NotMeasuredError)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "localhost"]
)
def test_every_spelling_of_loopback_is_seen_through(run: Run, server: Any, host: str) -> None:
    with pytest.raises(NotMeasuredError):
        run(size_flow(f"http://{host}:{server.port}/a"))
    assert server.received == []


def test_each_redirect_is_checked_like_the_first_url() -> None:
    moved = Reply(302, {"location": "http://metadata.example/latest"})
    _, _, resolve, end = asked(size_flow(URL), (PUBLIC,), moved, ("169.254.169.254",))
    assert resolve == Resolve("metadata.example", 80)
    assert isinstance(end, NotMeasuredError)
    relative = Reply(307, {"location": "/b.png"})
    _, _, _, call = asked(size_flow(URL), (PUBLIC,), relative, (PUBLIC,))
    assert call.url == f"https://{PUBLIC}/b.png"
    ambiguous = Reply(302, {"location": "https://127.0.0.1\\@cdn.example/"})
    assert isinstance(asked(size_flow(URL), (PUBLIC,), ambiguous)[-1], NotMeasuredError)
    endless = [(PUBLIC,), relative] * 4
    effects = asked(size_flow(URL), *endless)
    assert sum(isinstance(effect, Call) for effect in effects) == 4
    assert isinstance(effects[-1], NotMeasuredError)


def test_another_address_is_tried_only_if_nothing_was_sent() -> None:
    second = "93.184.216.35"
    _, _, call = asked(size_flow(URL), (PUBLIC, second), NeverSent("refused"))
    assert call.url == f"https://{second}/a.png"
    _, _, end = asked(size_flow(URL), (PUBLIC, second), NoReplyInTime("slow"))
    assert isinstance(end, NotMeasuredError)


def test_a_host_without_an_address_is_not_measured() -> None:
    for answer in (NeverSent("no such host"), ()):
        assert isinstance(asked(size_flow(URL), answer)[-1], NotMeasuredError)


def test_nothing_is_asked_after_the_deadline() -> None:
    (end,) = asked(size_flow(URL, seconds=0))
    assert "no time" in str(end)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(200, {}), "does not say"),
        (Reply(200, {"content-length": "0"}), "does not say"),
        (Reply(200, {"content-length": "5, 5"}), "does not say"),
        (Reply(200, {"content-length": "-5"}), "does not say"),
        (Reply(200, {"content-length": "5", "content-encoding": "gzip"}), "does not say"),
        (Reply(405, {"content-length": "5"}), "answered 405"),
        (Reply(302, {}), "answered 302"),
        (Reply(304, {"location": "/x"}), "answered 304"),
    ],
)
def test_a_reply_without_a_clear_size_measures_nothing(reply: Reply, reason: str) -> None:
    assert reason in str(asked(size_flow(URL), (PUBLIC,), reply)[-1])


# -- over real sockets ------------------------------------------------------------------------------


def check(run: Run, *urls: str, limit: float = 25, mode: PreflightMode = "auto") -> list[str]:
    items = [
        MediaItem(f"images[{number}]", "image", url, (Rule("file_size_mb<", limit),))
        for number, url in enumerate(urls)
    ]
    try:
        run(preflight(items, mode=mode, model_id=None, urls=UrlAccess(allow_private=True)))
    except InvalidRequestError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_a_large_url_is_refused_and_asked_for_once(run: Run, server: Any) -> None:
    url = server.reply("/a.png", f"Content-Length: {25 * MB}")
    by_name = url.replace("127.0.0.1", "localhost")
    found = check(run, url, url)
    assert len(found) == 2
    assert "25.0 MB (26,214,400 bytes), must be under 25 MB" in found[0]
    [(method, path, headers)] = server.received
    assert (method, path) == ("HEAD", "/a.png")
    assert "authorization" not in headers
    assert check(run, by_name, limit=26) == []
    assert server.received[1][2]["host"] == f"localhost:{server.port}"


def test_a_redirect_leads_to_the_size(run: Run, server: Any) -> None:
    server.reply("/b.png", f"Content-Length: {30 * MB}")
    url = server.reply("/a.png", "Location: /b.png", status="302 Found")
    assert "30.0 MB" in check(run, url)[0]


def test_what_a_server_does_not_tell_is_no_error_unless_strict(run: Run, server: Any) -> None:
    urls = [
        server.reply("/unknown"),
        server.reply("/forbidden", "Content-Length: 5", status="403 Forbidden"),
        server.reply("/loop", "Location: /loop", status="301 Moved"),
        server.origin.replace(str(server.port), "1") + "/refused",
    ]
    server.routes["/garbage"] = (b"hello\r\n\r\n",)
    urls.append(server.origin + "/garbage")
    assert check(run, *urls) == []
    found = check(run, *urls, mode="strict")
    assert len(found) == len(urls)
    assert all("could not be checked: " in problem for problem in found)
