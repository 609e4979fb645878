"""The pauses of a batch when some of its calls are refused."""

from __future__ import annotations

import time
from dataclasses import replace

from runcomfy._transport.retry import RetryPolicy
from runcomfy.batches._scheduler import Backoff

POLICY = RetryPolicy(first_backoff=10, longest_backoff=30, longest_batch_retry_after=100)


def test_nobody_waits_until_one_is_refused() -> None:
    backoff = Backoff(POLICY)
    assert [backoff.reserve() for _ in range(3)] == [(0, 0)] * 3


def test_all_wait_for_as_long_as_the_service_says() -> None:
    backoff = Backoff(POLICY)
    backoff.refused(time.monotonic(), 50)
    backoff.refused(time.monotonic(), 5)  # this one was told before, and it changes nothing
    delay, refusals = backoff.reserve()
    assert 45 < delay <= 50
    assert refusals == 2
    assert backoff.reserve()[0] > delay - 1
    backoff.refused(time.monotonic(), 86400)
    assert 95 < backoff.reserve()[0] <= 100.1


def test_pauses_double_while_nothing_is_let_through() -> None:
    backoff, delays = Backoff(POLICY), []
    for _ in range(4):
        backoff.refused(time.monotonic(), None)
        delays.append(backoff.reserve()[0])
    # 10, 20 and at most 30 seconds, each 75 to 125 % of that.
    assert 7 < delays[0] < 13 < delays[1] < 26
    assert 22 < delays[-1] < 38
    early = time.monotonic() - 1000
    for _ in range(10):
        backoff.refused(early, None)  # ten that were under way when the limit was met
    assert backoff.reserve()[0] <= 38


def test_it_is_hopeless_after_a_time_of_nothing_but_refusals() -> None:
    backoff = Backoff(replace(POLICY, first_backoff=0, offline_patience=0.1, limited_patience=1000))
    time.sleep(0.15)  # nobody asked for anything
    backoff.refused(time.monotonic(), None)
    assert not backoff.is_hopeless(offline=True)
    time.sleep(0.15)
    assert backoff.is_hopeless(offline=True)
    assert not backoff.is_hopeless(offline=False)
    backoff.let_through(time.monotonic())
    assert not backoff.is_hopeless(offline=True)


def test_what_is_hopeless_keeps_nobody_waiting() -> None:
    backoff = Backoff(replace(POLICY, offline_patience=0.2))
    backoff.refused(time.monotonic(), None, offline=True)
    assert 0 < backoff.reserve()[0] <= 0.2, "not beyond the end of the patience"
    time.sleep(0.25)
    backoff.refused(time.monotonic(), None, offline=True)
    assert backoff.reserve() == (0, 2)


def test_lost_connection_does_not_shorten_retry_after() -> None:
    backoff = Backoff(replace(POLICY, offline_patience=0.1))
    backoff.refused(time.monotonic(), 50)
    time.sleep(0.15)
    backoff.refused(time.monotonic(), None, offline=True)
    assert backoff.is_hopeless(offline=True)
    assert backoff.reserve()[0] > 45


def test_turns_are_spread_after_refusals_and_then_no_more() -> None:
    backoff = Backoff(POLICY)
    for _ in range(100):
        backoff.refused(0, 0)
    first, second = backoff.reserve()[0], backoff.reserve()[0]
    assert second - first > 0.05
    for _ in range(100):
        backoff.let_through(time.monotonic())
    first, second = backoff.reserve()[0], backoff.reserve()[0]
    assert abs(second - first) < 0.02
