# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The part of a client that jobs, untyped endpoints and batches use: settings and connections."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, get_args

from ._api.auth import find_token
from ._api.call_options import renamed_timeout
from ._api.options import DEFAULT_TIMEOUT, resolve_base_url
from ._api.settings import Api, Uploader
from ._base.brief import brief
from ._base.lazy import LazyModule
from ._base.opaque import Opaque
from ._files.access import Access, Route
from ._transport.callbacks import check_function
from ._transport.effects import Flow
from ._transport.hosts import HostRules, local_origin, parse_hosts
from ._validation.given import check_dollars, check_journal, check_seconds
from ._validation.misuse import explains_misuse
from .errors import ConfigurationError
from .media._preflight import PreflightMode

if TYPE_CHECKING:
    from ._api.costs.budget import Budget
    from ._transport import drivers as _drivers
    from ._transport import http
else:
    _drivers = LazyModule("._transport.drivers", __package__)
    http = LazyModule("._transport.http", __package__)

T = TypeVar("T")
HttpClientT = TypeVar("HttpClientT")
SessionT = TypeVar("SessionT", bound="_Session[Any]")
SyncSessionT = TypeVar("SyncSessionT", bound="SyncSession")
AsyncSessionT = TypeVar("AsyncSessionT", bound="AsyncSession")


