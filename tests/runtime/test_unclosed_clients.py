"""A client that nobody closes leaves nothing open."""

from __future__ import annotations

import pytest

from .._support.batches import python
from .._support.fault_server import KEPT, FaultServer, reply

UNCLOSED = """
import gc, sys
from runcomfy import RunComfy

def call(url):
    return RunComfy("token", base_url=url).job("r-1").status()

call(sys.argv[1])
gc.collect()
kept = RunComfy("token", base_url=sys.argv[1])
kept.job("r-1").status()
if sys.argv[2] == "cycle":
    kept.itself = kept
"""


@pytest.mark.parametrize("how", ["global", "cycle"])
def test_an_unclosed_client_gives_no_resource_warning(how: str) -> None:
    alive = reply(200, {"request_id": "r-1", "status": "in_queue"}, KEPT)
    with FaultServer([[alive]]).running() as server:
        options = ("-X", "dev", "-W", "error::ResourceWarning")
        done = python(*options, "-c", UNCLOSED, server.url, how)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(server.received) == 2
