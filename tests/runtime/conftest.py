"""Fixtures of the tests of calls."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def look_ups(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Record the names that are looked up; those of `*.example` are not found before the test ends."""
    real, asked, end = socket.getaddrinfo, list[str](), threading.Event()

    def look_up(host: Any, *args: Any, **options: Any) -> Any:
        if not str(host).endswith(".example"):
            return real(host, *args, **options)
        asked.append(host)
        end.wait(20)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    end.set()
