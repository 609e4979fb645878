"""A queue in front of a connection pool: httpcore's own is looked through anew on every event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import httpx


class Permits:
    """One for each connection of a pool, given in the order of asking, within one event loop.

    With a thousand calls at once, those that wait inside httpcore cost more than all that is sent.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = asyncio.Semaphore(count)

    @asynccontextmanager
    async def one(self, seconds: float) -> AsyncGenerator[float, None]:
        """Gives the seconds that are left. Raises httpx.PoolTimeout if none came free in that time."""
        began = time.monotonic()
        with anyio.move_on_after(seconds) as scope:
            await self._free.acquire()
        if scope.cancelled_caught:
            raise httpx.PoolTimeout(
                f"all {self._count} connections were busy for {seconds:.3g} s; "
                "run fewer jobs at once, or give a longer timeout="
            )
        try:
            yield max(seconds - (time.monotonic() - began), 0.0)
        finally:
            self._free.release()
