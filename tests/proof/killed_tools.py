"""Toolboxes that share a journal and are killed at random points: is any call paid twice?

Two sessions make the same calls in random order, and repeat each until it is done or its outcome is
unknown. Each is killed at a random time and started again. In the end, the emulator must have accepted
at most one job for each call, exactly one for each that is done, and the journal must know all of them.

python -m tests.proof killed_tools 200
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from .table import Row

FULL = 200  # kills
ROOT = Path(__file__).parents[2]
_LONGEST_LIFE = 0.4  # seconds
_ROUND = 10  # kills of each session, after which there are new calls to make
_CALLS = 12  # new calls of each round
_MODEL = "openai/gpt-image-2/edit"
_TOOL = "openai_gpt_image_2_edit"
_IMAGE = "data:image/png;base64,iVBORw0KGgo="

# Imports once, then forks a session for each line that it reads, and says its process id.
SESSIONS = f"""
import os, random, sys
from dataclasses import replace
from runcomfy import RunComfy
from runcomfy._transport.retry import RetryPolicy
from runcomfy.tools import Toolbox
import runcomfy.batches, runcomfy._transport.drivers, runcomfy.models.openai.gpt_image_2.edit

FAST = RetryPolicy(first_poll=0.01, poll_growth=1.0, longest_poll=0.02, first_retry=0.01)
journal, folder = sys.argv[1:]

def session(calls):
    with RunComfy(preflight="off") as client:
        client._api = replace(client._api, retry_policy=FAST)
        box = Toolbox(client, only={_MODEL!r}, journal=journal, folder=folder, allow_spending=True)
        while calls:
            random.shuffle(calls)
            for prompt in list(calls):
                answer = box.call({_TOOL!r}, {{"prompt": prompt, "images": [{_IMAGE!r}]}})
                if answer.data["state"] in ("completed", "unknown"):
                    calls.remove(prompt)
                elif answer.is_error:
                    print(answer.text, file=sys.stderr, flush=True)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        random.seed(os.getpid())
        session(line.split())
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@dataclass
class Tally:
    """The counts of the sessions.

    Attributes:
        kills: How many were killed.
        complaints: What any of them complained about.
    """

    kills: int = 0
    complaints: list[str] = field(default_factory=list[str])


def main(count: int) -> list[Row]:
    """Kill sessions `count` times."""
    from runcomfy import Journal
    from runcomfy.testing import Behaviour, Emulator

    random.seed(1)
    tally = Tally()
    with tempfile.TemporaryDirectory() as home:
        behaviour = Behaviour(delay=0.03, statuses=("in_progress", "in_progress", "completed"))
        with Emulator(behaviour=behaviour) as emulator:
            environment = {
                "PYTHONPATH": str(ROOT / "generated"),
                "RUNCOMFY_API_TOKEN": emulator.token,
                "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
            }
            rounds = max(1, count // (2 * _ROUND))
            with sessions(home, environment, tally) as (one, other):
                for number in range(rounds):
                    calls = [f"call-{number}-{call}" for call in range(_CALLS)]
                    both([one, other], calls, tally)
            jobs = Counter(job.body["prompt"] for job in emulator.jobs.values())
        with Journal(Path(home, "agent.sqlite")) as journal:
            states = {str(entry.input["prompt"]): entry.state for entry in journal.entries()}
            known = len(journal.entries())
    failures = [*tally.complaints, *wrong(jobs, states)]
    made = rounds * _CALLS
    if known != made:
        failures.append(f"{made} calls have {known} rows in the journal")
    unknown = sum(state == "unknown" for state in states.values())
    intended = f"{made} calls, {unknown} of unknown outcome"
    return [
        Row("killed tools", "two sessions, SIGKILL: paid once", tally.kills, failures, intended)
    ]


def wrong(jobs: Counter[str], states: Mapping[str, str]) -> Iterator[str]:
    """Yield what must not be: a call that was paid twice, or is done without a job."""
    for prompt, count in jobs.items():
        if count > 1:
            yield f"{prompt} was paid {count} times"
        if prompt not in states:
            yield f"{prompt} was paid, and the journal does not know it"
    for prompt, state in states.items():
        if state not in ("completed", "unknown"):
            yield f"{prompt} ended as {state}"
        if state == "completed" and not jobs[prompt]:
            yield f"{prompt} is done without a job"


@contextmanager
def sessions(
    home: str, environment: dict[str, str], tally: Tally
) -> Iterator[list[subprocess.Popen[str]]]:
    """Start two processes that fork sessions."""
    arguments = [str(Path(home, "agent.sqlite")), str(Path(home, "out"))]
    log = Path(home, "log")
    with log.open("w") as errors:
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", SESSIONS, *arguments],
                env=os.environ | environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            for _ in range(2)
        ]
        try:
            yield processes
        finally:
            for process in processes:
                process.communicate(timeout=60)
    tally.complaints += log.read_text("utf-8").splitlines()


def both(processes: list[subprocess.Popen[str]], calls: list[str], tally: Tally) -> None:
    """Let both make the calls at the same time; each is killed some times, then left alone."""
    lives = [[random.uniform(0, _LONGEST_LIFE) for _ in range(_ROUND)] for _ in processes]
    threads = [
        threading.Thread(target=lived, args=(process, calls, times, tally))
        for process, times in zip(processes, lives, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def lived(
    process: subprocess.Popen[str], calls: list[str], lives: list[float], tally: Tally
) -> None:
    assert process.stdin
    assert process.stdout
    for seconds in [*lives, 0.0]:
        process.stdin.write(f"{' '.join(calls)}\n")
        process.stdin.flush()
        child = int(process.stdout.readline())
        if seconds:
            killer = threading.Timer(seconds, _kill, (child,))
            killer.start()
        code = int(process.stdout.readline())
        if seconds:
            killer.cancel()
        tally.kills += code == signal.SIGKILL


def _kill(child: int) -> None:
    with suppress(ProcessLookupError):  # it has ended by itself
        os.kill(child, signal.SIGKILL)