class _Session(Opaque, Generic[HttpClientT]):
    """The settings of a client; its subclasses have the connections."""

    _user_agent: ClassVar[str] = "runcomfy-python"
    _driver: Any

    @explains_misuse
    def __init__(
        self,
        api_token: str | None = None,
        *,
        base_url: str | None = None,
        http_timeout: float | None = None,
        timeout: float | None = None,
        http_client: HttpClientT | None = None,
        preflight: PreflightMode = "auto",
        uploader: Uploader | None = None,
        pickle_token: bool = False,
        download_hosts: Sequence[str] = (),
        http2: bool = False,
        max_cost_usd: float | None = None,
        journal: str | os.PathLike[str] | None = None,
    ) -> None:
        """Make a client. All settings are optional.

        Args:
            api_token: The API token. Defaults to the environment variables RUNCOMFY_API_TOKEN,
                RUNCOMFY_TOKEN and RUNCOMFY_API_KEY, then to the token file of the RunComfy CLI.
            base_url: The address of the API. Defaults to RUNCOMFY_MODEL_API_BASE, then to the public
                service.
            http_timeout: Seconds for one HTTP exchange; 60 by default.
            timeout: The old name of `http_timeout`.
            http_client: A client of httpx or httpx2 for the API's calls and, without its headers and
                cookies, for downloads. The caller closes it.
            preflight: The media to measure before a submit is charged: "auto" also asks the servers
                of URLs, "strict" refuses media that cannot be measured, "local" asks no server,
                "off" measures nothing.
            uploader: A function that takes local media and returns its URL. Without it, local media
                is sent inline.
            pickle_token: Whether pickles of this client and of its jobs hold a token given as
                `api_token`. If not, they look the token up where they are unpickled.
            download_hosts: Hosts beside RunComfy's that outputs may come from, such as
                "cdn.example.com", "*.example.com" or "emulator:8000". A private one may also be the
                host of a `base_url` with http.
            http2: Whether to speak HTTP/2 where the server can, for all but submits. Needs the extra
                `http2`.
            max_cost_usd: The most US dollars for all submits of this client and its copies. Before
                each POST, the client adds up reported costs and, where none is reported yet,
                estimates. A submit that would exceed the limit raises CostLimitReached.
            journal: A file by which all processes that name it share one limit. It is not the
                journal of a batch.

        Raises:
            MissingTokenError: If there is no token.
            ConfigurationError: If a setting is wrong.
            JournalError: If the journal cannot be used.
        """
        self._token_is_argument = api_token is not None
        try:
            token = find_token(api_token)
        finally:
            api_token = None  # a traceback that shows variables would show it
        self._pickle_token = pickle_token
        self._owns_connections = True
        self._download_hosts = parse_hosts(download_hosts)
        address = resolve_base_url(base_url, plain_hosts=self._download_hosts)
        api = Api(
            base_url=address,
            token=token,
            user_agent=self._user_agent,
            timeout=_http_seconds(timeout, http_timeout),
            preflight=_checked_mode(preflight),
            uploader=uploader,
            http2=http2,
            budget=_budget(max_cost_usd, journal, address),
        )
        check_function("uploader", uploader)
        self._open(api, http_client)

    def _open(self, api: Api, http_client: HttpClientT | None) -> None:
        origin = local_origin(api.base_url, self._download_hosts)
        access = Access(
            HostRules(self._download_hosts, origin),
            self._user_agent,
            trust_env=origin is None,  # a proxy does not lead back into the local network
            route=Route(http_client),
        )
        self._api = replace(api, downloads=access)
        self._http_client = http_client

    @explains_misuse
    def with_options(
        self: SessionT,
        *,
        http_timeout: float | None = None,
        preflight: PreflightMode | None = None,
        timeout: float | None = None,
        uploader: Uploader | None = None,
        max_cost_usd: float | None = None,
        journal: str | os.PathLike[str] | None = None,
    ) -> SessionT:
        """Return this client with other settings, on the same connections.

        Only the original closes the connections.

        Args:
            http_timeout: Seconds for one HTTP exchange; unchanged if left out.
            preflight: The media to measure; unchanged if left out.
            timeout: The old name of `http_timeout`.
            uploader: A function that takes local media and returns its URL; unchanged if left out.
            max_cost_usd: A limit of its own for the new client; if left out, both share one.
            journal: The file of that limit.

        Returns:
            The new client.

        Raises:
            ConfigurationError: If a setting is wrong.
            JournalError: If the journal cannot be used.
        """
        view = self._twin()
        view._owns_connections = False
        changes: dict[str, Any] = {}
        if timeout is not None or http_timeout is not None:
            changes["timeout"] = _http_seconds(timeout, http_timeout)
        if preflight is not None:
            changes["preflight"] = _checked_mode(preflight)
        if uploader is not None:
            check_function("uploader", uploader)
            changes["uploader"] = uploader
        if max_cost_usd is not None or journal is not None:
            changes["budget"] = _budget(max_cost_usd, journal, self.base_url)
        view._api = replace(self._api, **changes)
        view._http_client, view._driver = self._http_client, self._driver
        return view

    def _twin(self: SessionT) -> SessionT:
        """Make a client of the same settings that has no connections yet."""
        twin = type(self).__new__(type(self))
        twin._token_is_argument = self._token_is_argument
        twin._pickle_token = self._pickle_token
        twin._download_hosts = self._download_hosts
        twin._owns_connections = True
        return twin

    def _close_budget(self) -> None:
        if self._api.budget is not None:
            self._api.budget.close()

    @property
    def base_url(self) -> str:
        """The address of the API, ending in `/v1`."""
        return self._api.base_url

    @property
    def spent_usd(self) -> float | None:
        """The US dollars that count towards `max_cost_usd`; None without a limit.

        They are those that the service reported, else estimated.
        """
        return None if self._api.budget is None else self._api.budget.spent

    def __repr__(self) -> str:
        # A report on an error in __init__ shows it, too.
        return (
            f"<{type(self).__name__} {self.base_url if hasattr(self, '_api') else '(not set up)'}>"
        )

    def __copy__(self: SessionT) -> SessionT:
        """Copy the settings, and use the same connections, which only the original closes."""
        return self.with_options()

    def __deepcopy__(self: SessionT, memo: dict[int, Any]) -> SessionT:
        """Copy the settings, and open new connections; an injected http_client is shared."""
        copy = self._twin()
        copy._open(self._api, self._http_client)
        return copy

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the settings; a token of the environment is looked up again where they are unpickled."""
        if self._http_client is not None:
            raise TypeError(
                f"{self!r} cannot be pickled, it was made with http_client=, whose connections "
                "belong to this process; make it without"
            )
        if self._token_is_argument and not self._pickle_token:
            raise TypeError(
                f"{self!r} cannot be pickled, it was made with api_token= and the pickle would hold "
                "the token; set RUNCOMFY_API_TOKEN instead, or allow it with pickle_token=True"
            )
        settings = {
            "api_token": self._api.token.reveal() if self._token_is_argument else None,
            "base_url": self.base_url,
            "http_timeout": self._api.timeout,
            "preflight": self._api.preflight,
            "uploader": self._api.uploader,
            "pickle_token": self._pickle_token,
            "download_hosts": tuple(map(str, self._download_hosts)),
            "http2": self._api.http2,
            **_budget_settings(self._api.budget),
        }
        return reopen, (type(self), settings)


def reopen(kind: Callable[..., T], settings: dict[str, Any]) -> T:
    """Make a client from the settings in its pickle."""
    try:
        return kind(**settings)
    finally:
        settings.clear()  # a traceback that shows variables would show the token


def _budget(
    max_cost_usd: float | None, journal: str | os.PathLike[str] | None, service: str
) -> Budget | None:
    if max_cost_usd is None:
        if journal is None:
            return None
        raise ConfigurationError(
            "must come with max_cost_usd, the limit that it is for", parameter="journal"
        )
    limit = check_dollars("max_cost_usd", max_cost_usd)
    from ._api.costs.budget import Budget

    if journal is None:
        return Budget(limit)
    from ._api.costs.ledger import Ledger

    return Ledger(limit, check_journal("journal", journal), service)


def _budget_settings(budget: Budget | None) -> dict[str, Any]:
    if budget is None:
        return {}
    journal = getattr(budget, "path", None)  # without one, a limit does not cross processes
    return {"max_cost_usd": budget.limit, "journal": journal and str(journal)}


def _http_seconds(timeout: float | None, http_timeout: float | None) -> float:
    seconds = renamed_timeout(timeout, http_timeout)
    return DEFAULT_TIMEOUT if seconds is None else check_seconds("http_timeout", seconds)


def _checked_mode(preflight: PreflightMode) -> PreflightMode:
    if preflight not in get_args(PreflightMode):
        modes = ", ".join(map(repr, get_args(PreflightMode)))
        raise ConfigurationError(f"preflight: must be one of {modes}; got {brief(preflight)}")
    return preflight


def _check_client(http_client: object, kind: str) -> None:
    from ._transport.libraries import is_client, names_of

    if http_client is not None and not is_client(http_client, kind):
        raise ConfigurationError(f"http_client: must be {names_of(kind)}; got {brief(http_client)}")


class SyncSession(_Session["http.HttpClient"]):
    """A session whose calls block; safe to share between threads."""

    _driver: _drivers.SyncDriver

    def _open(self, api: Api, http_client: http.HttpClient | None) -> None:
        from ._transport.drivers import SyncDriver

        _check_client(http_client, "Client")
        super()._open(api, http_client)
        self._driver = SyncDriver(
            api.timeout, http_client, trust_env=self._api.downloads.trust_env, http2=api.http2
        )

    def close(self) -> None:
        """Close the connections, once no call uses them. Jobs go on. May be repeated."""
        if self._owns_connections:
            self._driver.close()
            self._close_budget()

    def __enter__(self: SyncSessionT) -> SyncSessionT:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, flow: Flow[T]) -> T:
        return self._driver.run(flow)


class AsyncSession(_Session["http.AsyncHttpClient"]):
    """A session for asyncio, within one event loop at a time."""

    _driver: _drivers.AsyncDriver

    def _open(self, api: Api, http_client: http.AsyncHttpClient | None) -> None:
        from ._transport.drivers import AsyncDriver

        _check_client(http_client, "AsyncClient")
        super()._open(api, http_client)
        self._driver = AsyncDriver(
            api.timeout, http_client, trust_env=self._api.downloads.trust_env, http2=api.http2
        )

    async def aclose(self) -> None:
        """Close the connections, once no call uses them. Jobs go on. May be repeated."""
        if self._owns_connections:
            await self._driver.aclose()
            self._close_budget()

    async def __aenter__(self: AsyncSessionT) -> AsyncSessionT:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _run(self, flow: Flow[T]) -> T:
        return await self._driver.run(flow)
