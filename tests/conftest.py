"""Rules for all tests: none talks to anything but this machine, and none shows a token."""

from __future__ import annotations

import gc
import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ._support.token_search import TokenSearch

TESTS = Path(__file__).parent
SLOW = frozenset({"e2e", "proof", "site", "typing"})  # folders
_strayed: list[str] = []
_LIVE = os.environ.get("RUNCOMFY_LIVE_TESTS") == "1"  # somebody wants the real service to be asked
_may_leave = False

# The tests start hundreds of Python processes, and each would compile all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in ("localhost", "")


def _needs_look_up(host: str) -> bool:
    """Return False for addresses in any spelling, such as 127.1 and 0x7f.1."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            socket.inet_aton(host)
        except OSError:
            return host not in ("localhost", "")
    return False


def _watch(event: str, args: tuple[Any, ...]) -> None:
    """See every connection and look-up, whoever makes it, as an audit hook (PEP 578)."""
    if _may_leave:
        return
    if event == "socket.getaddrinfo":
        host = args[0].decode() if isinstance(args[0], bytes) else args[0] or ""
        if _needs_look_up(host):
            if not host.endswith(".invalid"):  # RFC 6761: never resolves, so no need to ask anybody
                _strayed.append(f"look-up of {host}")
            raise socket.gaierror(socket.EAI_NONAME, "no look-ups in tests")
    elif event in ("socket.connect", "socket.sendto"):
        address = args[1]  # a path for Unix sockets
        if isinstance(address, tuple) and not _is_local(str(address[0])):
            _strayed.append(f"traffic to {address}")
            raise ConnectionRefusedError(f"tests connect to this machine only, not to {address}")


sys.addaudithook(_watch)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job ignores Ctrl-C, and so would the programs that the tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """Fails the test that tried to leave, even if the code under test swallowed the refusal."""
    _strayed.clear()
    yield
    assert not _strayed, f"the test tried to leave this machine: {_strayed}"


@pytest.fixture
def leaves_this_machine() -> Iterator[None]:
    """For a test that asks the real service; nothing but the switch makes it do so."""
    global _may_leave
    if not _LIVE:
        pytest.skip("RUNCOMFY_LIVE_TESTS=1 is not set")
    _may_leave = True
    yield
    _may_leave = False


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No token, base URL or proxy of whoever runs the tests."""
    for name in ("API_TOKEN", "TOKEN", "API_KEY", "API_TOKEN_FILE", "MODEL_API_BASE"):
        monkeypatch.delenv(f"RUNCOMFY_{name}", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    base = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("RUNCOMFY_CONFIG_DIR", str(base / "no-config"))
    monkeypatch.setenv("RUNCOMFY_CODEGEN_CACHE", str(base / "codegen-cache"))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(TokenSearch(), "token-search")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: half of the time, a test waits for a server, a process or a timeout."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes seconds, so that `pytest -m "not slow"` is quick."""
    for item in items:
        if SLOW.intersection(item.path.relative_to(TESTS).parts):
            item.add_marker(pytest.mark.slow)


_usual_thresholds = gc.get_threshold()
gc.set_threshold(0)  # nearly everything that is imported and collected for the tests stays


def pytest_collection_finish() -> None:
    """Keep what was imported and collected out of the collections that a test causes."""
    gc.freeze()
    gc.set_threshold(*_usual_thresholds)
