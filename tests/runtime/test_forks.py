"""A process that forks while another thread makes the first call of a client."""

from __future__ import annotations

import os
import threading

import pytest
from runcomfy_codegen.runtime._base.locks import ForkSafeLock

from tests.proof.forks import forked

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")


@pytest.mark.parametrize(("loaded", "kind"), [("loaded", "sync"), ("fresh", "async")])
def test_fork_does_not_wait_for_a_missing_thread(loaded: str, kind: str) -> None:
    assert forked(0.02, loaded, kind) == ""


def test_a_lock_is_free_once_it_is_renewed() -> None:
    lock = ForkSafeLock()
    with lock:
        lock.renew()  # as in a child that was forked here
        with lock:
            pass
    taken = threading.Thread(target=lambda: lock.__enter__())
    taken.start()
    taken.join(5)
    assert not taken.is_alive()
