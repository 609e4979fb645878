"""Downloads over real sockets: whole or not at all, from where they may come, under safe names."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._files.downloads import Download, Output, SaveTarget, download
from runcomfy_codegen.runtime._files.fetch import FetchOptions, FileRefusedError
from runcomfy_codegen.runtime._files.names import DEFAULT_TEMPLATE, NameTemplate, names_like
from runcomfy_codegen.runtime._files.parts import PartFile, kept_parts
from runcomfy_codegen.runtime._transport.drivers import SyncDriver
from runcomfy_codegen.runtime._transport.effects import Call, Fetch, Flow, Invoke, Reply
from runcomfy_codegen.runtime._transport.hosts import HostRules
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime.errors import DownloadError

from ..._support.http_clients import refuses_malformed_labels

Run = Callable[[Flow[Any]], Any]
PNG = "Content-Type: image/png"
QUICK = RetryPolicy(first_retry=0.01, read_budget=0.05)


def saving(urls: Sequence[str], folder: Path, **options: Any) -> Flow[list[Path]]:
    outputs = [Output(url, "image", number) for number, url in enumerate(urls, 1)]
    settings = FetchOptions(**{"retry_policy": QUICK, **options})
    target = SaveTarget(folder, NameTemplate(DEFAULT_TEMPLATE))
    return download(outputs, target, Download(settings, "a/b", "r-1"))


def from_origin(origin: str) -> HostRules:
    return HostRules(api_origin=origin)


@pytest.fixture
def save(run: Run, server: Any, tmp_path: Path) -> Callable[..., list[Path]]:
    def save(*urls: str, max_bytes: int = 2**20) -> list[Path]:
        hosts = from_origin(server.origin)
        result: list[Path] = run(saving(urls, tmp_path / "out", hosts=hosts, max_bytes=max_bytes))
        return result

    return save


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_outputs_are_saved_in_order_without_token_or_cookies(save: Any, server: Any) -> None:
    first = server.reply(
        "/x/one.png?sig=1", PNG, "Content-Length: 3", "Set-Cookie: a=b", body=b"one"
    )
    second = server.reply("/x/two", "Content-Type: video/mp4; codecs=a", body=b"two")
    saved = save(first, second, "data:audio/wav;base64,QUJD")
    assert [path.name for path in saved] == ["one.png", "two.mp4", "output.wav"]
    assert [path.read_bytes() for path in saved] == [b"one", b"two", b"ABC"]
    assert names(saved[0].parent) == ["one.png", "output.wav", "two.mp4"]
    assert "authorization" not in server.received[0][2]
    assert server.received[0][2]["accept-encoding"] == "identity"


def test_a_proxy_on_the_way_may_answer(save: Any, server: Any) -> None:
    url = server.reply("/a.png", PNG, status="203 Non-Authoritative Information", body=b"new")
    assert [path.name for path in save(url)] == ["a.png"]


def test_nothing_is_ever_overwritten(save: Any, server: Any) -> None:
    url = server.reply("/a.png", PNG, body=b"new")
    assert [save(url)[0].name for _ in range(3)] == ["a.png", "a-1.png", "a-2.png"]


FAULTS: list[tuple[str, tuple[str, ...], bytes, str]] = [
    ("200 OK", (PNG, "Content-Length: 9"), b"short", "broke off|without sending complete"),
    ("200 OK", (PNG, "Content-Length: 99"), b"short", "larger than 10 bytes"),
    ("200 OK", (PNG,), b"eleven bytes", "larger than 10 bytes"),
    ("200 OK", (PNG, "Content-Length: 0"), b"", "the file is empty"),
    ("200 OK", ("Content-Type: text/html",), b"<p>", "the content is HTML"),
    ("206 Partial", (PNG,), b"abc", "answered 206"),
    ("403 Forbidden", (PNG,), b"abc", "answered 403"),
    ("302 Found", (PNG, "Location: /good.png"), b"", "redirects"),
]


@pytest.mark.parametrize(
    ("status", "headers", "body", "reason"), FAULTS, ids=[fault[3][:18] for fault in FAULTS]
)
def test_one_failing_file_leaves_nothing_and_stops_no_other(
    save: Any,
    server: Any,
    tmp_path: Path,
    status: str,
    headers: tuple[str, ...],
    body: bytes,
    reason: str,
) -> None:
    bad = server.reply("/bad.png?secret=1", *headers, status=status, body=body)
    good = server.reply("/good.png", PNG, body=b"good")
    with pytest.raises(DownloadError, match=reason) as caught:
        save(bad, good, max_bytes=10)
    error = caught.value
    assert isinstance(error, DownloadError)
    assert names(tmp_path / "out") == ["good.png"]
    assert error.saved == (tmp_path / "out" / "good.png",)
    assert [url for url, _ in error.failed] == [bad]
    assert (error.model_id, error.request_id, error.retry_safe) == ("a/b", "r-1", True)
    assert "1 of 2 outputs" in str(error)
    assert "do not run it again" in str(error)
    assert "secret" not in str(error)
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.saved, copy.failed) == (str(error), error.saved, error.failed)
    assert {path for _, path, _ in server.received} == {"/bad.png?secret=1", "/good.png"}


def test_a_stalled_transfer_ends(run: Run, server: Any, tmp_path: Path) -> None:
    url = server.reply("/a.png", PNG, "Content-Length: 9", body=b"part")
    server.pause = 20  # the driver waits for 2 s
    try:
        with pytest.raises(DownloadError, match=r"127\.0\.0\.1"):
            run(saving([url], tmp_path, hosts=from_origin(server.origin)))
    finally:
        server.stopping.set()
    assert names(tmp_path) == []


ORIGIN = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "url",
    [
        "http://files.runcomfy.net/a.png",
        "https://files.runcomfy.net:444/a.png",
        "https://user@files.runcomfy.net/a.png",
        "https://evilruncomfy.net/a.png",
        "https://runcomfy.net.evil.example/a.png",
        "https://evil.example/runcomfy.net/a.png",
        "https://evil.example\\.runcomfy.net/a.png",
        "https://127.0.0.1\\@cdn.runcomfy.net/a.png",
        "https://127.0.0.1/a.png",
        "http://127.0.0.1:8001/a.png",
        "https://127.0.0.1:8000/a.png",
        "file:///etc/passwd",
        "data:text/html;base64,QUJD",
        "data:image/png;base64,!",
        "data:image/png;base64,QUJDQUJDQUJDQUJD",
    ],
)
def test_what_may_not_be_fetched_is_not_asked_for(url: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError), Asked() as asked:
        asked.run(saving([url], tmp_path, hosts=from_origin(ORIGIN), max_bytes=10))
    assert asked.calls == []
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://runcomfy.net/a.png",
        "https://Playgrounds-Storage-Public.RunComfy.net:443/a.png",
        "https://x.runcomfy.com/my file.png?sig=1",
        ORIGIN + "/a.png",
        "http://localhost:8000/a.png",
        "http://[::1]:8000/a.png",
    ],
)
def test_allowed_hosts_are_fetched_without_a_token(url: str, tmp_path: Path) -> None:
    with Asked() as asked, pytest.raises(DownloadError, match="asked enough"):
        asked.run(saving([url], tmp_path, hosts=from_origin(ORIGIN)))
    assert [call.url for call in asked.calls] == [url]
    assert set(asked.calls[0].headers) == {"accept", "accept-encoding", "user-agent"}


class Asked(SyncDriver):
    """A driver that notes what a flow would fetch, and fetches nothing."""

    def __init__(self) -> None:
        super().__init__(2.0)
        self.calls: list[Call] = []

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _fetch(self, fetch: Fetch) -> Reply:
        self.calls.append(fetch.call)
        raise FileRefusedError("asked enough")


@pytest.mark.parametrize("ending", [KeyboardInterrupt(), None])
def test_an_interrupt_leaves_no_part_behind(
    tmp_path: Path, ending: KeyboardInterrupt | None
) -> None:
    flow = saving([ORIGIN + "/a.png"], tmp_path, hosts=from_origin(ORIGIN))
    together = flow.send(next(flow).function())
    file = next(iter(together.flows))
    assert isinstance(next(file), Invoke)  # a place
    part = file.send(None).function()
    fetch = file.send(part)
    fetch.on_reply(Reply(200, {"content-type": "image/png", "etag": '"a"'}))
    fetch.on_chunk(b"half")
    assert [name[-5:] for name in names(tmp_path)] == [".part"]
    if ending is None:
        file.close()
    else:
        with pytest.raises(KeyboardInterrupt):
            file.throw(ending)
    assert names(tmp_path) == []
    flow.close()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://xn--.runcomfy.net/a.png", marks=refuses_malformed_labels),
        "https://xn--a\u0301.runcomfy.net/",
        "https://\ud800/",
    ],
)
def test_a_malformed_host_stops_no_other(url: str, save: Any, server: Any, tmp_path: Path) -> None:
    good = server.reply("/good.png", PNG, body=b"good")
    with pytest.raises(DownloadError, match="1 of 2 outputs") as caught:
        save(url, good)
    assert [failed for failed, _ in caught.value.failed] == [url]
    assert names(tmp_path / "out") == ["good.png"]
    assert str(caught.value).replace("\n", "").isprintable()


def test_failures_without_end_are_shown_short_and_printable(run: Run, tmp_path: Path) -> None:
    urls = [f"https://x\u202e{n}.example/{'a' * 1000}" for n in range(60)]
    with pytest.raises(DownloadError, match="\n  and 10 more\n") as caught:
        run(saving(urls, tmp_path))
    assert len(caught.value.failed) == 60
    assert str(caught.value).replace("\n", "").isprintable()
    assert len(str(caught.value)) < 20_000


def test_a_folder_that_cannot_be_made_is_one_error(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(DownloadError, match="1 of 1 outputs"):
        run(saving(["data:image/png,x"], blocked / "out"))


def test_no_outputs_no_files(run: Run, tmp_path: Path) -> None:
    assert run(saving([], tmp_path / "out")) == []


def test_writers_at_once_each_get_their_own_name(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def write(number: int) -> None:
        with PartFile(tmp_path) as part:
            part.write(bytes([number]))
            part.complete()
            start.wait(5)
            part.publish(names_like("a.png"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == [
        bytes([n]) for n in range(8)
    ]
    expected = ["a.png", *(f"a-{number}.png" for number in range(1, 8))]
    assert names(tmp_path) == sorted(expected)


def test_a_part_that_somebody_removed_leaves_no_empty_file(tmp_path: Path) -> None:
    """A cleaner of temporary files, or a scanner: there is nothing left to give a name to."""
    with PartFile(tmp_path) as part:
        part.write(b"x")
        part.complete()
        next(tmp_path.iterdir()).unlink()
        with pytest.raises(FileNotFoundError):
            part.publish(names_like("a.png"))
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "length"), [("12", 12), ("", None), ("-1", None), ("1.5", None), ("9" * 5000, None)]
)
def test_a_content_length_is_a_length_or_none(text: str, length: int | None) -> None:
    assert Reply(200, {"content-length": text}).content_length == length


def test_a_saved_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with PartFile(tmp_path) as part:
        part.write(b"x")
        part.complete()
        path = part.publish(names_like("a.png"))
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


WRITER = """
import sys
from pathlib import Path
from runcomfy_codegen.runtime._files.names import names_like
from runcomfy_codegen.runtime._files.parts import PartFile

with PartFile(Path(sys.argv[1])) as part:
    part.write(b"half")
    part.complete()
    print("written", flush=True)
    sys.stdin.read()
    print(part.publish(names_like("a.png")).name)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no locks that end with a process")
def test_part_files_of_dead_processes_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".mine.part").write_bytes(b"mine")
    (tmp_path / ".0123456789abcdef.part").mkdir()
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    started = partial(
        subprocess.Popen, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with started() as alive, started() as dead:
        for process in (alive, dead):
            assert process.stdout
            assert process.stdout.readline() == "written\n"
        dead.kill()
        dead.wait()
        kept_parts(tmp_path)
        assert len(names(tmp_path)) == 3
        assert alive.communicate()[0] == "a.png\n"
    assert names(tmp_path) == [".0123456789abcdef.part", ".mine.part", "a.png"]
