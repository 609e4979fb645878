"""`generate` at the size of the live catalogue: against the peer, and against itself when little changed."""

from __future__ import annotations

from itertools import count

from .catalogue import change_one
from .peer import Peer
from .sdks import Sdks
from .tables import Row, Table, in_turns

ENDPOINTS = 400
ROUNDS = 5


def test_cold(sdks: Sdks, peer: Peer, table: Table) -> None:
    empty, warm, theirs, bare = in_turns(
        ROUNDS,
        lambda: sdks.generate_cold(ENDPOINTS, warm_cache=False).seconds,
        lambda: sdks.generate_cold(ENDPOINTS, warm_cache=True).seconds,
        lambda: sdks.generate_peer(peer, ENDPOINTS, formatted=True).seconds,
        lambda: sdks.generate_peer(peer, ENDPOINTS, formatted=False).seconds,
    )
    what = f"cold generate, {ENDPOINTS} endpoints"
    peer_command = "the peer's command"
    table.rows.append(Row(f"{what}, warm cache: {peer_command}", warm, theirs, 0.75))
    table.rows.append(Row(f"{what}, empty cache: {peer_command}", empty, theirs))
    without_hooks = f"{peer_command} without its ruff hooks (ours formats)"
    table.rows.append(Row(f"{what}, warm cache: {without_hooks}", warm, bare))


def test_little_changed(sdks: Sdks, table: Table) -> None:
    times = count(1)

    def one_changed() -> float:
        change_one(sdks.schemas(ENDPOINTS), next(times))
        return sdks.generate(ENDPOINTS).seconds

    cold, changed, nothing, check = in_turns(
        ROUNDS,
        lambda: sdks.generate_cold(ENDPOINTS, warm_cache=False).seconds,
        one_changed,
        lambda: sdks.generate(ENDPOINTS).seconds,
        lambda: sdks.generate(ENDPOINTS, "--check").seconds,
    )
    table.rows.append(
        Row("one endpoint changed: our cold generate, empty cache", changed, cold, 0.16)
    )
    table.rows.append(Row("nothing changed: the same", nothing, cold, 0.065))
    table.rows.append(Row("nothing changed, --check: the same", check, cold, 0.065))
