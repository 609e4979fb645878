"""The settings of a client, as every flow takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .._files.access import Access
from .._transport.effects import Call
from .._transport.reach import Reach
from .._transport.retry import RetryPolicy
from .._validation.given import check_seconds
from ..errors import FieldProblem
from ..media import MediaItem
from ..media._preflight import PreflightMode, local_problems
from .auth import ApiToken
from .memory import Memory
from .options import check_headers, is_loopback

if TYPE_CHECKING:
    from .costs.budget import Budget

Uploader = Callable[[Any], Any]
"""A function of the user that takes local media (a path, bytes or a binary file) and returns its URL."""


@dataclass(frozen=True)
class Api:
    """The settings of one client. `timeout` is in seconds, for each HTTP exchange."""

    base_url: str
    token: ApiToken
    user_agent: str
    timeout: float
    preflight: PreflightMode = "auto"
    uploader: Uploader | None = None
    http2: bool = False
    retry_policy: RetryPolicy = field(default=RetryPolicy(), repr=False)
    extra_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    reach: Reach = field(default_factory=Reach, repr=False, compare=False)
    downloads: Access = field(default=Access(), repr=False)
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)
    budget: Budget | None = field(default=None, repr=False, compare=False)

    @property
    def is_local(self) -> bool:
        """Whether the service is an emulator on this machine, where its media are too."""
        return is_loopback(self.base_url)

    def local_problems(self, items: Sequence[MediaItem]) -> tuple[FieldProblem, ...]:
        """Return the problems of media that this machine can find without asking a server."""
        return local_problems(items, self.preflight, inline=self.uploader is None)

    def for_call(
        self, extra_headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> Api:
        """Return the settings for one call.

        Args:
            extra_headers: Sent with each request of the call.
            timeout: Seconds for a read with all its repetitions.

        Raises:
            ConfigurationError: If an argument is wrong.
        """
        policy = self.retry_policy
        if timeout is not None:
            policy = replace(policy, read_budget=check_seconds("timeout", timeout))
        return replace(self, retry_policy=policy, extra_headers=check_headers(extra_headers))

    def call(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        timeout: float | None = None,
        patience: float | None = None,
        within: float | None = None,
    ) -> Call:
        """Make an exchange with the API. Only the base URL, which `path` is below, gets the token."""
        own = {
            "accept": "application/json",
            "user-agent": self.user_agent,
            "authorization": f"Bearer {self.token.reveal()}",
        }
        if content is not None:
            own["content-type"] = "application/json"
        return Call(
            method,
            self.base_url + path,
            headers={**own, **self.extra_headers},
            content=content,
            timeout=timeout or self.timeout,
            patience=patience,
            within=within,
            # A submit: a kept connection may be closing, or hold half of an earlier reply.
            fresh=content is not None,
            redact=self.token.redact,
        )
