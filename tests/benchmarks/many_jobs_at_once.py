"""One side of the benchmark of many waiting jobs, in a process of its own.

`python many_jobs_at_once.py sdk|hand|batch JOBS BASE_URL` prints seconds and bytes per waiting job as
JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx

MODEL = "openai/gpt-image-2/edit"
IMAGES = ["https://example.com/a.webp"]
WARM_UP = 100  # jobs
Job = Callable[[int], Coroutine[Any, Any, None]]


async def by_hand(base_url: str, use: Callable[[Job], Coroutine[Any, Any, None]]) -> None:
    """Do what a careful engineer writes: the same pauses, the same limits, replies checked."""
    async with httpx.AsyncClient(
        base_url=f"{base_url}/v1",
        headers={"Authorization": "Bearer benchmark"},
        timeout=httpx.Timeout(60, connect=10),
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=100),
    ) as http:

        async def call(method: str, path: str, **options: Any) -> Any:
            response = await http.request(method, path, **options)
            response.raise_for_status()
            return response.json()

        async def job(number: int) -> None:
            body = {"prompt": f"number {number}", "images": IMAGES}
            request_id = (await call("POST", f"/models/{MODEL}", json=body))["request_id"]
            polls = 0
            while (await call("GET", f"/requests/{request_id}/status"))["status"] != "completed":
                await asyncio.sleep(random.uniform(0.75, 1.25) * min(0.5 * 1.3**polls, 5))
                polls += 1
            result = await call(
                "GET", f"/requests/{request_id}/result", params={"include_cost": "true"}
            )
            assert result["output"]["image"]

        await use(job)


async def with_sdk(base_url: str, use: Callable[[Job], Coroutine[Any, Any, None]]) -> None:
    from runcomfy import AsyncRunComfy

    async with AsyncRunComfy("benchmark", base_url=base_url) as client:

        async def job(number: int) -> None:
            result = await client.openai.gpt_image_2.edit.run(
                prompt=f"number {number}", images=IMAGES
            )
            assert result.output.image

        await use(job)


async def as_batch(base_url: str, jobs: int) -> None:
    """Run all of them in one batch with a journal on the disk."""
    from runcomfy import AsyncRunComfy

    async def run(count: int) -> None:
        given = [
            {"model_id": MODEL, "input": {"prompt": f"number {number}", "images": IMAGES}}
            for number in range(count)
        ]
        with tempfile.TemporaryDirectory() as folder:
            batch = client.batch(given, journal=Path(folder, "jobs.sqlite"), concurrency=count)
            assert (await batch.run()).is_complete

    async with AsyncRunComfy("benchmark", base_url=base_url) as client:
        await measure(run, jobs)


async def measure(run: Callable[[int], Coroutine[Any, Any, None]], jobs: int) -> None:
    """run: that many jobs at once."""
    await run(WARM_UP)
    gc.collect()
    before = resident()
    peak = 0

    async def watch() -> None:
        nonlocal peak
        while True:
            await asyncio.sleep(0.1)
            peak = max(peak, resident())

    watcher = asyncio.create_task(watch())
    start = time.perf_counter()
    await run(jobs)
    seconds = time.perf_counter() - start
    watcher.cancel()
    print(json.dumps({"seconds": seconds, "bytes": (peak - before) / jobs}))


async def measure_jobs(job: Job, jobs: int) -> None:
    async def run(count: int) -> None:
        await asyncio.gather(*map(job, range(count)))

    await measure(run, jobs)


def resident() -> int:
    """Bytes of memory that the process holds."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    side, jobs, base_url = sys.argv[1:]
    if side == "batch":
        asyncio.run(as_batch(base_url, int(jobs)))
    else:
        start = {"sdk": with_sdk, "hand": by_hand}[side]
        asyncio.run(start(base_url, lambda job: measure_jobs(job, int(jobs))))
