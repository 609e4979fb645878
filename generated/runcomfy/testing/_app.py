# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The ASGI application: routes, the bearer check and the record of what was received."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, NoReturn, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import _catalogue
from ._behaviour import Behaviour, ReplyFault
from ._chaos import Chaos
from ._dialect import InputValidator, InvalidSchemaError
from ._endpoints import EmulatedEndpoint
from ._faults import REPLY_FAULTS, reply_with, spoiled_output
from ._jobs import Job, JobStore
from ._plausible import implausible

_API = ("/v1/", "/prod/", "/outputs/")
_RECEIVED = "runcomfy.received"  # in the ASGI scope: the record of the request


@dataclass
class ReceivedRequest:
    """One request as it arrived, refused ones too.

    path and query: still percent-encoded; headers: names in lower case; body: the parsed JSON,
    None without one; content: its bytes; at: seconds since the epoch; fault: the `Behaviour` fault
    that it met; request_id: the job that it is about or, as a submit, has made.
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


class RefusalError(Exception):
    """An error reply (API.md §3.3)."""

    def __init__(self, http_status: int, error_code: int, message: str, detail: Any = None) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.body = {"error_code": error_code, "error_message": message}
        if detail is not None:
            self.body["detail"] = detail


class App:
    """The service behind one emulator. It can be called once `serve_at` has been."""

    def __init__(
        self,
        endpoints: Iterable[EmulatedEndpoint],
        token: str,
        behaviour: Behaviour,
        beside: ASGIApp | None = None,
    ) -> None:
        self._endpoints = {endpoint.model_id: endpoint for endpoint in endpoints}
        self._validators: dict[str, InputValidator] = {}
        self._token = token
        self._beside = beside
        self.behaviour = behaviour
        self.serve_at("", "")
        get, post = ["GET"], ["POST"]
        self._starlette = Starlette(
            routes=[
                # Before the ids, which share its prefix (API.md §1.7).
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
        """Starts afresh. other_url: the same server under another host name."""
        self._base_url = base_url
        self._other_url = other_url
        self.received: list[ReceivedRequest] = []
        self.store = JobStore(base_url)
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
        if self._beside and not scope["path"].startswith(_API):
            await self._beside(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            content = await request.body()
        except ClientDisconnect:  # half a request is none
            return
        received = _received(scope, request, content)
        self.received.append(received)
        scope = {**scope, _RECEIVED: received}
        open_to_all = request.url.path.startswith("/outputs/")
        if not open_to_all and request.headers.get("authorization") != f"Bearer {self._token}":
            refusal = RefusalError(401, 400004, "missing or invalid API token")
            await _refused(request, refusal)(scope, receive, send)
            return
        await self._starlette(scope, _replayed(content, receive), send)

    # -- the queue -------------------------------------------------------------------------

    async def _submit(self, request: Request) -> Response:
        endpoint = self._endpoint(request)
        content = await request.body()
        body = self._valid_body(endpoint, content)
        behaviour, dice = self.behaviour, None
        if behaviour.chaos:
            dice = self._dice_of_submit(behaviour.chaos, content)
            behaviour = behaviour.chaos.on_submit(behaviour, dice)
        fault = self._fault(request, "submit_fault", behaviour)
        reply: dict[str, Any] = {}
        if fault is None or REPLY_FAULTS[fault].accepts:
            reply = self.store.accept(endpoint, body, behaviour)
            request.scope[_RECEIVED].request_id = reply["request_id"]
            if dice:
                self._dice[reply["request_id"]] = dice
        await asyncio.sleep(behaviour.delay)
        if fault is not None:
            return self._reply_with(fault)
        return JSONResponse(reply, behaviour.submit_status)

    async def _status(self, request: Request) -> Response:
        return await self._about_job(request, lambda job, _: self.store.status(job))

    async def _result(self, request: Request) -> Response:
        def answer(job: Job, behaviour: Behaviour) -> dict[str, Any]:
            untrusted = behaviour.output_fault == "untrusted_host"
            ended, reply = self.store.result(
                job,
                include_cost=request.query_params.get("include_cost") == "true",
                outputs_url=f"{self._other_url if untrusted else self._base_url}/outputs/",
            )
            if not ended and behaviour.not_ready == "400005":
                raise RefusalError(400, 400005, "the result is not ready")
            return reply

        return await self._about_job(request, answer)

    async def _cancel(self, request: Request) -> Response:
        def answer(job: Job, behaviour: Behaviour) -> dict[str, Any]:
            if behaviour.cancel == "server_error_500":
                raise RefusalError(500, 500001, "internal error")
            return self.store.cancel(job, behaviour.cancel)

        return await self._about_job(request, answer)

    async def _about_job(
        self, request: Request, answer: Callable[[Job, Behaviour], dict[str, Any]]
    ) -> Response:
        """The reply to a call about a job, unless a fault hits it."""
        job = self._job(request)
        request.scope[_RECEIVED].request_id = job.request_id
        behaviour = self.behaviour
        if behaviour.chaos:
            if job.request_id not in self._dice:  # accepted before there was chaos
                self._dice[job.request_id] = behaviour.chaos.dice(job.request_id)
            behaviour = behaviour.chaos.on_call(behaviour, self._dice[job.request_id])
        fault = self._fault(request, "read_fault", behaviour)
        reply = self._reply_with(fault) if fault else JSONResponse(answer(job, behaviour))
        await asyncio.sleep(behaviour.delay)
        return reply

    # -- the catalogue and the account -----------------------------------------------------

    async def _models(self, request: Request) -> Response:
        query = dict(request.query_params)
        if problems := _catalogue.paging_problems(query):
            raise RefusalError(422, 422001, "validation failed", problems)
        total = self.behaviour.catalogue_total
        return JSONResponse(_catalogue.page(self._endpoints.values(), query, total=total))

    async def _model(self, request: Request) -> Response:
        return JSONResponse(_catalogue.entry(self._endpoint(request)))

    async def _categories(self, request: Request) -> Response:
        return JSONResponse(_catalogue.categories(self._endpoints.values()))

    async def _balance(self, request: Request) -> Response:
        usd = self.behaviour.balance_usd
        microdollars = round(usd * 1_000_000)
        reply = {"balance_usd": usd, "balance_microdollars": microdollars, "currency": "USD"}
        return JSONResponse(reply)

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

    def _valid_body(self, endpoint: EmulatedEndpoint, content: bytes) -> dict[str, Any]:
        try:
            body: Any = json.loads(content, parse_constant=_no_json)
        except ValueError as error:
            detail = [{"loc": ["body"], "msg": "must be a JSON object"}]
            raise RefusalError(422, 422001, "the body is not JSON", detail) from error
        try:
            if endpoint.model_id not in self._validators:
                self._validators[endpoint.model_id] = InputValidator(endpoint.input_schema)
            problems = self._validators[endpoint.model_id].problems(body)
        except InvalidSchemaError as error:
            message = f"the input schema of {endpoint.model_id} is unusable: {error}"
            raise RefusalError(500, 500001, message) from error
        if problems:
            raise RefusalError(422, 422001, "validation failed", problems)
        if problems := implausible(endpoint.input_schema, body):
            raise RefusalError(422, 422001, "validation failed", problems)
        return cast(dict[str, Any], body)

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
        """The fault that hits this request, if one does; it counts."""
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


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _received(scope: Scope, request: Request, content: bytes) -> ReceivedRequest:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    return ReceivedRequest(
        method=request.method,
        path=scope["raw_path"].decode("ascii"),
        headers=dict(request.headers),
        body=body,
        at=time.time(),
        query=scope["query_string"].decode("ascii"),
        content=content,
    )


def _replayed(content: bytes, receive: Receive) -> Receive:
    """A body that was read once, for whoever reads it next."""
    messages: list[Message] = [{"type": "http.request", "body": content}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)
    return JSONResponse(error.body, error.http_status)


def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body = {"error_code": 404001, "error_message": f"{error.detail}: {request.url.path}"}
    return JSONResponse(body, error.status_code, error.headers)
