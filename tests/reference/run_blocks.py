"""Runs the Python examples of pages, each in a namespace of its own: JSON on stdin, failures on stdout.

A page is [its REQUEST_ID, its blocks]. The pages share the processes, as starting Python and loading the
SDK takes longer than an example. No host but this machine is asked: not even the look-up of one.
"""

from __future__ import annotations

import io
import ipaddress
import json
import os
import socket
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from multiprocessing import get_context
from typing import Any


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo" and args[0] not in (b"127.0.0.1", "127.0.0.1"):
        raise socket.gaierror(socket.EAI_NONAME, "no look-ups in tests")
    if event == "socket.connect" and isinstance(args[1], tuple):
        assert ipaddress.ip_address(args[1][0]).is_loopback, args


def run_page(page: tuple[str, list[str]]) -> list[str]:
    """Return what went wrong."""
    os.environ["REQUEST_ID"], blocks = page
    failures: list[str] = []
    for block in blocks:
        try:
            with redirect_stdout(io.StringIO()):
                exec(compile(block, "<example>", "exec", dont_inherit=True), {})
        except Exception:
            failures.append(f"{block}\n{traceback.format_exc(limit=-3)}")
    return failures


if __name__ == "__main__":
    sys.addaudithook(_watch)
    import runcomfy.client  # noqa: F401 (once, for all processes)

    with ProcessPoolExecutor(4, get_context("fork")) as pool:
        found = [each for failures in pool.map(run_page, json.load(sys.stdin)) for each in failures]
    json.dump(found, sys.stdout)
