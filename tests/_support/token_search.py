"""Watches a whole test run for the API token: in logs, reprs, errors, pickles and foreign hosts.

Nothing of the product is wrapped. The garbage collector, set to run every few allocations, shows
each object of the SDK and each test server that lives for more than a few allocations; `gc.collect(0)`
shows what would not. What they hold at the end of the test is searched, a log record when made.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import json
import logging
import pickle
import re
import sys
import traceback
import weakref
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import pytest

TOKENS = ("tok-3f9c/secret", "emulator-token", "other-token")
"""Those that tests share. That of any other client is added at the end of its first test."""

_SHORTEST = 8  # characters: "t" and "given" are in texts that are not about them
_KEPT = 2000  # objects of one test, the latest ones
_ALLOCATIONS = 20  # between two looks at what is new
_END = 100_000  # bytes at either end: what is between is media, or padding of a hostile reply
_AUTHORIZATION = re.compile(rb"(?im)^authorization:[^\r\n]*")
_EXHAUSTING = re.compile("deep(?!copy)")  # tests that leave no room on the stack for a look
_QUIET_FOLDERS = frozenset(  # no client sends from there
    {"benchmarks", "capture", "dialect", "diff", "disk", "house", "lint", "names"}
    | {"publish", "release", "schemas", "text", "typing"}
)

# By the names of a class and its bases, in any package that is an SDK.
_SHOWN = {
    "RunComfyError",
    "FieldProblem",
    "Result",
    "JobStatus",
    "_JobBase",
    "_Session",
    "UntypedEndpoint",
    "AsyncUntypedEndpoint",
    "Request",
    "OutputModel",
    "Api",
    "Call",
    "Secret",
}


def forms(token: str) -> set[bytes]:
    """Return how a token may be written, in lower case."""
    in_json = json.dumps(token)[1:-1]
    plain = {token, in_json, in_json.replace("/", "\\/"), repr(token)[1:-1]}
    quoted = {quote(token, safe=""), quote(token), quote_plus(token)}
    found = {text.lower().encode() for text in plain | quoted}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):  # where it begins within three bytes
            whole = encode(bytes(shift) + token.encode())
            found.add(whole[(0, 2, 3)[shift] : len(token.encode() + bytes(shift)) // 3 * 4].lower())
    return found


class TokenSearch:
    """A pytest plugin that fails the test in which a token shows."""

    def __init__(self, tokens: tuple[str, ...] = TOKENS) -> None:
        self._forms: dict[str, set[bytes]] = {}
        for token in tokens:
            self.add(token)
        self.searched: Counter[str] = Counter()
        self._kinds: dict[type[Any], str] = {}
        # A client's end is the business of its test; an emulator may serve several tests.
        self._held_weakly = {kind: weakref.WeakSet[Any]() for kind in ("_Session", "Emulator")}
        self._new: deque[tuple[str, Any]] = deque(maxlen=_KEPT)
        self._found: list[str] = []
        self._handler = _LogSearch(self)

    def add(self, token: str) -> None:
        """Search for this one too, unless it is too short to mean anything."""
        if len(token) >= _SHORTEST and token not in self._forms:
            self._forms[token] = forms(token)

    def search(self, what: str, where: str, content: str | bytes) -> None:
        """Search one text. what: the kind of place, for the counts; where: for the report."""
        self.searched[what] += 1
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        if len(data) > 2 * _END:
            data = data[:_END] + data[-_END:]
        data = data.lower()
        for token, written in self._forms.items():
            for form in written:
                if form in data:
                    at = data.index(form)
                    near = data[max(at - 80, 0) : at + len(form) + 20].replace(form, b"<token>")
                    self._found.append(f"{token[:3]}... in the {what} of {where}: {near!r}")
                    return

    # -- what pytest calls -----------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        if item.path.parent.name in _QUIET_FOLDERS or _EXHAUSTING.search(item.name):
            return (yield)
        root, usual = logging.getLogger(), gc.get_threshold()
        level = root.level
        root.addHandler(self._handler)
        root.setLevel(logging.DEBUG)
        gc.set_threshold(_ALLOCATIONS, usual[0] * usual[1] // _ALLOCATIONS, *usual[2:])
        gc.callbacks.append(self._look)
        try:
            return (yield)
        finally:
            gc.callbacks.remove(self._look)
            gc.set_threshold(*usual)
            root.setLevel(level)
            root.removeHandler(self._handler)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        found = self._end_of_test()  # before the fixtures go, with what their servers received
        result = yield
        if found:
            pytest.fail("the token shows:\n" + "\n".join(found), pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        if call.excinfo is not None:
            self._search_error(call.excinfo.value)
        return (yield)

    # -- what is new -----------------------------------------------------------------------

    def _look(self, phase: str, info: Mapping[str, int]) -> None:
        if phase == "start":
            self._keep(gc.get_objects(0))

    def _keep(self, objects: list[object]) -> None:
        kinds = self._kinds
        for each in objects:
            kind = kinds.get(type(each))
            if kind is None:
                kind = kinds[type(each)] = _kind(type(each))
            if kind in self._held_weakly:
                self._held_weakly[kind].add(each)
            elif kind:
                self._new.append((kind, each))

    def _end_of_test(self) -> list[str]:
        self._keep(gc.get_objects(0))
        gc.disable()  # nothing else becomes known meanwhile
        try:
            self._search_kept()
        finally:
            gc.enable()
        found, self._found = self._found, []
        return list(dict.fromkeys(found))

    def _search_kept(self) -> None:
        weak = [(kind, each) for kind, known in self._held_weakly.items() for each in known]
        kept = list({id(each): (kind, each) for kind, each in [*self._new, *weak]}.values())
        self._new.clear()
        self._held_weakly["_Session"].clear()
        self._kinds.clear()  # a test may have made and dropped whole packages
        # Without a field: it was abandoned in its __init__.
        kept = [(kind, each) for kind, each in kept if getattr(each, "__dict__", True)]
        for kind, each in kept:
            if kind == "Api":
                self.add(each.token.reveal())
        origins = {_origin(each.base_url) for kind, each in kept if kind in ("Api", "Emulator")}
        for kind, each in kept:
            if kind in _SERVERS:
                for request in _SERVERS[kind](each):
                    self._search_request(*request, origins)
            else:
                self._search_object(each)

    # -- where a token must not be ---------------------------------------------------------

    def _search_object(self, each: Any) -> None:
        name = type(each).__name__
        try:
            self.search("repr", name, repr(each))
            if isinstance(each, BaseException) or name == "JobStatus":  # others are not for print
                self.search("repr", name, str(each))
        except AttributeError:
            return  # it was abandoned half-way through its __init__
        client = getattr(each, "_client", each)
        may_hold_it = getattr(client, "_pickle_token", False)  # its user asked for that
        if not may_hold_it and name not in ("Call", "Api"):  # these two are the driver's own
            with contextlib.suppress(Exception):  # what cannot be pickled keeps its secrets
                self.search("pickle", name, pickle.dumps(each))
        if isinstance(each, BaseException):
            self._search_error(each)

    def _search_error(self, error: BaseException) -> None:
        for each in _chain(error):
            # Without the lines of source text, which may name a token but cannot show its value.
            text = "".join(traceback.format_exception_only(type(each), each))
            self.search("traceback", type(error).__name__, f"{text} {each!r} {each.args!r}")

    def _search_request(self, host: str, head: str, content: bytes, origins: set[str]) -> None:
        data, what = head.encode("latin-1") + content, "request to another host"
        if host in origins and not head.split(" ", 2)[1].startswith("/outputs/"):
            data = _AUTHORIZATION.sub(b"", data)
            what = "request to the API beside its authorization"
        self.search(what, host, data)


class _LogSearch(logging.Handler):
    def __init__(self, watch: TokenSearch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch
        self.setFormatter(_Record())

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("hpack") and record.funcName.startswith("_decode"):
            return  # a test's HTTP/2 server reads what was meant for it
        if record.name.startswith("httpcore") and "receive_response_headers.complete" in record.msg:
            return  # the headers that a server made up, which httpcore logs at DEBUG as they came
        self._watch.search("log", f"{record.name} {record.levelname}", self.format(record))


class _Record(logging.Formatter):
    """The message and the errors of a record, without the lines of source text."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        return "".join(
            line
            for each in _chain(ei[1])
            for line in traceback.format_exception_only(type(each), each)
        )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return the errors that a traceback shows."""
    todo, seen = [error], set[int]()
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        todo += [each.__cause__, None if each.__suppress_context__ else each.__context__]
        todo += getattr(each, "exceptions", ())


def _kind(type_: type[Any]) -> str:
    """Return the name that decides how its instances are searched; empty for most."""
    names = {base.__name__: base.__module__ for base in type_.__mro__}
    for name in names.keys() & (_SHOWN | _SERVERS.keys()):
        if name in _SERVERS or _is_in_an_sdk(str(names[name])):
            return name
    return ""


def _is_in_an_sdk(module: str) -> bool:
    """Return whether one of the packages around a module has the errors that every SDK has."""
    packages = module.split(".")
    return any(
        ".".join([*packages[:depth], "errors"]) in sys.modules for depth in range(1, len(packages))
    )


# -- what the test servers received: host, head and body ----------------------------------

Requests = Iterator[tuple[str, str, bytes]]


def _of_emulator(emulator: Any) -> Requests:
    for each in emulator.received:
        head = f"{each.method} {each.path}?{each.query}\r\n" + _lines(each.headers)
        yield each.headers.get("host", ""), head, each.content


def _of_fault_server(server: Any) -> Requests:
    for each in server.received:
        hosts = (line[5:] for line in each.head.splitlines() if line.lower().startswith("host:"))
        yield next(hosts, "").strip(), each.head, each.body


def _of_raw_server(server: Any) -> Requests:
    for method, path, headers in server.received:
        yield headers.get("host", ""), f"{method} {path}\r\n" + _lines(headers), b""


def _lines(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


def _origin(url: str) -> str:
    return urlsplit(url).netloc


_SERVERS: Mapping[str, Callable[[Any], Requests]] = {
    "Emulator": _of_emulator,
    "FaultServer": _of_fault_server,
    "RawServer": _of_raw_server,
}
