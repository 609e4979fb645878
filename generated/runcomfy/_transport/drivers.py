# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Two drivers that run a flow: one blocks, one awaits. All real I/O of the SDK happens here."""

from __future__ import annotations

import asyncio
import inspect
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import anyio

from ..errors import ConfigurationError
from .bounds import Collector, target_of
from .channels import AsyncChannel, AsyncInjectedChannel, Channel, InjectedChannel, Sending, url_of
from .connections import Connections
from .dns import resolve, resolve_async
from .effects import (
    Call,
    Fetch,
    Flow,
    Invoke,
    NeverSent,
    NoReplyInTime,
    Offload,
    Reply,
    Resolve,
    Sleep,
    Together,
    Work,
)
from .failures import failed
from .libraries import AsyncHttpClient, HttpClient
from .network import MAX_SECONDS, bounded, checked, current_check
from .retry import Deadline
from .stepper import Stepper
from .together import run_together

T = TypeVar("T")


class _Times:
    """The longest times of one exchange's parts, in seconds."""

    def __init__(self, call: Call, default: float, *, is_own: bool) -> None:
        self._call = call
        if not is_own:
            call.progress.sent = None  # a transport of the user's need not report its steps
        self._whole = Deadline(MAX_SECONDS if call.within is None else call.within)
        self.reply = min(default if call.timeout is None else call.timeout, MAX_SECONDS)
        patience = self.reply if call.patience is None else call.patience
        self._patience = Deadline(min(patience, self._whole.left()))
        self.patience = self._patience.seconds

    def collector(self) -> Collector:
        """Begin the exchange, now that there is a place for it."""
        seconds, patience = self.reply, self._patience.left()
        if self._call.content is None:
            seconds = min(seconds, patience)
        if self._call.progress.sent is None:
            patience = MAX_SECONDS
        # A submit keeps its whole time for the reply: a job whose reply is lost may be charged.
        return Collector(self._call, seconds, patience, self._whole.left())


async def _in_thread(function: Callable[[], T]) -> T:
    """Call a function in a thread; in this one if no thread can be started."""
    has_begun = False

    def call() -> T:
        nonlocal has_begun
        has_begun = True
        return function()

    try:
        task = asyncio.ensure_future(asyncio.to_thread(call))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])  # the flow cleans up after it
            raise
    except RuntimeError:  # the interpreter is shutting down
        if has_begun:
            raise
    return function()


class SyncDriver:
    """A driver with blocking I/O; safe to share between threads.

    Args:
        timeout: Seconds for each exchange that sets none itself. On an injected http_client, a
            reply's head that drips in can outlast it, since the library bounds each blocking read alone.
        http_client: A client of httpx or httpx2 for the API's calls.
        trust_env: Whether the API is reached through the proxies of the environment.
        http2: Whether HTTP/2 is spoken where the server can.
    """

    def __init__(
        self,
        timeout: float,
        http_client: HttpClient | None = None,
        *,
        trust_env: bool = True,
        http2: bool = False,
    ) -> None:
        self._timeout = timeout
        injected = None if http_client is None else InjectedChannel(http_client)
        self._connections = Connections(Channel, injected, trust_env=trust_env, http2=http2)

    def __del__(self) -> None:
        # A client that nobody closed: its idle sockets would be reported as unclosed.
        with suppress(Exception):
            self.close()

    def run(self, flow: Flow[T]) -> T:
        """Run a flow, and return its value or raise its error."""
        stepper = Stepper(flow)
        while True:
            try:
                effect = stepper.next()
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            try:
                stepper.give(self._perform(effect))
            except BaseException as error:  # KeyboardInterrupt too: the flow cleans up
                stepper.throw(error)

    def close(self) -> None:
        """Close the connections that this driver opened, once no call uses them. May be repeated.

        An injected client stays open.
        """
        for channel in self._connections.close(os.getpid()):
            channel.close()

    def _perform(self, effect: Any) -> Any:
        match effect:
            case Call() | Fetch():
                return self._translated(effect)
            case Together(flows, limit):
                return run_together(flows, limit, self.run)
            case Offload(function) | Work(function):
                return function()
            case Sleep(seconds):
                return time.sleep(seconds)
            case Resolve():
                return self._resolve(effect)
            case Invoke(function, argument):
                return function(argument)
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    def _resolve(self, effect: Resolve) -> tuple[str, ...]:
        try:
            return resolve(effect.host, effect.port, effect.seconds)
        except OSError as error:
            raise NeverSent(f"{effect.host}: {error}", retry_safe=True) from error

    def _translated(self, effect: Call | Fetch) -> Reply:
        try:
            if isinstance(effect, Fetch):
                return self._fetch(effect)
            return self._exchange(effect)
        except BaseException as error:
            call = effect.call if isinstance(effect, Fetch) else effect
            raise failed(call, error)  # noqa: B904 - its cause is set there

    def _exchange(self, call: Call) -> Reply:
        # By process: after a fork, the parent goes on using its connections.
        channel, url = self._connections.channel(call, os.getpid()), url_of(call)
        times = _Times(call, self._timeout, is_own=channel.is_own)
        with channel.lease(url, times.patience) as connection:
            body = times.collector()
            sending = Sending(call, url, times.reply, body.follow)
            # A submit is never given up before its time: its job may be billed.
            check = current_check() if call.content is None else None
            with (
                bounded(body.left),
                checked(check),
                channel.stream(connection, sending) as (reply, chunks),
            ):
                body.begin(reply)
                for chunk in chunks:
                    body.add(chunk)
        return replace(reply, content=body.end())

    def _fetch(self, fetch: Fetch) -> Reply:
        call, url = fetch.call, url_of(fetch.call)
        channel = self._connections.channel(call, os.getpid())
        times = _Times(call, self._timeout, is_own=channel.is_own)
        with channel.lease(url, times.patience) as connection:
            sending = Sending(call, url, times.reply)
            with channel.stream(connection, sending) as (reply, chunks):
                fetch.on_reply(reply)
                for chunk in chunks:
                    fetch.on_chunk(chunk)
        return reply


