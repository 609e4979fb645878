"""The state of submitted jobs and the replies to their reads: pure protocol, no HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import Any

from .._api.states import SUCCESS, TERMINAL
from ._behaviour import Behaviour, CancelReply, Carrier
from ._endpoints import EmulatedEndpoint
from ._outputs import OutputFile, carriers_of, output_files

Reply = dict[str, Any]

_QUEUED = {"in_queue", "queued", "pending", "waiting"}  # in the words of every official client


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Job:
    """One accepted submit. state: what a read last reported, before any: the first of the course.

    reads: how many status and result reads there were; course: the behaviour it was accepted under.
    """

    request_id: str
    endpoint: EmulatedEndpoint
    body: Mapping[str, Any]
    course: Behaviour
    state: str = ""
    reads: int = 0
    created_at: str = field(default_factory=_now)
    finished_at: str | None = None
    cost_reads: int = 0
    late_results: int = 0

    @property
    def model_id(self) -> str:
        return self.endpoint.model_id

    @property
    def is_queued(self) -> bool:
        return self.state.lower() in _QUEUED

    @property
    def is_terminal(self) -> bool:
        return self.state.lower() in TERMINAL

    @property
    def succeeded(self) -> bool:
        return self.state.lower() in SUCCESS

    @property
    def failed(self) -> bool:
        return self.state.lower() == "failed"

    def advance(self) -> None:
        """Move to the next state of the course, as each read does. A terminal state stays."""
        if not self.is_terminal:
            self.move_to(self.course.statuses[min(self.reads, len(self.course.statuses) - 1)])
        self.reads += 1

    def move_to(self, state: str) -> None:
        """Set the state and, at the end, the time."""
        self.state = state
        if self.is_terminal and self.finished_at is None:
            self.finished_at = _now()

    @property
    def queue_position(self) -> int:
        """How many more reads will find it in the queue: counts down to 0."""
        ahead = 0
        for state in self.course.statuses[self.reads :]:
            if state.lower() not in _QUEUED:
                break
            ahead += 1
        return ahead

    @property
    def carriers(self) -> tuple[Carrier, ...]:
        """The keys of its output."""
        given = self.course.carriers
        return carriers_of(self.endpoint, self.body) if given is None else given

    @cached_property
    def files(self) -> dict[Carrier, list[OutputFile]]:
        """Its output files, by the key of the output that names them."""
        return {
            carrier: output_files(self.request_id, self.endpoint, self.body, carrier)
            for carrier in self.carriers
        }


class JobStore:
    """All jobs of one emulator. base_url: what the `*_url` values of a reply begin with."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}

    def accept(
        self,
        endpoint: EmulatedEndpoint,
        body: Mapping[str, Any],
        behaviour: Behaviour,
        *,
        base_url: str,
    ) -> Reply:
        """Make a job, and the reply to its submit."""
        job = Job(str(uuid.uuid4()), endpoint, body, behaviour)
        job.move_to(behaviour.statuses[0])
        self.jobs[job.request_id] = job
        urls = _urls(base_url, job, "status", "result", "cancel")
        return {"request_id": job.request_id, **urls}

    def status(self, job: Job, *, base_url: str) -> Reply:
        """Answer a status read; the job moves on by one step."""
        job.advance()
        return _state(job, base_url) | ({"error": job.course.failure} if job.failed else {})

    def result(
        self, job: Job, *, include_cost: bool, base_url: str, outputs_url: str
    ) -> tuple[bool, Reply]:
        """Answer a result read: whether the job has ended, and the reply."""
        job.advance()
        if job.is_terminal and job.late_results < job.course.result_lag:
            job.late_results += 1
            return False, _state(job, base_url) | {"status": "in_progress"}
        if not job.is_terminal:
            return False, _state(job, base_url)
        reply: Reply = {
            "request_id": job.request_id,
            "model_id": job.model_id,
            "status": job.state,
            "created_at": job.created_at,
            "finished_at": job.finished_at,
        }
        if job.failed:
            reply["error"] = {"type": "generation_failed", "message": job.course.failure}
        if job.succeeded:
            reply["output"] = {
                carrier: (
                    [outputs_url + file.name for file in files]
                    if carrier.endswith("s")
                    else outputs_url + files[0].name
                )
                for carrier, files in job.files.items()
            }
            if include_cost:
                reply |= self._cost(job)
        return True, reply

    def cancel(self, job: Job, manner: CancelReply) -> Reply:
        """Answer a cancel. Only queued jobs can be cancelled."""
        if manner == "cancellation_requested":
            return {"request_id": job.request_id, "status": manner}
        if manner == "not_cancellable" and job.is_queued:
            job.move_to("in_progress")
            job.reads = max(job.reads, _after_queue(job.course.statuses))
        if job.is_queued:
            job.move_to("cancelled")
        outcome = "cancelled" if job.state == "cancelled" else "not_cancellable"
        reply: Reply = {"request_id": job.request_id, "status": job.state, "outcome": outcome}
        reply.pop(manner.removeprefix("no_"), None)
        return reply

    def file(self, name: str) -> OutputFile | None:
        """Return the output file of a name, once its job has it."""
        job = self.jobs.get(name.rpartition("-")[0])
        if job is None or not job.succeeded:
            return None
        files = chain.from_iterable(job.files.values())
        return next((file for file in files if file.name == name), None)

    def _cost(self, job: Job) -> Reply:
        """Return the price times the number of outputs; an endpoint without a price costs nothing here."""
        job.cost_reads += 1
        if job.course.cost == "never" or (job.course.cost == "late" and job.cost_reads == 1):
            return {}
        names = {file.name for file in chain.from_iterable(job.files.values())}
        return {"cost": round((job.endpoint.base_price_usd or 0.0) * len(names), 6)}


def _after_queue(statuses: tuple[str, ...]) -> int:
    """Return the index of the first state that is not in the queue."""
    return next(
        (i for i, state in enumerate(statuses) if state.lower() not in _QUEUED), len(statuses)
    )


def _state(job: Job, base_url: str) -> Reply:
    queue = {"queue_position": job.queue_position} if job.is_queued else {}
    reply: Reply = {"request_id": job.request_id, "status": job.state, **queue}
    return reply | _urls(base_url, job, "status", "result")


def _urls(base_url: str, job: Job, *names: str) -> Reply:
    return {f"{n}_url": f"{base_url}/v1/requests/{job.request_id}/{n}" for n in names}
