"""The recipe of the SDK's README on two workers, of which one is killed in the middle of its part.

python dask_recipe.py FOLDER REQUESTS    (token and base URL in the environment)
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from distributed import Client
from runcomfy import Part, Report, RunComfy, partition

PARTS = 4
MODEL_ID = "acme/demo/text-to-image"


def run_part(part: Part) -> Report[Any]:
    """Run a part as the README does; the first worker that gets the first part dies of it."""
    died = part.journal.with_suffix(".died")
    with RunComfy() as client:
        folder = part.journal.parent / "out"
        batch = client.batch(part.requests, journal=part.journal, create=False, folder=folder)
        if part.journal.name == "part-0.sqlite" and not died.exists():
            for _ in batch.as_completed():
                died.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return batch.run()


def main(folder: Path, count: int) -> None:
    given = [{"model_id": MODEL_ID, "input": {"prompt": str(n)}} for n in range(1, count + 1)]
    parts = partition(given, folder, PARTS)
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as dask:  # type: ignore[no-untyped-call]
        for report in dask.gather(dask.map(run_part, parts, pure=False)):
            print(*(f"{outcome.key} {outcome.state}" for outcome in report.outcomes), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