class AsyncDriver:
    """A driver with asyncio, within one event loop; otherwise like `SyncDriver`.

    It awaits the result of a user's function where that is awaitable.
    """

    def __init__(
        self,
        timeout: float,
        http_client: AsyncHttpClient | None = None,
        *,
        trust_env: bool = True,
        http2: bool = False,
    ) -> None:
        self._timeout = timeout
        injected = None if http_client is None else AsyncInjectedChannel(http_client)
        self._connections = Connections(AsyncChannel, injected, trust_env=trust_env, http2=http2)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end_of_loop: AsyncGenerator[None] | None = None

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow, and return its value or raise its error."""
        stepper = Stepper(flow)
        while True:
            try:
                effect = stepper.next()
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            try:
                stepper.give(await self._perform(effect))
            except BaseException as error:  # CancelledError too: the flow cleans up
                stepper.throw(error)

    async def aclose(self) -> None:
        """Close the connections as `SyncDriver.close` does."""
        for channel in self._connections.close(self._running_loop()):
            await channel.close()
        if self._end_of_loop is not None:
            await self._end_of_loop.aclose()

    async def _perform(self, effect: Any) -> Any:
        match effect:
            case Call() | Fetch():
                return await self._translated(effect)
            case Together(flows, limit):
                return await self._together(iter(flows), limit)
            case Offload(function):
                return await _in_thread(function)
            case Sleep(seconds):
                return await asyncio.sleep(seconds)
            case Resolve():
                return await self._resolve(effect)
            case Invoke():
                return await self._invoke(effect)
            case Work(function):
                return await asyncio.to_thread(function)
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    async def _resolve(self, effect: Resolve) -> tuple[str, ...]:
        try:
            return await resolve_async(effect.host, effect.port, effect.seconds)
        except OSError as error:
            raise NeverSent(f"{effect.host}: {error}", retry_safe=True) from error

    async def _translated(self, effect: Call | Fetch) -> Reply:
        try:
            if isinstance(effect, Fetch):
                return await self._fetch(effect)
            return await self._exchange(effect)
        except BaseException as error:
            call = effect.call if isinstance(effect, Fetch) else effect
            raise failed(call, error)  # noqa: B904 - its cause is set there

    async def _invoke(self, effect: Invoke) -> Any:
        result = effect.function(effect.argument)
        if not inspect.isawaitable(result):
            return result
        with anyio.move_on_after(effect.seconds):
            return await result
        raise NoReplyInTime(f"it was not done within {effect.seconds:.3g} s")

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        """Give the event loop. Raises ConfigurationError where the connections cannot work."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ConfigurationError(
                "an async client works in asyncio only", retry_safe=True
            ) from None
        if self._loop not in (None, loop) and not self._loop.is_closed():
            raise ConfigurationError(
                "this client is in use in another event loop: make a client for each event loop",
                retry_safe=True,
            )
        return loop

    async def _enter_loop(self) -> asyncio.AbstractEventLoop:
        loop = self._running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._end_of_loop = self._close_with_loop(loop)
            await anext(self._end_of_loop)
        return loop

    async def _close_with_loop(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[None]:
        """Wait, as an async generator, to be closed by the loop before it ends."""
        try:
            yield
        finally:
            for channel in self._connections.leave(loop):
                await channel.close()

    async def _together(self, flows: Iterator[Flow[Any]], limit: int) -> None:
        async def work() -> None:
            for flow in flows:
                await self.run(flow)

        outcomes = await asyncio.gather(*(work() for _ in range(limit)), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _exchange(self, call: Call) -> Reply:
        loop, url = await self._enter_loop(), url_of(call)
        channel = self._connections.channel(call, loop)
        times = _Times(call, self._timeout, is_own=channel.is_own)
        async with channel.lease(url, times.patience) as connection:
            body = times.collector()
            with anyio.move_on_after(body.left()) as scope:

                async def trace(event: str, info: Mapping[str, Any]) -> None:
                    body.follow(event, info)
                    scope.deadline = anyio.current_time() + body.left()

                sending = Sending(call, url, times.reply, trace)
                async with channel.stream(connection, sending) as (reply, chunks):
                    body.begin(reply)
                    async for chunk in chunks:
                        body.add(chunk)
                return replace(reply, content=body.end())
            kind = NeverSent if call.content and call.progress.sent is False else NoReplyInTime
            raise kind(f"{target_of(call)}: it did not end in time", retry_safe=kind is NeverSent)

    async def _fetch(self, fetch: Fetch) -> Reply:
        call, url, loop = fetch.call, url_of(fetch.call), await self._enter_loop()
        channel = self._connections.channel(call, loop)
        times = _Times(call, self._timeout, is_own=channel.is_own)
        async with channel.lease(url, times.patience) as connection:
            sending = Sending(call, url, times.reply)
            async with channel.stream(connection, sending) as (reply, chunks):
                fetch.on_reply(reply)
                async for chunk in chunks:
                    step = fetch.on_chunk(chunk)
                    if step is not None:
                        await step
        return reply
