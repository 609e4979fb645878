"""Cancels and Ctrl-C at random moments of thousands of calls: what do they cost?"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import random
import signal
import socket
import time
from itertools import repeat
from typing import Any

from runcomfy_codegen.runtime._client import AsyncClient, SyncClient

from .fault_server import KEPT, FaultServer, in_turn, reply
from .runtime import MODEL_ID, TOKEN

SLOW = 0.004  # seconds that the server takes
_AT_ONCE = 20


def slowly(_: socket.socket) -> None:
    time.sleep(SLOW)


async def cancels(what: str, count: int) -> list[str]:
    """Cancel calls of one client at random moments; the slots of its pools that are lost."""
    dice = random.Random(what)
    act = in_turn(slowly, reply(202, {"request_id": "r-1", "status": "in_queue"}, KEPT))
    with FaultServer([repeat(act)]).running() as server:
        async with AsyncClient(TOKEN, base_url=server.url) as client:
            endpoint = client.untyped(MODEL_ID)

            async def one() -> None:
                call: Any = (
                    endpoint.submit({}) if what == "submit" else endpoint.job("r-1").status()
                )
                task = asyncio.create_task(call)
                await asyncio.sleep(dice.uniform(0, 2 * SLOW))
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

            for _ in range(0, count, _AT_ONCE):
                await asyncio.gather(*(one() for _ in range(_AT_ONCE)))
            channels = client._driver._connections._owned.values()
            pools = [channel._transport._pool for channel in channels]
            states = [each.info() for pool in pools for each in pool.connections]
    return [f"{what}: a connection is {state}" for state in states if state != "IDLE"]


class _Said(logging.Handler):
    """The log records of the SDK."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class _Alarm:
    """Ctrl-C at a random moment, once."""

    def __init__(self) -> None:
        self.is_armed = False

    def ring(self, *_: object) -> None:
        if self.is_armed:
            self.is_armed = False
            raise KeyboardInterrupt


def interrupts(count: int) -> list[str]:
    """Press Ctrl-C at random moments of submits; the accepted jobs that nobody was told of.

    For the main thread, which signals interrupt.
    """
    dice, said, alarm, numbers = random.Random(1), _Said(), _Alarm(), itertools.count(1)
    accepted: list[str] = []
    returned: set[str] = set()

    def accept(peer: socket.socket) -> None:
        accepted.append(f"r-{next(numbers)}-")
        content = json.dumps({"request_id": accepted[-1]}).encode()
        reply(202, content)(peer)

    logger = logging.getLogger("runcomfy")
    level, handler = logger.level, signal.signal(signal.SIGALRM, alarm.ring)
    logger.addHandler(said)
    logger.setLevel(logging.INFO)
    try:
        with (
            FaultServer([in_turn(slowly, accept)]).running() as server,
            SyncClient(TOKEN, base_url=server.url) as client,
        ):
            for _ in range(count):
                try:
                    alarm.is_armed = True
                    signal.setitimer(signal.ITIMER_REAL, dice.uniform(0.0005, 3 * SLOW))
                    returned.add(client.untyped(MODEL_ID).submit({}).request_id)
                except KeyboardInterrupt:
                    pass
                alarm.is_armed = False
            pool = client._driver._connections._owned[False, True]._transport._pool
            lost = [f"a connection is {each.info()}" for each in pool.connections if each.in_use]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        logger.removeHandler(said)
        logger.setLevel(level)
    log = "\n".join(said.lines)
    missing = [request_id for request_id in accepted if request_id not in log]
    missing = [request_id for request_id in missing if request_id not in returned]
    # One whose reply was not read yet has no id to tell, but a doubt.
    doubts = sum("interrupted while submitting" in line for line in said.lines)
    return lost + [f"{request_id} was accepted and nobody knows" for request_id in missing[doubts:]]
