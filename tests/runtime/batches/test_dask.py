"""Dask runs a part again when its worker dies, and nothing is submitted twice."""

from __future__ import annotations

import os
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
from runcomfy import Journal
from runcomfy.testing import Behaviour, Emulator

from ..._support.batches import python

# Not imported here: it changes how all exceptions of its process are pickled.
pytestmark = pytest.mark.skipif(
    find_spec("distributed") is None, reason="the recipe needs Dask distributed"
)
RECIPE = Path(__file__).with_name("dask_recipe.py")
COUNT = 40


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_part_whose_worker_died_is_completed_by_another(
    tmp_path: Path, emulator: Emulator
) -> None:
    done = python(RECIPE, tmp_path / "jobs", COUNT, emulator=emulator, seconds=120)
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


PICKLES = """
import pickle
from runcomfy import RunComfy
import distributed, tblib.pickling_support
tblib.pickling_support.install()  # as Dask does with what it sends
with RunComfy() as client:
    try:
        client.untyped("acme/demo/text-to-image").submit({"prompt": "x"})
    except Exception as error:
        print(type(error).__name__)
        data = pickle.dumps(error) + pickle.dumps(error.__cause__) + pickle.dumps(error.__context__)
        print(client._api.token.reveal().encode() in data)
"""


def test_errors_that_dask_sends_do_not_hold_the_token(emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(submit_fault="drop_after_accept")
    done = python("-c", PICKLES, emulator=emulator)
    assert done.stdout.split() == ["SubmitOutcomeUnknown", "False"], done.stderr
