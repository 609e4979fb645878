"""What jobs, untyped endpoints and batches need of a client: settings, connections, running a flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, get_args

from ._api.auth import find_token
from ._api.call_options import renamed_timeout
from ._api.options import DEFAULT_TIMEOUT, check_seconds, resolve_base_url
from ._api.settings import Api, Uploader
from ._base.lazy import LazyModule
from ._base.opaque import Opaque
from ._files.access import Access, Route
from ._transport.callbacks import check_function
from ._transport.effects import Flow
from ._transport.hosts import HostRules, local_origin, parse_hosts
from ._validation.misuse import explains_misuse
from .errors import ConfigurationError
from .media._preflight import PreflightMode

if TYPE_CHECKING:
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
    """Settings and identity; what it takes to send is in the subclasses."""

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
    ) -> None:
        """All settings are optional. Raises MissingTokenError, ConfigurationError.

        api_token: else RUNCOMFY_API_TOKEN, RUNCOMFY_TOKEN, RUNCOMFY_API_KEY, the official CLI's file.
        base_url: else RUNCOMFY_MODEL_API_BASE, else the public service.
        http_timeout: seconds for one HTTP exchange, 60 by default; timeout is its old name.
        http_client: an httpx client of your own for the API's calls and, without its headers and
        cookies, for downloads; it is yours to close.
        preflight: which media are measured before they are paid for: "auto" also asks the servers of
        URLs, "strict" refuses what cannot be measured, "local" asks no server, "off" checks nothing.
        uploader: given local media, returns its URL; without it, local media is sent inline.
        pickle_token: whether pickles of this client and of its jobs hold a token given as api_token;
        without it, they look the token up where they are unpickled.
        download_hosts: hosts beside RunComfy's that outputs may come from: "cdn.example.com",
        "*.example.com", "emulator:8000". A private one may be the base_url's over http, too.
        http2: whether to speak HTTP/2 where the server can, for all but submits (extra `http2`).
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
    ) -> SessionT:
        """This client with other settings, on the same connections; what is left out stays.

        Only the original closes the connections. Raises ConfigurationError.
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
        view._api = replace(self._api, **changes)
        view._http_client, view._driver = self._http_client, self._driver
        return view

    def _twin(self: SessionT) -> SessionT:
        """A client that still needs connections."""
        twin = type(self).__new__(type(self))
        twin._token_is_argument = self._token_is_argument
        twin._pickle_token = self._pickle_token
        twin._download_hosts = self._download_hosts
        twin._owns_connections = True
        return twin

    @property
    def base_url(self) -> str:
        """Where the API is, ending in `/v1`."""
        return self._api.base_url

    def __repr__(self) -> str:
        # A report on an error in __init__ shows it, too.
        return (
            f"<{type(self).__name__} {self.base_url if hasattr(self, '_api') else '(not set up)'}>"
        )

    def __copy__(self: SessionT) -> SessionT:
        """The same settings on the same connections, which only the original closes."""
        return self.with_options()

    def __deepcopy__(self: SessionT, memo: dict[int, Any]) -> SessionT:
        """The same settings with connections of its own; an injected httpx client is shared."""
        copy = self._twin()
        copy._open(self._api, self._http_client)
        return copy

    def __reduce__(self) -> tuple[Any, ...]:
        """The settings; a token from the environment is looked up again where they are unpickled."""
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
        }
        return reopen, (type(self), settings)


def reopen(kind: Callable[..., T], settings: dict[str, Any]) -> T:
    """Make a client from the settings in its pickle."""
    try:
        return kind(**settings)
    finally:
        settings.clear()  # a traceback that shows variables would show the token


def _http_seconds(timeout: float | None, http_timeout: float | None) -> float:
    seconds = renamed_timeout(timeout, http_timeout)
    return DEFAULT_TIMEOUT if seconds is None else check_seconds("http_timeout", seconds)


def _checked_mode(preflight: PreflightMode) -> PreflightMode:
    if preflight not in get_args(PreflightMode):
        modes = ", ".join(map(repr, get_args(PreflightMode)))
        raise ConfigurationError(f"preflight: expected one of {modes}, not {preflight!r}")
    return preflight


class SyncSession(_Session["http.Client"]):
    """A session whose calls block; safe to share between threads."""

    _driver: _drivers.SyncDriver

    def _open(self, api: Api, http_client: http.Client | None) -> None:
        from ._transport.drivers import SyncDriver

        if http_client is not None and not isinstance(http_client, http.Client):  # pyright: ignore
            raise ConfigurationError(f"http_client: expected an httpx.Client, not {http_client!r}")
        super()._open(api, http_client)
        self._driver = SyncDriver(
            api.timeout, http_client, trust_env=self._api.downloads.trust_env, http2=api.http2
        )

    def close(self) -> None:
        """Closes the connections, once no call is using them; jobs go on. May be repeated."""
        if self._owns_connections:
            self._driver.close()

    def __enter__(self: SyncSessionT) -> SyncSessionT:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, flow: Flow[T]) -> T:
        return self._driver.run(flow)


class AsyncSession(_Session["http.AsyncClient"]):
    """A session for asyncio, within one event loop at a time."""

    _driver: _drivers.AsyncDriver

    def _open(self, api: Api, http_client: http.AsyncClient | None) -> None:
        from ._transport.drivers import AsyncDriver

        if http_client is not None and not isinstance(
            http_client, http.AsyncClient
        ):  # pyright: ignore
            raise ConfigurationError(
                f"http_client: expected an httpx.AsyncClient, not {http_client!r}"
            )
        super()._open(api, http_client)
        self._driver = AsyncDriver(
            api.timeout, http_client, trust_env=self._api.downloads.trust_env, http2=api.http2
        )

    async def aclose(self) -> None:
        """Like `SyncClient.close`."""
        if self._owns_connections:
            await self._driver.aclose()

    async def __aenter__(self: AsyncSessionT) -> AsyncSessionT:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _run(self, flow: Flow[T]) -> T:
        return await self._driver.run(flow)
