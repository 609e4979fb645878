"""`RunComfy(max_cost_usd=..., journal=...)`: one limit for all processes with the journal."""

from __future__ import annotations

import asyncio
import os
import pickle
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import runcomfy
from runcomfy import CostLimitReached, Journal, JournalError
from runcomfy._api.costs.guard import Charge
from runcomfy._api.costs.ledger import Ledger
from runcomfy._api.costs.price import Price
from runcomfy.testing import Behaviour, Emulator

from ..._support.batches import until
from ..._support.money import IMAGE, KINDS, UNPRICED, Kind, opened, posts
from ..._support.resources import held, left_behind
from ..._support.runtime import settled

SERVICE = "http://127.0.0.1:1/v1"
PRICE = Price(0.04, "output")
SPENDER = """
import os, sys, threading
from pathlib import Path
from runcomfy import CostLimitReached, RunComfy
journal = Path(sys.argv[1])
client = RunComfy(max_cost_usd=float(sys.argv[2]), journal=journal)

def back_up():
    while True:
        journal.read_bytes()

if len(sys.argv) > 4:
    threading.Thread(target=back_up, daemon=True).start()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    try:
        job = client.untyped("acme/demo/text-to-image").submit({"prompt": "a"})
        print(job.request_id, flush=True)
    except CostLimitReached as error:
        print("refused", error.spent_usd, flush=True)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "money.sqlite"


def spender(emulator: Emulator, journal: Path, limit: float, calls: int, *how: str) -> Any:
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "RUNCOMFY_API_TOKEN": emulator.token,
        "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SPENDER, str(journal), str(limit), str(calls), *how],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


async def submit(client: Any, model_id: str = IMAGE, **body: Any) -> Any:
    return await settled(client.untyped(model_id).submit({"prompt": "a", **body}))


async def test_processes_share_the_limit(emulator: Emulator, journal: Path) -> None:
    processes = [spender(emulator, journal, 0.4, 8) for _ in range(3)]
    printed = await asyncio.gather(
        *(asyncio.to_thread(process.communicate, "go\n", 60) for process in processes)
    )
    lines = "".join(out for out, _ in printed).splitlines()
    assert len(posts(emulator)) == 10
    assert sum(line.startswith("refused") for line in lines) == 14
    async with opened("sync", emulator, max_cost_usd=1, journal=journal) as client:
        assert client.spent_usd == pytest.approx(0.4)


async def test_processes_that_read_their_journal_share_the_limit(
    emulator: Emulator, journal: Path
) -> None:
    processes = [spender(emulator, journal, 1.2, 20, "back up") for _ in range(3)]
    printed = await asyncio.gather(
        *(asyncio.to_thread(process.communicate, "go\n", 60) for process in processes)
    )
    assert [process.returncode for process in processes] == [0] * 3
    assert len(posts(emulator)) == 30
    assert "".join(out for out, _ in printed).count("refused") == 30
    assert [path.name for path in journal.parent.iterdir()] == [journal.name]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_closed_client_holds_no_journal(
    kind: Kind, emulator: Emulator, journal: Path
) -> None:
    before = held()
    async with opened(kind, emulator, max_cost_usd=1, journal=journal) as client:
        await submit(client)
        view = client.with_options(http_timeout=9)
    assert not [file for file in left_behind(before) if journal.name in file]
    assert view.spent_usd == pytest.approx(0.04), "it is opened again when it is needed"


async def test_what_a_killed_process_has_posted_counts(emulator: Emulator, journal: Path) -> None:
    emulator.behaviour = Behaviour(delay=5)
    process = spender(emulator, journal, 0.04, 1)
    process.stdin.write("go\n")
    process.stdin.flush()
    await until(lambda: posts(emulator))
    process.kill()
    process.communicate()
    emulator.behaviour = Behaviour()
    async with opened("sync", emulator, max_cost_usd=0.04, journal=journal) as client:
        with pytest.raises(CostLimitReached):
            await submit(client)
    assert len(posts(emulator)) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_job_is_settled_by_whoever_reads_it(
    kind: Kind, emulator: Emulator, journal: Path
) -> None:
    async with opened(kind, emulator, max_cost_usd=0.12, journal=journal) as client:
        job = await submit(client, num_images=2)
        assert client.spent_usd == pytest.approx(0.08)
    emulator.behaviour = Behaviour(statuses=("completed",))
    async with opened(kind, emulator, max_cost_usd=0.12, journal=journal) as client:
        result = await settled(client.job(job.request_id).wait(timeout=20))
        assert client.spent_usd == pytest.approx(result.cost)
        assert result.cost is not None
        await settled(client.job(job.request_id).wait(timeout=20))
        assert client.spent_usd == pytest.approx(result.cost)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_refusal_says_which_journal(kind: Kind, emulator: Emulator, journal: Path) -> None:
    async with opened(kind, emulator, max_cost_usd=0.04, journal=journal) as client:
        await submit(client)
        text = r"the calls with money.sqlite have cost up to \$0.04 of \$0.04"
        with pytest.raises(CostLimitReached, match=text):
            await submit(client)
        emulator.behaviour = Behaviour(submit_fault="payment_required")
        other = client.with_options(max_cost_usd=1, journal=journal)
        with pytest.raises(runcomfy.InsufficientBalanceError):
            await submit(other)
        assert other.spent_usd == client.spent_usd == pytest.approx(0.04)


async def test_an_unknown_price_is_one_call_for_all(emulator: Emulator, journal: Path) -> None:
    async with opened("sync", emulator, max_cost_usd=1, journal=journal) as first:
        await submit(first, UNPRICED)
        async with opened("async", emulator, max_cost_usd=1, journal=journal) as second:
            with pytest.raises(CostLimitReached, match="its price is unknown"):
                await submit(second, UNPRICED)


async def test_a_cancelled_task_gives_its_share_back(emulator: Emulator, journal: Path) -> None:
    async with opened("async", emulator, max_cost_usd=1, journal=journal) as client:
        for pause in (0, 0.001, 0.003, 0.01, 0.03):
            task = asyncio.create_task(submit(client))
            await asyncio.sleep(pause)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.2)  # until the last thread has ended
        assert client.spent_usd == pytest.approx(0.04 * len(posts(emulator)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_goes_on_counting(journal: Path) -> None:
    ledger = Ledger(1.0, journal, SERVICE)
    ledger.reserve(Charge("parent", "m", {}), PRICE)
    child = os.fork()
    if not child:
        try:
            ledger.reserve(Charge("child", "m", {}), PRICE)
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert ledger.spent == pytest.approx(0.08)
    ledger.reserve(Charge("again", "m", {}), PRICE)
    assert ledger.spent == pytest.approx(0.12)


def test_only_the_owner_may_read_it_and_it_holds_no_prompt(journal: Path) -> None:
    ledger = Ledger(1.0, journal, SERVICE)
    ledger.reserve(Charge("1", "m", {"prompt": "a secret", "n": 2}), PRICE)
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert b"secret" not in journal.read_bytes()
    assert Ledger(1.0, journal, SERVICE).spent == pytest.approx(0.08)


def test_a_journal_of_a_batch_is_refused_and_the_other_way_round(
    journal: Path, tmp_path: Path
) -> None:
    Ledger(1.0, journal, SERVICE)
    with pytest.raises(JournalError, match="must be a journal of a batch; got another file"):
        Journal(journal)
    batch = tmp_path / "jobs.sqlite"
    Journal(batch, create=True).close()
    before = batch.read_bytes()
    with pytest.raises(JournalError, match="such as the journal of a batch"):
        Ledger(1.0, batch, SERVICE)
    assert batch.read_bytes() == before


def test_a_journal_counts_the_dollars_of_one_service(journal: Path) -> None:
    Ledger(1.0, journal, SERVICE)
    with pytest.raises(JournalError, match=f"counts the costs of {SERVICE}"):
        Ledger(1.0, journal, "https://model-api.runcomfy.net/v1")


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0junk"])
def test_a_file_that_is_no_journal_is_left_alone(journal: Path, content: bytes) -> None:
    journal.write_bytes(content)
    with pytest.raises(JournalError) as caught:
        Ledger(1.0, journal, SERVICE)
    assert str(journal) in str(caught.value)
    assert journal.read_bytes() == content


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "no" / "such" / "folder.sqlite"):
        with pytest.raises(JournalError, match="journal"):
            Ledger(1.0, place, SERVICE)


@pytest.mark.parametrize(("column", "value"), [
    ("estimate", "'much'"), ("cost", "-1"), ("fields", "'{'"), ("cost", "9e999"),
])  # fmt: skip
def test_a_damaged_row_stops_the_spending(journal: Path, column: str, value: str) -> None:
    Ledger(1.0, journal, SERVICE).reserve(Charge("1", "m", {}), PRICE)
    with sqlite3.connect(journal) as database:
        database.execute(f"UPDATE charges SET {column} = {value}")
    database.close()
    with pytest.raises(JournalError, match="the row of '1' is damaged"):
        Ledger(1.0, journal, SERVICE)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_journal_that_is_lost_costs_no_job(
    kind: Kind, emulator: Emulator, journal: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Return what was accepted, and post nothing more."""
    emulator.behaviour = Behaviour(statuses=("completed",))
    async with opened(kind, emulator, max_cost_usd=1, journal=journal) as client:
        job = await submit(client)
        with sqlite3.connect(journal) as database:
            database.execute("DROP TABLE charges")
        database.close()
        assert (await settled(job.wait(timeout=20))).cost is not None
        assert "the estimate counts" in caplog.text
        with pytest.raises(JournalError, match="cannot be used") as caught:
            await submit(client)
        assert caught.value.retry_safe
    assert len(posts(emulator)) == 1


def test_a_pickled_client_has_the_journal(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", "token")
    with runcomfy.RunComfy(max_cost_usd=5, journal=journal) as client:
        Ledger(5, journal, client.base_url).reserve(Charge("1", "m", {}), PRICE)
        with pickle.loads(pickle.dumps(client)) as copy:
            assert copy.spent_usd == pytest.approx(0.04)


def test_a_relative_journal_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ledger = Ledger(1.0, "money.sqlite", SERVICE)
    assert ledger.path == tmp_path / "money.sqlite"
