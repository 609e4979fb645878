"""The engine of a batch: Ctrl-C, few threads or none, odd replies, and downloads within one limit."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from runcomfy import Journal, RunComfy, SubmitOutcomeUnknown
from runcomfy.batches._threads import MOST_THREADS
from runcomfy.testing import Behaviour, Emulator

from ..._support.batches import Kind, opened, python, requests, until
from ..._support.odd_service import OddService, odd_service

TOKEN = "rc-0123456789abcdef"


@pytest.fixture
def service() -> Iterator[OddService]:
    with odd_service() as service:
        yield service


@contextmanager
def ctrl_c(when: threading.Event) -> Generator[None]:
    """Send the main thread a SIGINT once it has begun, and expects a KeyboardInterrupt soon."""
    at: list[float] = []

    def press() -> None:
        assert when.wait(20)
        time.sleep(0.05)
        at.append(time.monotonic())
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        yield
    assert time.monotonic() - at[0] < 3.5  # two seconds, and a machine that is busy
    thread.join()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals for threads")
@pytest.mark.parametrize(("hang", "state"), [
    ("status", "submitted"), ("result", "submitted"), ("outputs", "completed"), ("submit", "unknown"),
])  # fmt: skip
def test_ctrl_c_ends_a_batch_whatever_it_waits_for(
    service: OddService, tmp_path: Path, hang: str, state: str
) -> None:
    service.hangs, service.drips = (hang,), hang == "outputs"
    options: dict[str, Any] = {"journal": tmp_path / "j.sqlite", "folder": tmp_path / "out"}
    with RunComfy(TOKEN, base_url=service.base_url) as client:
        with ctrl_c(service.began):
            client.batch(requests(3), **options).run()
        with Journal(options["journal"]) as journal:  # it is free again
            states = {entry.state for entry in journal.entries()}
            assert states - {"pending"} == {state}  # one has begun, the others may have
        service.released.set()


async def test_a_cancelled_batch_ends_whatever_it_waits_for(
    service: OddService, tmp_path: Path
) -> None:
    service.hangs = ("status",)
    async with opened("async", service, tmp_path) as batches:
        task = asyncio.create_task(batches.run(requests(3)))
        await until(service.began.is_set)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 3.5
    assert set(batches.states().values()) == {"submitted"}


async def test_one_odd_reply_is_one_outcome(
    kind: Kind, service: OddService, tmp_path: Path
) -> None:
    odd: dict[int, dict[str, Any]] = {
        2: {"output": {"a": [{"b": "\ud800"}]}, "cost": float("nan")},
        3: {"cost": 10**400},
    }
    service.result = lambda number: odd.get(number, {"cost": "0.1"})
    service.request_id = lambda number: f"r-{min(number, 4)}"  # the fifth is that of the fourth
    async with opened(kind, service, tmp_path) as batches:
        report = await batches.run(requests(5), folder=None, concurrency=1)
    *good, doubtful = report.outcomes
    assert [outcome.state for outcome in good] == ["completed"] * 4
    assert [outcome.cost for outcome in good] == [None] * 4
    assert isinstance(doubtful.error, SubmitOutcomeUnknown)
    assert "the id of another request" in str(doubtful.error)
    assert report.in_doubt == (doubtful,)


async def test_downloads_of_a_batch_share_one_limit(
    kind: Kind, service: OddService, tmp_path: Path
) -> None:
    async with opened(kind, service, tmp_path) as batches:
        service.drips = True
        running = asyncio.create_task(batches.run(requests(30), concurrency=30))
        await until(lambda: service.downloads >= 8)
        await asyncio.sleep(0.3)
        assert service.downloads == 8
        service.drips = False
        assert (await running).is_complete


def test_many_jobs_need_few_threads(emulator: Emulator, tmp_path: Path) -> None:
    emulator.behaviour = Behaviour(statuses=("in_queue", "in_queue", "completed"))
    most = 0

    def count(outcome: object) -> None:
        nonlocal most
        names = [thread.name for thread in threading.enumerate()]
        most = max(most, sum("runcomfy-batch" in name for name in names))

    with RunComfy(emulator.token, base_url=emulator.base_url) as client:
        batch = client.batch(requests(150), journal=tmp_path / "j.sqlite", concurrency=150)
        assert batch.run(count).is_complete
    assert 0 < most <= MOST_THREADS


async def test_without_a_thread_the_caller_does_the_work(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if "runcomfy" in thread.name:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    async with opened("sync", emulator, tmp_path) as batches:
        report = await batches.run(requests(6), concurrency=6)
    assert report.is_complete
    assert all(path.is_file() for outcome in report.outcomes for path in outcome.files)


LATE = """
import atexit, sys, threading, time
from runcomfy import RunComfy
given = [{"model_id": "acme/demo/text-to-image", "input": {"prompt": str(n)}} for n in range(6)]

def run(name):
    with RunComfy() as client:
        folder = f"{sys.argv[1]}/{name}"
        print(client.batch(given, journal=f"{folder}.sqlite", folder=folder).run(), flush=True)

def outlive():
    threading.main_thread().join()
    run("thread")

atexit.register(run, "atexit")
threading.Thread(target=outlive).start()
"""


def test_it_works_at_the_end_of_the_interpreter(emulator: Emulator, tmp_path: Path) -> None:
    done = python("-c", LATE, tmp_path, emulator=emulator)
    assert done.stdout.count("6 completed; cost $0.24") == 2, done.stderr


GEVENT = """
from gevent import monkey
monkey.patch_all()
import sys
import gevent
from runcomfy import RunComfy
given = [{"model_id": "acme/demo/text-to-image", "input": {"prompt": str(n)}} for n in range(12)]

def run(name):
    with RunComfy() as client:
        folder = f"{sys.argv[1]}/{name}"
        return client.batch(given, journal=f"{folder}.sqlite", folder=folder, concurrency=8).run()

for greenlet in [gevent.spawn(run, name) for name in "abc"]:
    print(greenlet.get())
"""


@pytest.mark.skipif(find_spec("gevent") is None, reason="gevent is not installed")
def test_it_works_under_gevent(emulator: Emulator, tmp_path: Path) -> None:
    done = python("-W", "ignore", "-c", GEVENT, tmp_path, emulator=emulator)
    assert done.stdout.count("12 completed; cost $0.48") == 3, done.stderr


def test_one_file_goes_whole_into_every_request(tmp_path: Path) -> None:
    from runcomfy.testing._media import png

    path = tmp_path / "a.png"
    path.write_bytes(png(64, 64, (255, 0, 0), (0, 0, 255)))
    with Emulator() as emulator, RunComfy(emulator.token, base_url=emulator.base_url) as client:
        with path.open("rb") as file:
            given = [
                {
                    "model_id": "openai/gpt-image-2/edit",
                    "input": {"prompt": str(n), "images": [file]},
                }
                for n in range(40)
            ]
            batch = client.batch(given, journal=tmp_path / "j.sqlite", concurrency=32)
            assert file.tell() == 0
            assert batch.run().is_complete
            assert file.tell() == 0
            # The same requests again, as a program that was killed would give them.
            assert client.batch(given, journal=tmp_path / "j.sqlite").run().is_complete
        sent = [each.body["images"][0] for each in emulator.received if each.method == "POST"]
    with Journal(tmp_path / "j.sqlite") as journal:
        assert len({entry.digest for entry in journal.entries()}) == 40
    assert len(sent) == 40
    assert len(set(sent)) == 1
    assert len(sent[0]) > path.stat().st_size
