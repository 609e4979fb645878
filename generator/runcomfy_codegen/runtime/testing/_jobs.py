"""The state of submitted jobs and the replies to their reads: pure protocol, no HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import Any, Protocol

from .._api.states import SUCCESS, TERMINAL
from ._behaviour import Behaviour, CancelReply, Carrier
from ._endpoints import EmulatedEndpoint
from ._outputs import OutputFile, carriers_of, output_files

Reply = dict[str, Any]

_QUEUED = {"in_queue", "queued", "pending", "waiting"}  # in the words of every official client


class ServedFile(Protocol):
    """A file under /outputs. name: the last segment of its URL."""

    @property
    def name(self) -> str: ...

    @property
    def content_type(self) -> str: ...

    @property
    def content(self) -> bytes: ...


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

    def cancel(self, manner: CancelReply) -> Reply:
        """Answer a cancel. Only queued jobs can be cancelled."""
        if manner == "cancellation_requested":
            return {"request_id": self.request_id, "status": manner}
        if manner == "not_cancellable" and self.is_queued:
            self.move_to("in_progress")
            self.reads = max(self.reads, _after_queue(self.course.statuses))
        if self.is_queued:
            self.move_to("cancelled")
        outcome = "cancelled" if self.state == "cancelled" else "not_cancellable"
        reply: Reply = {"request_id": self.request_id, "status": self.state, "outcome": outcome}
        reply.pop(manner.removeprefix("no_"), None)
        return reply

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
        chosen = self.course.carriers
        return carriers_of(self.endpoint, self.body) if chosen is None else chosen

    @cached_property
    def files(self) -> dict[Carrier, list[OutputFile]]:
        """Its output files, by the key of the output that names them."""
        return {
            carrier: output_files(self.request_id, self.endpoint, self.body, carrier)
            for carrier in self.carriers
        }

    def output(self, outputs_url: str) -> Any:
        """Return its output, with URLs that begin with `outputs_url`."""
        return {
            carrier: (
                [outputs_url + file.name for file in files]
                if carrier.endswith("s")
                else outputs_url + files[0].name
            )
            for carrier, files in self.files.items()
        }

    def file(self, name: str) -> ServedFile | None:
        """Return the output file of a name."""
        files = chain.from_iterable(self.files.values())
        return next((file for file in files if file.name == name), None)

    @property
    def charge(self) -> float | None:
        """The US dollars: the price times the outputs. Without a price it costs nothing here."""
        names = {file.name for file in chain.from_iterable(self.files.values())}
        return round((self.endpoint.base_price_usd or 0.0) * len(names), 6)

    @property
    def failure(self) -> Any:
        """Why it failed, as a result says it."""
        return {"type": "generation_failed", "message": self.course.failure}


class JobStore:
    """The jobs of one emulator. base_url: the beginning of the `*_url` values of a reply.

    blocks: whether its methods wait for somebody else, so that a thread has to call them.
    """

    blocks = False

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
        """Make a job, and the reply to its submit. Raises RefusalError if there is none to be had."""
        job = self.new_job(endpoint, body, behaviour)
        job.move_to(job.course.statuses[0])
        self.jobs[job.request_id] = job
        urls = _urls(base_url, job, "status", "result", "cancel")
        return {"request_id": job.request_id, **urls}

    def new_job(
        self, endpoint: EmulatedEndpoint, body: Mapping[str, Any], behaviour: Behaviour
    ) -> Job:
        """Make a job of its own id."""
        return Job(str(uuid.uuid4()), endpoint, body, behaviour)

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
            reply["error"] = job.failure
        if job.succeeded:
            reply["output"] = job.output(outputs_url)
            if include_cost:
                reply |= self._cost(job)
        return True, reply

    def file(self, name: str) -> ServedFile | None:
        """Return the output file of a name, once its job has it."""
        job = self.jobs.get(_job_of(name))
        return job.file(name) if job and job.succeeded else None

    def _cost(self, job: Job) -> Reply:
        """Return the cost, if the course lets this read have it."""
        job.cost_reads += 1
        if job.course.cost == "never" or (job.course.cost == "late" and job.cost_reads == 1):
            return {}
        return {} if job.charge is None else {"cost": job.charge}


def _job_of(file_name: str) -> str:
    """Return the request id that the name of an output file begins with."""
    return file_name.rpartition("-")[0]


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
