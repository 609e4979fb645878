"""Compressed replies: small ones stay small, and what is compressed twice is refused."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from functools import cache

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._transport.decoding import BodyDecoder, DecodingError

from .._support.fault_server import KEPT, FaultServer, in_turn, raw, reply, state
from .._support.faults import head
from .._support.runtime import KINDS, MODEL_ID, Kind, opened, settled

BODY = json.dumps({"request_id": "r-1", "status": "completed", "output": {"image": "x"}}).encode()
MB = 2**20


@cache
def compressed_twice() -> bytes:
    return gzip.compress(gzip.compress(bytes(100 * MB), 9), 9)  # under 500 bytes


def decoded(encoding: str, content: bytes, limit: int = MB) -> bytes:
    decoder = BodyDecoder(encoding, limit)
    step = max(len(content) // 100, 1)
    pieces = (content[at : at + step] for at in range(0, len(content), step))
    whole = b"".join(map(decoder.add, pieces))
    decoder.end()
    return whole


@pytest.mark.parametrize("encoding", ["gzip", " GZIP ", "x-gzip", "identity, gzip", "gzip,"])
def test_gzip_is_decoded(encoding: str) -> None:
    assert decoded(encoding, gzip.compress(BODY)) == BODY


def test_several_gzip_members_are_one_content() -> None:
    parts = [gzip.compress(BODY[at : at + 9]) for at in range(0, len(BODY), 9)]
    assert decoded("gzip", b"".join(parts)) == BODY
    assert decoded("gzip", b"".join(parts) + bytes(100)) == BODY, "padding is left out"
    with pytest.raises(DecodingError, match="breaks off"):
        decoded("gzip", b"".join(parts)[:-9])
    with pytest.raises(DecodingError, match="more than 1000 gzip members"):
        decoded("gzip", gzip.compress(b"") * 2000)


@pytest.mark.parametrize("encoding", ["", "identity", "Identity, "])
def test_plain_content_stays_as_it_is(encoding: str) -> None:
    assert decoded(encoding, BODY) == BODY


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
        ("gzip, deflate", gzip.compress(BODY)),
        ("br", BODY),
        ("zstd", BODY),
        ("deflate", zlib.compress(BODY)),
        ("gzip", BODY),
        ("gzip", gzip.compress(BODY)[:-9]),
        ("gzip", gzip.compress(bytes(2 * MB))),
        ("", bytes(MB + 1)),
    ],
    ids=["twice", "two kinds", "br", "zstd", "deflate", "not gzip", "cut off", "bomb", "long"],
)
def test_what_is_not_plain_gzip_is_refused(encoding: str, content: bytes) -> None:
    with pytest.raises(DecodingError):
        decoded(encoding, content)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "headers",
    [("Content-Encoding: gzip, gzip",), ("Content-Encoding: gzip", "Content-Encoding: gzip")],
    ids=["one header", "two headers"],
)
async def test_a_bomb_stays_small(headers: tuple[str, ...], kind: Kind) -> None:
    bomb = compressed_twice()
    sent = head(*headers, f"Content-Length: {len(bomb)}", "Connection: close") + bomb
    with FaultServer([raw(sent)]).running() as server:
        async with opened(kind, server.url) as client:
            endpoint = client.untyped(MODEL_ID)
            tracemalloc.start()
            with pytest.raises(errors.SubmitOutcomeUnknown, match="compressed several times"):
                await settled(endpoint.submit({}))
            with pytest.raises(errors.RunComfyError):
                await settled(endpoint.job("r-1").status())
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    assert len(bomb) < 1000
    assert most < 10 * MB


@pytest.mark.parametrize("kind", KINDS)
async def test_gzip_is_what_is_asked_for_and_read(kind: Kind) -> None:
    packed = reply(200, gzip.compress(BODY), {**KEPT, "Content-Encoding": "gzip"})
    with FaultServer([in_turn(packed), packed, state("in_queue")]).running() as server:
        async with opened(kind, server.url) as client:
            result = await settled(client.untyped(MODEL_ID).job("r-1").result())
    assert result.output == {"image": "x"}
    assert "accept-encoding: gzip\r\n" in f"{server.received[0].head.lower()}\r\n"


def test_what_explodes_is_refused_long_before_the_limit() -> None:
    bomb = gzip.compress(bytes(60 * MB), 9)
    tracemalloc.start()
    try:
        with pytest.raises(DecodingError, match="compressed more than 100 to 1"):
            decoded("gzip", bomb, 64 * MB)
        assert tracemalloc.get_traced_memory()[1] < 30 * MB
    finally:
        tracemalloc.stop()


def test_many_alike_urls_are_read() -> None:
    urls = [
        f"https://cdn.example.com/outputs/2026/11/{number}/image.png" for number in range(100_000)
    ]
    content = json.dumps({"output": {"images": urls}}).encode()
    assert decoded("gzip", gzip.compress(content, 9), 64 * MB) == content
