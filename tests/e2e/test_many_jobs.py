"""Many jobs through an emulator that fails at random; `many_jobs.py 10000` is the full proof."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from .many_jobs import MOST_GROWTH, Accepted, Run, Story, leaks, problems, prove, summary

JOBS = 260

STORY = Story("a 1", "job", "r-1", "result", "http://127.0.0.1/outputs/r-1-1.png")
JOB = Accepted("a 1", "r-1", "completed", has_output=True, faults=("html_502",))
UNKNOWN = replace(STORY, submit="SubmitOutcomeUnknown", request_id=None, end="", url="")
REFUSED = replace(UNKNOWN, submit="RateLimitError")


def test_every_job_is_accounted_for() -> None:
    # The search for tokens lets the collector run far more often than a process does.
    threshold = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    try:
        runs, service, wrong = prove(JOBS)
    finally:
        gc.set_threshold(*threshold)
    table = summary(runs, service)
    assert wrong == [], table
    # It was no easy day: all that may happen did.
    assert len({fault for job in service.accepted for fault in job.faults}) >= 14, table
    for run in runs:
        seen = {story.submit for story in run.stories} | {story.end for story in run.stories}
        expected = {"job", "result", "JobFailed", "JobCancelled", "OutputMissing"}
        assert seen >= expected | {"SubmitOutcomeUnknown", "RateLimitError"}, table


@pytest.mark.parametrize(
    ("story", "job"),
    [
        (STORY, JOB),
        (UNKNOWN, JOB),
        (replace(STORY, end="JobFailed", url=""), replace(JOB, state="failed")),
        (replace(STORY, end="JobCancelled", cancel="cancelled"), replace(JOB, state="canceled")),
        (replace(STORY, end="OutputMissing", url=""), replace(JOB, has_output=False)),
    ],
)
def test_what_fits_is_right(story: Story, job: Accepted) -> None:
    assert problems([story], [job]) == []
    assert problems([UNKNOWN], []) == []
    assert problems([REFUSED], []) == []


@pytest.mark.parametrize(
    ("stories", "accepted", "said"),
    [
        ([STORY], [JOB, replace(JOB, request_id="r-2")], "accepted 2 times"),
        ([UNKNOWN, UNKNOWN], [JOB], "2 stories"),
        ([], [JOB], "nobody tells"),
        ([REFUSED], [JOB], "told as RateLimitError"),
        ([replace(STORY, request_id="r-2")], [JOB], "known as r-2"),
        ([STORY], [], "never accepted"),
        ([replace(UNKNOWN, submit="TypeError")], [], "ended as TypeError"),
        ([replace(STORY, end="WaitTimeout")], [JOB], "not as result"),
        ([STORY], [replace(JOB, state="failed")], "not as JobFailed"),
        ([replace(STORY, url="http://127.0.0.1/outputs/r-2-1.png")], [JOB], "another job"),
        ([replace(STORY, cancel="cancelled")], [JOB], "told as cancelled"),
    ],
)
def test_what_does_not_fit_is_found(
    stories: list[Story], accepted: list[Accepted], said: str
) -> None:
    assert said in "\n".join(problems(stories, accepted))


def test_leaks_are_found() -> None:
    assert leaks(Run("sync", growth=MOST_GROWTH)) == []
    assert "thread x is left" in leaks(Run("sync", left=["thread x"]))[0]
    assert "memory grew" in leaks(Run("sync", growth=MOST_GROWTH + 1))[0]
