"""The ASGI application: routes, the bearer check and the record of what was received."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from random import Random
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from . import _catalogue
from ._behaviour import Behaviour, Chaos, ReplyFault
from ._bodies import MalformedBodyError, parse_body, read_body
from ._bounds import MAX_JOBS, MAX_REQUESTS, Capacity
from ._endpoints import EmulatedEndpoint
from ._faults import REPLY_FAULTS, reply_with, spoiled_output
from ._hosts import Hosts
from ._jobs import Job, JobStore
from ._refusals import RefusalError
from ._validation import InputValidator

_API = ("/v1/", "/prod/", "/outputs/")
_RECEIVED = "runcomfy.received"  # in the ASGI scope: the record of the request
_MALFORMED = "runcomfy.malformed"  # in the ASGI scope: why its body is refused; empty if it is not

_logger = logging.getLogger(__name__)


@dataclass
class ReceivedRequest:
    """One request as it arrived, refused ones too.

    path and query: still percent-encoded; headers: names in lower case; body: the parsed JSON,
    None without one; content: its bytes; at: seconds since the epoch; fault: the `Behaviour` fault
    that it met; request_id: the job that it is about or, as a submit, has made. The newest 100,000
    are kept, with bodies of 512 MiB.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    at: float
    query: str = ""
    content: bytes = b""
    fault: str | None = None
    request_id: str | None = None


