"""The balance of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from .._base.json_values import finite
from .._base.money import dollars
from .._base.text import shorten
from .._transport.effects import Flow
from ..errors import ServerError
from .addresses import DEFAULT_BASE_URL
from .free_reads import read_object
from .settings import Api

# One wallet pays for all products, so another host of the vendor's has it.
_PUBLIC = "https://api.runcomfy.net/prod/v2"
_PATH = "/prod/v2"
_SUBJECT = "the balance"
_MICRO = 1e-6
_LONGEST_CURRENCY = 20  # characters


@dataclass(frozen=True)
class Balance:
    """The money that is left in the account. Zero and less are possible.

    Attributes:
        usd: US dollars.
        currency: The currency that the service names.
        raw: The whole reply, as it came.
    """

    usd: float
    currency: str = "USD"
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)

    def __str__(self) -> str:
        return dollars(self.usd) if self.usd >= 0 else f"-{dollars(-self.usd)}"


def balance(api: Api, *, patiently: bool = True) -> Flow[Balance]:
    """Read the balance. patiently: whether to repeat a failed read for a while.

    Raises:
        APIError: If the service answers with an error.
        TransportError: If there is no answer.
    """
    beside = replace(api, base_url=_address(api.base_url))
    reply = yield from read_object(beside, "/balance", _SUBJECT, patiently=patiently)
    micro = finite(reply.get("balance_microdollars"))
    usd = finite(reply.get("balance_usd"))
    if usd is None and micro is not None:
        usd = micro * _MICRO
    if usd is None:
        shown = shorten(api.token.redact(str(reply)))
        raise ServerError(
            f"{_SUBJECT}: the reply must hold balance_usd, a number; got {shown}", retry_safe=True
        )
    currency = reply.get("currency")
    name = shorten(currency, _LONGEST_CURRENCY) if isinstance(currency, str) and currency else "USD"
    return Balance(usd, name, reply)


def _address(base_url: str) -> str:
    """Return where the balance is: beside the public API, or at the same origin as any other one."""
    if base_url == DEFAULT_BASE_URL:
        return _PUBLIC
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}{_PATH}"
