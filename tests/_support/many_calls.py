"""Thousands of calls of one client: does it keep anything of them?"""

from __future__ import annotations

from itertools import repeat

from .fault_server import KEPT, FaultServer, reply
from .resources import memory
from .runtime import MODEL_ID, PATIENT, Kind, opened, settled

_FIRST = 1000  # calls; by then, all caches are full
_QUEUED = reply(200, {"request_id": "r-1", "status": "in_queue"}, KEPT)


async def kept(kind: Kind, count: int) -> list[str]:
    """Return what is wrong after so many calls of one client."""
    with FaultServer([repeat(_QUEUED)]).running() as server:
        async with opened(kind, server.url, retry_policy=PATIENT) as client:
            job = client.untyped(MODEL_ID).job("r-1")

            async def calls(number: int) -> tuple[int, int]:
                for _ in range(number):
                    await settled(job.status())
                    server.received.clear()  # memory of the proof, not of the client
                return memory()

            objects, resident = await calls(_FIRST)
            objects_later, resident_later = await calls(count)
    wrong = [f"{server.connections} connections"] if server.connections != 1 else []
    if (more := objects_later - objects) >= count / 4:  # one kept per call is 4 times that
        wrong.append(f"{more:,} more objects")
    if (more := resident_later - resident) >= 700 * count:  # a reply kept takes over 1,000 bytes
        wrong.append(f"{more:,} more bytes")
    return wrong
