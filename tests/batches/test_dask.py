"""Dask runs a part again when its worker dies, and nothing is submitted twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from runcomfy import Journal
from runcomfy.testing import Emulator

pytest.importorskip("distributed", reason="the recipe needs Dask distributed")
RECIPE = Path(__file__).with_name("dask_recipe.py")
COUNT = 40


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_part_whose_worker_died_is_completed_by_another(
    tmp_path: Path, emulator: Emulator
) -> None:
    done = subprocess.run(
        [sys.executable, RECIPE, str(tmp_path / "jobs"), str(COUNT)],
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "RUNCOMFY_API_TOKEN": emulator.token,
            "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "jobs" / "part-0.died").exists()
    states = dict(line.split() for line in done.stdout.splitlines())
    assert states.keys() == {str(number) for number in range(1, COUNT + 1)}
    # What it was submitting when it died is in doubt, and nobody submits it again.
    assert set(states.values()) <= {"completed", "unknown"}
    accepted = Counter(job.body["prompt"] for job in emulator.jobs.values())
    assert set(accepted.values()) == {1}
    assert {key for key, state in states.items() if state == "completed"} <= accepted.keys()
    assert len(accepted) > COUNT - 16
    for path in (tmp_path / "jobs").glob("part-*.sqlite"):
        with Journal(path) as journal:
            for entry in journal.entries("completed"):
                assert all((path.parent / name).is_file() for name in entry.files)
