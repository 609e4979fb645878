"""Ten times the live catalogue: what generating it costs, and what using one endpoint of it costs."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .sdks import Sdks
from .tables import Row, Table, in_turns, run

FEW, USUAL, MANY = 2, 400, 4000
ROUNDS = 21
FIRST_REQUEST = """
import sys, time
start = time.perf_counter()
from runcomfy import RunComfy
with RunComfy("token", base_url=sys.argv[1]) as client:
    job = client.studio_0.painter_v0.text_to_image.submit(prompt="a dog")
assert job.request_id
print(time.perf_counter() - start)
"""


def test_cold(sdks: Sdks, table: Table) -> None:
    before = sdks.generate_cold(USUAL, warm_cache=False).seconds
    many = sdks.generate_cold(MANY, warm_cache=False)
    usual = min(before, sdks.generate_cold(USUAL, warm_cache=False).seconds)
    table.rows.append(Row(f"cold generate, {MANY} endpoints: {USUAL}", many.seconds, usual, 11))
    table.rows.append(Row("its largest process", many.peak, None, 600, "MB"))


def test_import(sdks: Sdks, table: Table) -> None:
    def process(program: str, count: int) -> float:
        return run([sys.executable, "-c", program], PYTHONPATH=str(sdks.out(count))).seconds * 1e3

    for count in (FEW, MANY):
        process("import runcomfy", count)  # writes its bytecode
    bare, few, many = in_turns(
        ROUNDS,
        lambda: process("pass", MANY),
        lambda: process("import runcomfy", FEW),
        lambda: process("import runcomfy", MANY),
    )
    what = f"import runcomfy above a bare interpreter, {MANY} endpoints"
    table.rows.append(Row(what, many - bare, None, 25, "ms"))
    table.rows.append(Row(f"{what}: {FEW}", many - bare, few - bare, 1.1, "ms"))


def test_first_typed_request(sdks: Sdks, server: str, table: Table) -> None:
    def process(count: int) -> float:
        command = [sys.executable, "-c", FIRST_REQUEST, server]
        return float(run(command, PYTHONPATH=str(sdks.out(count))).output) * 1e3

    for count in (FEW, MANY):
        process(count)  # writes its bytecode
    few, many = in_turns(ROUNDS, lambda: process(FEW), lambda: process(MANY))
    what = f"import and first typed request, {MANY} endpoints: {FEW}"
    table.rows.append(Row(what, many, few, 1.1, "ms"))


@pytest.fixture
def server() -> Iterator[str]:
    """Serve an API that accepts every submit at once, and return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Accepts) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Accepts(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"request_id": "r-1"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the table is what is printed."""
