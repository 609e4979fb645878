"""A few tests of the runtime, written for httpx2; `make check-httpx2` runs all of them."""

from __future__ import annotations

from pathlib import Path

from .with_httpx2 import bind, run

CHOSEN = ("test_lent_clients.py", "test_proxies.py", "test_client_errors.py")


def test_chosen_tests_hold_with_httpx2(tmp_path: Path) -> None:
    bind(tmp_path)
    tests = [f"tests/runtime/{name}" for name in CHOSEN]
    assert run(tmp_path, "pytest", "-p", "no:cacheprovider", "-x", *tests).returncode == 0
