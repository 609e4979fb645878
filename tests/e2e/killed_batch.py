"""A batch that is killed again and again: is every request accepted once, and every result on disk?

    PYTHONPATH=generated python tests/e2e/killed_batch.py 1000 10

The batch is a process of its own, which SIGKILL ends at random moments, against an emulator that fails
at random. Unknown outcomes are resolved as a person would: by looking at the service.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from runcomfy import AsyncRunComfy
from runcomfy._transport.retry import RetryPolicy
from runcomfy.batches import Entry, Journal
from runcomfy.testing import Behaviour, Chaos, EmulatedEndpoint, Emulator, Job

SDK = Path(__file__).parents[2] / "generated"
MODEL_ID = "acme/demo/text-to-image"
ENDPOINT = EmulatedEndpoint(
    MODEL_ID,
    {"type": "object", "properties": {"prompt": {"type": "string"}}},
    {},
    categories=("text-to-image",),
    base_price_usd=0.04,
    price_unit="output",
)
TIMEOUT = 1.0  # seconds for one exchange: a stalled submit costs as much
POLICY = RetryPolicy(first_poll=0.05, longest_poll=0.2, first_retry=0.05, longest_retry=0.2)
LONGEST_DELAY = 0.3  # seconds between the submit that was waited for and the kill


@dataclass
class Tally:
    """The counts of a run. kills: of a process that was still at work."""

    requests: int
    kills: int = 0
    attached: int = 0
    tried_again: int = 0
    states: Counter[str] = field(default_factory=Counter[str])
    files: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        states = ", ".join(f"{count:,} {state}" for state, count in self.states.most_common())
        return (
            f"{self.requests:,} requests, killed {self.kills} times: each accepted once ({states}), "
            f"{self.files:,} files; {self.attached + self.tried_again} were in doubt, of which "
            f"{self.attached} had been accepted; {self.seconds:.0f} s"
        )


# -- the batch, in a process of its own ----------------------------------------------------


async def run_batch(home: Path, base_url: str, requests: int) -> None:
    async with AsyncRunComfy(Emulator([]).token, base_url=base_url, http_timeout=TIMEOUT) as client:
        client._api = replace(client._api, retry_policy=POLICY)
        await client.batch(
            [{"model_id": MODEL_ID, "input": {"prompt": str(n)}} for n in range(1, requests + 1)],
            journal=home / "jobs.sqlite",
            folder=home / "out",
            concurrency=max(requests // 15, 3),
            timeout=60,
        ).run()


class Process:
    """One run of the batch."""

    def __init__(self, home: Path, base_url: str, requests: int) -> None:
        command = [sys.executable, __file__, "run", str(home), base_url, str(requests)]
        self._process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(SDK)})

    def kill(self, is_due: Callable[[], bool], delay: float) -> bool:
        """Kills it some seconds after it has come so far; whether it was still at work."""
        while not is_due() and self._process.poll() is None:
            time.sleep(0.005)
        time.sleep(delay)
        was_at_work = self._process.poll() is None
        self._process.kill()
        self._process.wait()
        return was_at_work

    def end(self, seconds: float = 600.0) -> None:
        assert self._process.wait(seconds) == 0, "the batch itself failed"


# -- the accounts --------------------------------------------------------------------------


def resolve(journal: Path, by_prompt: dict[str, list[Job]], tally: Tally) -> int:
    """Do what a person does who looks under Generations.

    Return how many requests are still open.
    """
    with Journal(journal) as opened:
        for entry in opened.entries("unknown"):
            if jobs := by_prompt.get(entry.key):
                opened.attach(entry.key, jobs[0].request_id)
                tally.attached += 1
            else:
                opened.retry(entry.key)
                tally.tried_again += 1
        return len(opened.entries("pending", "refused", "unknown", "submitted"))


def problems(entries: Sequence[Entry], jobs: dict[str, list[Job]], home: Path) -> list[str]:
    """Every way in which the journal, the folder and the emulator's record do not fit."""
    found = [f"{key}: accepted {len(each)} times" for key, each in jobs.items() if len(each) != 1]
    found += [f"{key}: accepted, but not in the journal" for key in jobs.keys() - _keys(entries)]
    expected_files: set[Path] = set()
    for entry in entries:
        job = jobs[entry.key][0] if entry.key in jobs else None
        if job is None or job.request_id != entry.request_id:
            found.append(f"{entry.key}: known as {entry.request_id}, accepted as {job}")
            continue
        contents = [file.content for files in job.files.values() for file in files]
        has_result = job.succeeded and bool(contents)
        if (entry.state == "completed") != has_result:
            found.append(f"{entry.key}: {entry.state}, but the job is {job.state}")
        if has_result:
            paths = [home / name for name in entry.files]
            expected_files.update(paths)
            saved = [path.read_bytes() for path in paths if path.is_file()]
            if Counter(saved) != Counter(dict.fromkeys(contents, 1)):
                found.append(f"{entry.key}: its files are not those of the job: {entry.files}")
    if left := sorted({*(home / "out").iterdir()} - expected_files):
        found.append(f"files that belong to nobody: {[path.name for path in left[:5]]}")
    return found


def _keys(entries: Sequence[Entry]) -> set[str]:
    return {entry.key for entry in entries}


def jobs_by_prompt(emulator: Emulator) -> dict[str, list[Job]]:
    found: dict[str, list[Job]] = {}
    for job in list(emulator.jobs.values()):
        found.setdefault(job.body["prompt"], []).append(job)
    return found


def prove(
    home: Path, requests: int, kills: int, seed: int = 7, rate: float = 0.2
) -> tuple[Tally, list[str]]:
    """Run the whole proof. Return what happened, and what is wrong."""
    tally, dice, start = Tally(requests), random.Random(seed), time.monotonic()
    journal = home / "jobs.sqlite"
    with Emulator([ENDPOINT], behaviour=Behaviour(chaos=Chaos(seed, rate))) as emulator:
        for number in range(kills):
            due = round(requests * (number + dice.random()) / (kills + 1)) + 1
            process = Process(home, emulator.base_url, requests)
            is_due = partial(_has_accepted, emulator, due)
            tally.kills += process.kill(is_due, dice.uniform(0, LONGEST_DELAY))
            resolve(journal, jobs_by_prompt(emulator), tally)
        for _ in range(20):
            Process(home, emulator.base_url, requests).end()
            if not resolve(journal, jobs_by_prompt(emulator), tally):
                break
        jobs = jobs_by_prompt(emulator)
        with Journal(journal) as opened:
            entries = opened.entries()
        found = problems(entries, jobs, home)
    if len(entries) != requests:
        found.append(f"{len(entries)} entries of {requests} requests")
    tally.states = Counter(entry.state for entry in entries)
    tally.files = sum(len(entry.files) for entry in entries)
    tally.seconds = time.monotonic() - start
    return tally, found


def _has_accepted(emulator: Emulator, count: int) -> bool:
    return len(emulator.jobs) >= count


def main(arguments: Sequence[str]) -> int:
    logging.getLogger("runcomfy").setLevel(logging.CRITICAL)  # the last line says it in short
    if arguments[:1] == ["run"]:
        asyncio.run(run_batch(Path(arguments[1]), arguments[2], int(arguments[3])))
        return 0
    requests, kills = int(arguments[0]), int(arguments[1])
    with tempfile.TemporaryDirectory() as home:
        tally, wrong = prove(Path(home), requests, kills)
    print(tally)
    print(*(wrong[:20] or ["every request is accounted for"]), sep="\n")
    return bool(wrong) or tally.kills != kills


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