class _Json(JSONResponse):
    """A reply of JSON in ASCII: published text may hold what UTF-8 cannot."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode("ascii")


class App:
    """The service behind one emulator. It can be called once `serve_at` has been."""

    def __init__(
        self,
        endpoints: Iterable[EmulatedEndpoint],
        token: str,
        behaviour: Behaviour,
        beside: ASGIApp | None = None,
        hosts: Hosts = Hosts(()),  # noqa: B008 - does not change
    ) -> None:
        self.new_store: Callable[[], JobStore] = JobStore
        self._endpoints = {endpoint.model_id: endpoint for endpoint in endpoints}
        self._hosts = hosts
        self._validators: dict[str, InputValidator] = {}
        self._token = token
        self._beside = beside
        self.behaviour = behaviour
        self.serve_at("", "")
        get, post = ["GET"], ["POST"]
        self._starlette = Starlette(
            routes=[
                # Before the ids, which share its prefix.
                Route("/v1/models/categories", self._categories, methods=get),
                Route("/v1/models", self._models, methods=get),
                Route("/v1/models/{model_id:path}", self._model, methods=get),
                Route("/v1/models/{model_id:path}", self._submit, methods=post),
                Route("/v1/requests/{request_id}/status", self._status, methods=get),
                Route("/v1/requests/{request_id}/result", self._result, methods=get),
                Route("/v1/requests/{request_id}/cancel", self._cancel, methods=post),
                Route("/prod/v2/balance", self._balance, methods=get),
                Route("/outputs/{name}", self._output, methods=get),
            ],
            exception_handlers={RefusalError: _refused, HTTPException: _no_route},
        )

    def serve_at(self, base_url: str, other_url: str) -> None:
        """Start afresh. other_url: The same server under another host name."""
        self._base_url = base_url
        self._other_url = other_url
        self.received: list[ReceivedRequest] = []
        self.store = self.new_store()
        self._requests_kept, self._jobs_kept = Capacity(MAX_REQUESTS), Capacity(MAX_JOBS)
        self._submits: Counter[str] = Counter()
        self._dice: dict[str, Random] = {}

    def reset(self, behaviour: Behaviour) -> None:
        """Forgets all requests and jobs."""
        self.behaviour = behaviour
        self.serve_at(self._base_url, self._other_url)

    @property
    def behaviour(self) -> Behaviour:
        """How the next requests are answered; setting it starts `fault_count` anew."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._faults_left = behaviour.fault_count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        host = request.headers.get("host", "localhost")
        if not self._hosts.has(host):
            message = f"Host must be a name of this emulator, such as 127.0.0.1; got {host[:100]!r}"
            refusal = RefusalError(400, 403001, message)
            await _refused(request, refusal)(scope, receive, send)
            return
        if self._beside and not scope["path"].startswith(_API):
            await self._beside(scope, receive, send)
            return
        content, body, malformed = b"", None, ""
        try:
            content = await read_body(request)
            body = parse_body(content) if content else None
        except MalformedBodyError as error:
            malformed = str(error)
        except ClientDisconnect:  # half a request is none
            return
        received = _received(scope, request, content, body)
        self._keep(received)
        scope = {**scope, _RECEIVED: received, _MALFORMED: malformed}
        open_to_all = scope["path"].startswith("/outputs/")
        if not open_to_all and request.headers.get("authorization") != f"Bearer {self._token}":
            refusal = RefusalError(401, 400004, "missing or invalid API token")
            await _refused(request, refusal)(scope, receive, send)
            return
        await self._starlette(scope, receive, send)

    def _keep(self, received: ReceivedRequest) -> None:
        self.received.append(received)
        del self.received[: self._requests_kept.add(len(received.content))]

    # -- the queue -------------------------------------------------------------------------

    async def _submit(self, request: Request) -> Response:
        endpoint = self._endpoint(request)
        received: ReceivedRequest = request.scope[_RECEIVED]
        body = self._valid_body(endpoint, received, request.scope[_MALFORMED])
        behaviour, dice = self.behaviour, None
        if behaviour.chaos:
            dice = self._dice_of_submit(behaviour.chaos, received.content)
            behaviour = behaviour.chaos.on_submit(behaviour, dice)
        fault = self._fault(request, "submit_fault", behaviour)
        reply: dict[str, Any] = {}
        if fault is None or REPLY_FAULTS[fault].accepts:
            base_url = self._own_url(request)
            accept = partial(self.store.accept, endpoint, body, behaviour, base_url=base_url)
            reply = await self._called(accept)
            received.request_id = reply["request_id"]
            self._forget_jobs(self._jobs_kept.add(len(received.content)))
            if dice:
                self._dice[reply["request_id"]] = dice
        await asyncio.sleep(behaviour.delay)
        if fault is not None:
            return self._reply_with(fault)
        return _Json(reply, behaviour.submit_status)

    async def _status(self, request: Request) -> Response:
        def answer(job: Job, _behaviour: Behaviour) -> dict[str, Any]:
            return self.store.status(job, base_url=self._own_url(request))

        return await self._about_job(request, answer)

    async def _result(self, request: Request) -> Response:
        def answer(job: Job, behaviour: Behaviour) -> dict[str, Any]:
            untrusted = behaviour.output_fault == "untrusted_host"
            ended, reply = self.store.result(
                job,
                include_cost=request.query_params.get("include_cost") == "true",
                base_url=self._own_url(request),
                outputs_url=f"{self._other_url if untrusted else self._own_url(request)}/outputs/",
            )
            if not ended and behaviour.not_ready == "400005":
                raise RefusalError(400, 400005, "the result is not ready")
            return reply

        return await self._about_job(request, answer)

    async def _cancel(self, request: Request) -> Response:
        def answer(job: Job, behaviour: Behaviour) -> dict[str, Any]:
            if behaviour.cancel == "server_error_500":
                raise RefusalError(500, 500001, "internal error")
            return job.cancel(behaviour.cancel)

        return await self._about_job(request, answer)

    async def _about_job(
        self, request: Request, answer: Callable[[Job, Behaviour], dict[str, Any]]
    ) -> Response:
        """Answer a call about a job, with a fault if one hits it."""
        job = self._job(request)
        request.scope[_RECEIVED].request_id = job.request_id
        behaviour = self.behaviour
        if behaviour.chaos:
            if job.request_id not in self._dice:  # accepted before there was chaos
                self._dice[job.request_id] = behaviour.chaos.dice(job.request_id)
            behaviour = behaviour.chaos.on_call(behaviour, self._dice[job.request_id])
        fault = self._fault(request, "read_fault", behaviour)
        if fault:
            reply = self._reply_with(fault)
        else:
            reply = _Json(await self._called(partial(answer, job, behaviour)))
        await asyncio.sleep(behaviour.delay)
        return reply

    async def _called(self, answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        return await asyncio.to_thread(answer) if self.store.blocks else answer()

    # -- the catalogue and the account -----------------------------------------------------

    async def _models(self, request: Request) -> Response:
        if problems := _catalogue.query_problems(request.query_params.multi_items()):
            raise RefusalError(400, 422001, "validation failed", problems)
        query = dict(request.query_params)
        total = self.behaviour.catalogue_total
        return _Json(_catalogue.page(self._endpoints.values(), query, total=total))

    async def _model(self, request: Request) -> Response:
        return _Json(_catalogue.entry(self._endpoint(request)))

    async def _categories(self, request: Request) -> Response:
        return _Json(_catalogue.categories(self._endpoints.values()))

    async def _balance(self, request: Request) -> Response:
        usd = self.behaviour.balance_usd
        microdollars = round(usd * 1_000_000)
        reply = {"balance_usd": usd, "balance_microdollars": microdollars, "currency": "USD"}
        return _Json(reply)

    # -- the files -------------------------------------------------------------------------

    async def _output(self, request: Request) -> Response:
        file = self.store.file(request.path_params["name"])
        if file is None:
            return Response(status_code=404)
        fault = self._fault(request, "output_fault", self.behaviour)
        if fault is not None:
            elsewhere = f"{self._other_url}/outputs/{file.name}"
            return spoiled_output(fault, file, elsewhere=elsewhere)
        return Response(file.content, headers={"content-type": file.content_type})

    # -- what they share -------------------------------------------------------------------

    def _endpoint(self, request: Request) -> EmulatedEndpoint:
        model_id = request.path_params["model_id"]
        if model_id not in self._endpoints:
            raise RefusalError(404, 400001, f"unknown model_id: {model_id}")
        return self._endpoints[model_id]

    def _job(self, request: Request) -> Job:
        request_id = request.path_params["request_id"]
        if request_id not in self.store.jobs:
            raise RefusalError(404, 404001, "no such request, or it has expired")
        return self.store.jobs[request_id]

    def _valid_body(
        self, endpoint: EmulatedEndpoint, received: ReceivedRequest, malformed: str
    ) -> dict[str, Any]:
        if malformed or not received.content:
            message = malformed or "the body must be a JSON object; got none"
            detail = [{"loc": ["body"], "msg": message}]
            raise RefusalError(400, 422001, message, detail)
        if problems := self._validator(endpoint).problems(received.body):
            raise RefusalError(422, 422001, "validation failed", problems)
        body: dict[str, Any] = received.body
        return body

    def _validator(self, endpoint: EmulatedEndpoint) -> InputValidator:
        if endpoint.model_id not in self._validators:
            reading = endpoint.reading
            if reading.left_out:
                _logger.info("%s: not checked: %s", endpoint.model_id, ", ".join(reading.left_out))
            self._validators[endpoint.model_id] = InputValidator(reading.schema, endpoint.model_id)
        return self._validators[endpoint.model_id]

    def _forget_jobs(self, count: int) -> None:
        for request_id in [*islice(self.store.jobs, count)]:
            del self.store.jobs[request_id]
            self._dice.pop(request_id, None)

    def _own_url(self, request: Request) -> str:
        """Return the URL for replies: the host that was asked, if it is one of the allowed names."""
        host = request.headers.get("host", "")
        return f"http://{host}" if self._hosts.is_given(host) else self._base_url

    def _dice_of_submit(self, chaos: Chaos, content: bytes) -> Random:
        name = hashlib.sha256(content).hexdigest()
        self._submits[name] += 1
        return chaos.dice(f"{name}/{self._submits[name]}")

    def _fault(
        self,
        request: Request,
        switch: Literal["submit_fault", "read_fault", "output_fault"],
        behaviour: Behaviour,
    ) -> Any:
        """Return the fault that hits this request, if any, and count it."""
        fault = getattr(behaviour, switch)
        if fault is None or self._faults_left == 0:
            return None
        if self._faults_left is not None:
            self._faults_left -= 1
        request.scope[_RECEIVED].fault = fault
        return fault

    def _reply_with(self, fault: ReplyFault) -> Response:
        elsewhere = f"{self._other_url}/elsewhere"
        return reply_with(REPLY_FAULTS[fault], token=self._token, elsewhere=elsewhere)


def _received(scope: Scope, request: Request, content: bytes, body: Any) -> ReceivedRequest:
    return ReceivedRequest(
        method=request.method,
        path=scope["raw_path"].decode("ascii", "replace"),
        headers=dict(request.headers),
        body=body,
        at=time.time(),
        query=scope["query_string"].decode("ascii", "replace"),
        content=content,
    )


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)
    return _Json(error.body, error.http_status)


def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body = {"error_code": 404001, "error_message": f"{error.detail}: {request.scope['path']}"}
    return _Json(body, error.status_code, error.headers)
