"""A queue API that answers from memory: `python memory_server.py POLLS`, in a process of its own.

The emulator takes ten times as long for a reply as a client for its request, and so would be what
is measured. POLLS: after how many status reads a job has completed. Prints its port.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections import Counter
from typing import ClassVar

REPLY = b"HTTP/1.1 %d OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"


class Connection(asyncio.Protocol):
    """Requests come one after the other, each in one or more pieces."""

    polls_needed = 0
    ids = itertools.count()
    polls: ClassVar[Counter[str]] = Counter()  # by request id

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, ended, body = self._received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if not ended or len(body) < int(length or 0):
            return
        self._received = b""
        status, reply = self._answer(head.split(b" ", 2)[1].decode())
        content = json.dumps(reply).encode()
        self._transport.write(REPLY % (status, len(content), content))

    def _answer(self, target: str) -> tuple[int, dict[str, object]]:
        match target.partition("?")[0].split("/")[2:]:
            case ["models", *_]:
                return 202, {"request_id": f"request-{next(self.ids):08}"}
            case ["requests", request_id, "status"]:
                self.polls[request_id] += 1
                is_done = self.polls[request_id] >= self.polls_needed
                state = "completed" if is_done else "in_progress"
                return 200, {"request_id": request_id, "status": state}
            case ["requests", request_id, "result"]:
                output = {"image": f"https://example.com/{request_id}.png"}
                reply = {"request_id": request_id, "status": "completed", "output": output}
                return 200, {**reply, "cost": 0.1}
            case ["polls"]:
                return 200, {"polls": self.polls.total()}
            case _:
                return 404, {"error_code": 404001}


async def main(polls_needed: int) -> None:
    Connection.polls_needed = polls_needed
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Until whoever started it closes the pipe, or ends.
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
