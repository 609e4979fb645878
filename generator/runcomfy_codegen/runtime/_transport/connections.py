"""The channels behind a driver: made when first needed, one for each kind of call."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Generic, TypeVar

from .._base.install import how_to_install
from .._base.locks import ForkSafeLock
from ..errors import ConfigurationError
from .channels import AsyncChannel, AsyncInjectedChannel, Channel, InjectedChannel
from .effects import Call
from .routes import ServerRoute

OwnT = TypeVar("OwnT", Channel, AsyncChannel)
InjectedT = TypeVar("InjectedT", InjectedChannel, AsyncInjectedChannel)


class Connections(Generic[OwnT, InjectedT]):
    """The API's channel, one for submits, and a foreign one that has no token.

    Args:
        make: Opens a channel.
        injected: Takes the place of the first two.
        trust_env: Whether the API is reached through the proxies of the environment.
        http2: Whether HTTP/2 is spoken where the server can, for all but submits.
    """

    def __init__(
        self,
        make: Callable[[ServerRoute], OwnT],
        injected: InjectedT | None,
        *,
        trust_env: bool,
        http2: bool,
    ) -> None:
        if http2 and importlib.util.find_spec("h2") is None:
            raise ConfigurationError(f"http2: needs the package h2; {how_to_install('http2')}")
        self._make: Callable[[ServerRoute], OwnT] = make
        self._injected: InjectedT | None = injected
        self._trust_env = trust_env
        self._http2 = http2
        self._owned: dict[tuple[bool, bool], OwnT] = {}  # by whether foreign and fresh
        self._home: object = None
        self._lock = ForkSafeLock()
        self._is_closed = False

    def channel(self, call: Call, home: object) -> OwnT | InjectedT:
        """Choose the channel of a call. Raises ConfigurationError.

        home: the process or event loop; connections that were made in another one are not used.
        """
        injected = self._injected
        if self._is_closed or (injected is not None and injected.client.is_closed):
            raise ConfigurationError("the client is closed: make a new one", retry_safe=True)
        if injected is not None and not call.foreign:
            return injected
        self._move_to(home)
        key = call.foreign, call.fresh
        owned = self._owned
        if key not in owned:
            with self._lock:
                owned.setdefault(key, self._make(self._route(call)))
        return owned[key]

    def close(self, home: object) -> list[OwnT]:
        """Allow no more calls, and give the channels that are to be closed now."""
        self._is_closed = True
        return self.leave(home)

    def leave(self, home: object) -> list[OwnT]:
        """Give the channels of a process or event loop, and forget them."""
        if self._home != home:
            return []
        with self._lock:
            owned, self._owned = self._owned, {}
        return list(owned.values())

    def _move_to(self, home: object) -> None:
        if self._home == home:
            return
        self._owned, self._home = {}, home

    def _route(self, call: Call) -> ServerRoute:
        # A submit does not share its connection, where the timeout of another would end its reply.
        is_shared = not (call.foreign or call.fresh)
        return ServerRoute(
            # Foreign: no proxy, so that the address that was checked is the one connected to.
            trust_env=self._trust_env and not call.foreign,
            http2=self._http2 and is_shared,
            is_kept=is_shared,
        )
