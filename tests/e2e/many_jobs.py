"""Many paid jobs through an emulator that fails at random: is every one of them accounted for?

    python tests/e2e/many_jobs.py 10000

Half of them go through each client. The emulator runs in a process of its own, as the service does;
its record of what it accepted is the truth that the clients' stories are compared with.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from runcomfy_codegen.runtime._client import AsyncClient, SyncClient
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime.errors import (
    RunComfyError,
    SubmitOutcomeUnknown,
)
from runcomfy_codegen.runtime.testing import Behaviour, Chaos, EmulatedEndpoint, Emulator

T = TypeVar("T")

MODEL_ID = "acme/demo/text-to-image"
ENDPOINT = EmulatedEndpoint(
    MODEL_ID,
    {"type": "object", "properties": {"prompt": {"type": "string"}}},
    {},
    categories=("text-to-image",),
    base_price_usd=0.04,
)
TIMEOUT = 2.0  # seconds for one exchange: a stalled submit costs as much
PATIENCE = 120.0  # seconds for a job that takes one or two
POLICY = RetryPolicy(first_poll=0.05, longest_poll=0.05, first_retry=0.05, longest_retry=0.2)
TASKS, THREADS = 300, 64
CANCEL_EVERY = 20
MOST_GROWTH = 24 * 2**20  # bytes between 20 % and 100 % of the jobs of a client


@dataclass(frozen=True)
class Story:
    """The story of one job, as a client's user learned it.

    submit: "job", or the name of the error; end: "result", or the name of the error;
    url: of the output; cancel: the answer to a cancel, if one was asked for.
    """

    marker: str
    submit: str
    request_id: str | None = None
    end: str = ""
    url: str = ""
    cancel: str = ""


@dataclass(frozen=True)
class Accepted:
    """A job that the emulator accepted. faults: those that its requests met."""

    marker: str
    request_id: str
    state: str
    has_output: bool
    faults: tuple[str, ...]


@dataclass
class Run:
    """One client's part. growth: bytes of memory; left: threads, tasks and files left open."""

    name: str
    stories: list[Story] = field(default_factory=list[Story])
    seconds: float = 0.0
    growth: int = 0
    left: list[str] = field(default_factory=list[str])


# -- the emulator, in a process of its own -------------------------------------------------


def serve(seed: int, rate: float) -> None:
    """Says where it listens; at the end of its input, says what it accepted."""
    with Emulator([ENDPOINT], behaviour=Behaviour(chaos=Chaos(seed, rate))) as emulator:
        print(emulator.base_url, flush=True)
        sys.stdin.read()
    faults: dict[str, list[str]] = {request_id: [] for request_id in emulator.jobs}
    refusals: Counter[str] = Counter()
    for request in emulator.received:
        if request.fault and request.request_id:
            faults[request.request_id].append(request.fault)
        elif request.fault:
            refusals[request.fault] += 1
    accepted = [
        Accepted(
            job.body["prompt"],
            job.request_id,
            job.state.lower(),
            bool(job.carriers),
            tuple(faults[job.request_id]),
        )
        for job in emulator.jobs.values()
    ]
    record = {"requests": len(emulator.received), "refusals": refusals}
    print(json.dumps(record | {"accepted": [asdict(job) for job in accepted]}))


