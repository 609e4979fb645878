# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The work of each tool of a toolbox, as flows without I/O of their own."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from functools import partial

from .._api import reads
from .._api.balance import balance
from .._api.settings import Api
from .._api.states import OnUpdate
from .._endpoint.finding import list_endpoints
from .._transport.effects import Flow, Offload
from ..batches._ended import saved_paths
from ..batches._entry import Entry
from ..errors import FieldProblem, InvalidRequestError, RunComfyError
from ._arguments import ModelCall, read_call, read_known
from ._calls import CallJournal, spent_in_words
from ._definitions import Tool, tools_of
from ._following import Follower, Save, job_of
from ._models import model_in_words, models_in_words
from ._previews import previews_of
from ._reports import calls_in_words, failure, report
from ._settings import Settings
from ._submitting import JournaledCall, Submitter
from .answers import Answer

_NOT_CANCELLED: Mapping[str, str] = {
    "not_cancellable": "It runs or has ended, and is charged. Call job_status to see its result.",
    "unconfirmed": "The service did not confirm the cancel: it may go on, and be charged.",
}


class Tools:
    """The tools of one toolbox."""

    def __init__(self, api: Api, settings: Settings, save: Save) -> None:
        """Set up the tools. Nothing is opened or sent.

        Args:
            api: The settings of the client.
            settings: The settings of the toolbox.
            save: The function that saves outputs.
        """
        self.settings = settings
        self._api = api
        self._calls = CallJournal(settings.journal, api.base_url)
        self._submitter = Submitter(api, self._calls, settings)
        self._follower = Follower(api, self._calls, settings.folder, save)
        self._tools: dict[str, Tool] | None = None

    @property
    def by_name(self) -> Mapping[str, Tool]:
        """The tools by name, made when they are first asked for."""
        if self._tools is None:
            self._tools = {tool.name: tool for tool in tools_of(self.settings)}
        return self._tools

    def check_journal(self) -> None:
        """Open the journal once. Raises JournalError."""
        self._calls.check()

    def begin(self, name: str, arguments: object) -> Flow[Answer | JournaledCall]:
        """Do all of a call that must not be cut off: its submit. Other tools answer at once.

        Args:
            name: The name of the tool.
            arguments: As the model gives them: an object, or its text.
        """
        try:
            return (yield from self._begin(name, arguments))
        except RunComfyError as error:
            return failure(error)

    def finish(
        self, begun: Answer | JournaledCall, on_update: OnUpdate | None = None
    ) -> Flow[Answer]:
        """Wait for the job of a call, for the time that the settings allow."""
        if isinstance(begun, Answer):
            return begun
        seconds = self.settings.wait_seconds
        try:
            followed = yield from self._follower.follow(begun.entry, seconds, on_update)
            files = saved_paths(followed.entry, self._calls.folder)
            previews = yield Offload(partial(previews_of, files))
            answer = report(begun, followed, files, previews, (yield from self._spent()))
        except RunComfyError as error:
            return failure(error)
        self._submitter.tell(begun.entry.key)
        return answer

    def _begin(self, name: str, arguments: object) -> Flow[Answer | JournaledCall]:
        tool = self.by_name.get(name)
        if tool is None:
            near = difflib.get_close_matches(name, self.by_name, n=1, cutoff=0.4)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            problem = FieldProblem("", f"no tool has this name{hint}")
            raise InvalidRequestError.from_problems([problem], f"{name!s:.100}")
        if tool.model_id:
            return (yield from self._run(tool.model_id, arguments, None))
        return (yield from self._common[name](arguments))

    @property
    def _common(self) -> Mapping[str, Callable[[object], Flow[Answer | JournaledCall]]]:
        return {
            "search_models": self._search_models,
            "describe_model": self._describe_model,
            "run_model": self._run_model,
            "job_status": self._job_status,
            "cancel_job": self._cancel_job,
            "balance": self._balance,
        }

    # -- finding ------------------------------------------------------------------------------

    def _search_models(self, arguments: object) -> Flow[Answer]:
        known = {"search": str, "task": str, "takes": list, "gives": str, "max_usd": float}
        wanted = read_known(arguments, known, "search_models")
        matching: tuple[str, ...] = yield Offload(partial(list_endpoints, **wanted))
        served = set(self.settings.model_ids)
        fitting = [model_id for model_id in matching if model_id in served]
        return models_in_words(fitting, len(served))

    def _describe_model(self, arguments: object) -> Flow[Answer]:
        values = read_known(arguments, {"model_id!": str}, "describe_model")
        model_id = self._served(values["model_id"], "describe_model")
        described: Answer = yield Offload(partial(model_in_words, model_id))
        return described

    # -- running ------------------------------------------------------------------------------

    def _run_model(self, arguments: object) -> Flow[Answer | JournaledCall]:
        known = {"model_id!": str, "arguments!": object, "again": bool}
        values = read_known(arguments, known, "run_model")
        model_id = self._served(values["model_id"], "run_model")
        return (yield from self._run(model_id, values["arguments"], values.get("again", False)))

    def _run(self, model_id: str, arguments: object, again: bool | None) -> Flow[JournaledCall]:
        folders, api = self.settings.readable, self._api
        read = partial(read_call, model_id, arguments, folders, api, again=again)
        call: ModelCall = yield Offload(read)
        return (yield from self._submitter.submit_once(call.item, again=call.again))

    # -- jobs ---------------------------------------------------------------------------------

    def _job_status(self, arguments: object) -> Flow[Answer | JournaledCall]:
        values = read_known(arguments, {"request_id": str}, "job_status")
        if "request_id" not in values:
            entries: list[Entry] = yield Offload(self._calls.entries)
            return calls_in_words(entries, spent_in_words(entries, self.settings.max_cost_usd))
        entry = yield from self._entry_of(values["request_id"], "job_status")
        return JournaledCall(entry, is_asked_for=True)

    def _cancel_job(self, arguments: object) -> Flow[Answer]:
        values = read_known(arguments, {"request_id!": str}, "cancel_job")
        entry = yield from self._entry_of(values["request_id"], "cancel_job")
        outcome = yield from reads.cancel(self._api, job_of(entry))
        data = {"outcome": outcome, "request_id": entry.request_id, "model_id": entry.model_id}
        head = f"{outcome}: {entry.model_id}, request {entry.request_id}"
        if outcome == "cancelled":
            yield from self._follower.follow(entry, 0)
            return Answer(head, data=data)
        return Answer(f"{head}\n{_NOT_CANCELLED[outcome]}", is_error=True, data=data)

    def _balance(self, arguments: object) -> Flow[Answer]:
        read_known(arguments, {}, "balance")
        spent = yield from self._spent()
        try:
            account = yield from balance(self._api)
        except RunComfyError as error:
            reason = error.message.removeprefix("the balance: ")
            text = f"the balance cannot be read: {reason}\nall calls so far: {spent}"
            return Answer(text, is_error=True)
        text = f"balance: {account}\nall calls so far: {spent}"
        return Answer(text, data={"balance_usd": account.usd, "currency": account.currency})

    def _entry_of(self, request_id: str, tool: str) -> Flow[Entry]:
        """Return the call of a job. An agent may not touch jobs that are not its own."""
        entries: list[Entry] = yield Offload(self._calls.entries)
        for entry in entries:
            if entry.request_id == request_id:
                return entry
        text = "no call of this journal has this id; job_status without an id lists the calls"
        raise InvalidRequestError.from_problems([FieldProblem("request_id", text)], tool)

    def _served(self, model_id: str, tool: str) -> str:
        if model_id in self.settings.model_ids:
            return model_id
        near = difflib.get_close_matches(model_id, self.settings.model_ids, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "search_models finds them."
        text = f"no such model here; {hint}"
        raise InvalidRequestError.from_problems([FieldProblem("model_id", text)], tool)

    def _spent(self) -> Flow[str]:
        entries: list[Entry] = yield Offload(self._calls.entries)
        return spent_in_words(entries, self.settings.max_cost_usd)