class Service:
    """The emulator's process. accepted and requests are known after it was stopped."""

    def __init__(self, seed: int, rate: float) -> None:
        command = [sys.executable, __file__, "serve", str(seed), str(rate)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()
        self.accepted: list[Accepted] = []
        self.requests = 0
        self.refusals: dict[str, int] = {}

    def stop(self) -> None:
        output, _ = self._process.communicate(timeout=60)
        record = json.loads(output)
        self.requests, self.refusals = record["requests"], record["refusals"]
        self.accepted = [
            replace(Accepted(**job), faults=tuple(job["faults"])) for job in record["accepted"]
        ]


# -- the clients ---------------------------------------------------------------------------


async def settled(value: Any) -> Any:
    """Return the value, or what it gives when awaited: one story serves both clients."""
    return await value if inspect.isawaitable(value) else value


def without_loop(story: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends, as that of a blocking client does not."""
    try:
        story.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise AssertionError("a blocking client made its caller wait for an event loop")


async def live(client: Any, marker: str, *, cancels: bool) -> Story:
    """One job from its submit to its end. What is not an error of the SDK ends the whole run."""
    try:
        job = await settled(client.untyped(MODEL_ID).submit({"prompt": marker}))
    except RunComfyError as error:
        return Story(marker, type(error).__name__, error.request_id)
    cancel = await settled(job.cancel(timeout=PATIENCE)) if cancels else ""
    end, url = "result", ""
    try:
        result = await settled(job.wait(PATIENCE))
        url = result.urls[0]
    except RunComfyError as error:
        end = type(error).__name__
    return Story(marker, "job", job.request_id, end, url, cancel)


def opened(kind: type[T], base_url: str) -> T:
    client: Any = kind(Emulator([]).token, base_url=base_url, http_timeout=TIMEOUT)  # type: ignore[call-arg]
    client._api = replace(client._api, retry_policy=POLICY)
    return client  # type: ignore[no-any-return]


def markers(name: str, jobs: int) -> list[tuple[str, bool]]:
    """Return a prompt that no other job has, and whether the job is to be cancelled."""
    return [(f"{name} {n}", n % CANCEL_EVERY == 0) for n in range(jobs)]


class Watch:
    """Takes the memory after a fifth of the jobs and after the last one."""

    def __init__(self, run: Run, jobs: int) -> None:
        self._run, self._fifth, self._jobs = run, max(jobs // 5, 1), jobs
        self._start = 0

    def add(self, story: Story) -> None:
        self._run.stories.append(story)
        done = len(self._run.stories)
        if done in (self._fifth, self._jobs):
            gc.collect()
            memory = resident()
            self._start = self._start or memory
            self._run.growth = memory - self._start


def run_async(base_url: str, jobs: int) -> Run:
    """Run all jobs on one event loop, `TASKS` at a time."""
    run = Run("async")

    async def body() -> None:
        watch, todo = Watch(run, jobs), iter(markers("async", jobs))

        async def worker(client: AsyncClient) -> None:
            for marker, cancels in todo:
                watch.add(await live(client, marker, cancels=cancels))

        async with opened(AsyncClient, base_url) as client:
            await asyncio.gather(*(worker(client) for _ in range(TASKS)))
        others = asyncio.all_tasks() - {asyncio.current_task()}
        run.left += [f"task {task.get_name()}" for task in others]

    with measured(run):
        asyncio.run(body())
    return run


def run_sync(base_url: str, jobs: int) -> Run:
    """Run all jobs on one client that `THREADS` threads share."""
    run, lock = Run("sync"), threading.Lock()
    with measured(run):
        watch = Watch(run, jobs)

        def one(client: SyncClient, marker: str, cancels: bool) -> None:
            story = without_loop(live(client, marker, cancels=cancels))
            with lock:
                watch.add(story)

        with opened(SyncClient, base_url) as client, ThreadPoolExecutor(THREADS) as pool:
            for future in [pool.submit(one, client, *marker) for marker in markers("sync", jobs)]:
                future.result()
    return run


@contextlib.contextmanager
def measured(run: Run) -> Generator[None]:
    threads, files, start = set(threading.enumerate()), open_files(), time.monotonic()
    yield
    run.seconds = time.monotonic() - start
    gc.collect()
    run.left += [f"thread {thread.name}" for thread in set(threading.enumerate()) - threads]
    run.left += [f"{name} open as {number}" for number, name in open_files() - files]


def resident() -> int:
    """Bytes of memory of this process; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def open_files() -> set[tuple[str, str]]:
    """Numbers and names of open files and sockets; empty where the system does not say."""
    found: set[tuple[str, str]] = set()
    with contextlib.suppress(OSError):
        for file in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):  # the listing's own is gone
                found.add((file.name, str(file.readlink())))
    return found


# -- the accounts --------------------------------------------------------------------------

_UNKNOWN = SubmitOutcomeUnknown.__name__
# 429 and 503 are all that refuse under this chaos; WaitTimeout: no time was left to post anything.
_REFUSALS = {"RateLimitError", "ServerError", "WaitTimeout"}
_ENDS = {"failed": "JobFailed", "cancelled": "JobCancelled", "canceled": "JobCancelled"}


def problems(stories: Sequence[Story], accepted: Sequence[Accepted]) -> list[str]:
    """Every way in which the clients' stories and the emulator's record do not fit."""
    found: list[str] = []
    told = Counter(story.marker for story in stories)
    found += [f"{marker}: {n} stories of one submit" for marker, n in told.items() if n != 1]
    times = Counter(job.marker for job in accepted)
    found += [f"{marker}: accepted {n} times" for marker, n in times.items() if n != 1]
    by_marker = {story.marker: story for story in stories}
    by_id = {job.request_id: job for job in accepted}
    for job in accepted:
        if (story := by_marker.get(job.marker)) is None:
            found.append(f"{job.marker}: accepted, but nobody tells of it")
        elif story.submit == "job" and story.request_id != job.request_id:
            found.append(f"{job.marker}: known as {story.request_id}, not as {job.request_id}")
        elif story.submit not in ("job", _UNKNOWN):
            found.append(f"{job.marker}: accepted, but told as {story.submit}")
    for story in stories:
        if story.submit == "job":
            found += _end_problems(story, by_id.get(story.request_id or ""))
        elif story.submit not in _REFUSALS | {_UNKNOWN}:
            found.append(f"{story.marker}: the submit ended as {story.submit}")
    return found


def _end_problems(story: Story, job: Accepted | None) -> list[str]:
    if job is None:
        return [f"{story.marker}: request {story.request_id} was never accepted"]
    expected = _ENDS.get(job.state, "result" if job.has_output else "OutputMissing")
    found: list[str] = []
    if story.end != expected:
        found.append(f"{story.marker}: ended as {story.end}, not as {expected} ({job.faults})")
    if story.end == "result" and job.request_id not in story.url:
        found.append(f"{story.marker}: has the output of another job: {story.url}")
    if story.cancel == "cancelled" and expected != "JobCancelled":
        found.append(f"{story.marker}: told as cancelled, but it is {job.state}")
    return found


def leaks(run: Run) -> list[str]:
    """Return what the client kept."""
    left = [f"{run.name}: {what} is left" for what in run.left]
    if run.growth > MOST_GROWTH:
        left.append(f"{run.name}: memory grew by {run.growth / 2**20:.1f} MB")
    return left


def prove(jobs: int, seed: int = 7, rate: float = 0.2) -> tuple[list[Run], Service, list[str]]:
    """Run the whole proof. Return what was run, the record, and what is wrong."""
    service = Service(seed, rate)
    try:
        runs = [run_async(service.url, jobs // 2), run_sync(service.url, jobs - jobs // 2)]
    finally:
        service.stop()
    stories = [story for run in runs for story in run.stories]
    wrong = problems(stories, service.accepted)
    if len(stories) != jobs:
        wrong.append(f"{len(stories)} stories of {jobs} jobs")
    return runs, service, wrong + [leak for run in runs for leak in leaks(run)]


def summary(runs: Sequence[Run], service: Service) -> str:
    lines = [f"{'':<24}" + "".join(f"{run.name:>8}" for run in runs)]
    for title, key in (("submit", "submit"), ("end", "end"), ("cancel", "cancel")):
        counts = [Counter(getattr(story, key) for story in run.stories) for run in runs]
        for name in sorted({name for count in counts for name in count if name}):
            row = "".join(f"{count[name]:>8,}" for count in counts)
            lines.append(f"{title + ' ' + name:<24}{row}")
    lines.append(f"{'seconds':<24}" + "".join(f"{run.seconds:>8.1f}" for run in runs))
    lines.append(f"{'memory, MB':<24}" + "".join(f"{run.growth / 2**20:>+8.1f}" for run in runs))
    faults = Counter(fault for job in service.accepted for fault in job.faults)
    faults.update(service.refusals)
    lines.append(
        f"{service.requests:,} requests, {sum(faults.values()):,} faults of {len(faults)} kinds, "
        f"{len(service.accepted):,} jobs accepted, "
        f"{sum(bool(job.faults) for job in service.accepted):,} of them met a fault"
    )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["serve"]:
        serve(int(arguments[1]), float(arguments[2]))
        return 0
    logging.getLogger("runcomfy").setLevel(logging.CRITICAL)  # the table says it in short
    runs, service, wrong = prove(int(arguments[0]) if arguments else 10_000)
    print(summary(runs, service))
    print(*(wrong[:20] or ["every job is accounted for"]), sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
