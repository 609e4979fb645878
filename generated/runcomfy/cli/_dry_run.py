# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`--dry-run`: what would be sent, what it is likely to cost, and what is left in the account."""

# pyright: reportPrivateUsage=false
# A dry run reads a batch, which is a part of its client.

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Annotated, Any, cast

import typer

from .._api.balance import Balance, balance
from .._api.costs.estimate import Estimate, current_price, estimate_by
from .._api.costs.price import Price
from .._base.money import dollars
from .._client import SyncClient
from .._validation.base import Request
from ..batches import Batch, Journal
from ..batches._entry import OPEN
from ..errors import InvalidRequestError, RunComfyError
from ..media._local import name_of
from ._console import in_columns, mode, say, write_json

DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Print the body, the estimated cost and the balance, and submit nothing.",
    ),
]


def show_request(
    client: SyncClient, request: Request[Any], extra_body: Mapping[str, Any] | None
) -> None:
    """Print what a request would send and cost.

    Raises:
        InvalidRequestError: If the media of the request break a rule.
    """
    problems = client._api.local_problems(request.media_items())
    if problems:
        raise InvalidRequestError.from_problems(problems, request.model_id)
    body = {**request.to_body(_shown), **(extra_body or {})}
    estimate = estimate_by(_price(client, request.model_id), request.model_id, body)
    account = _balance(client)
    if mode.json:
        write_json(
            {
                "model_id": request.model_id,
                "body": body,
                "estimate": _estimate_json(estimate),
                "balance": _balance_json(account),
            }
        )
        return
    print(json.dumps(body, indent=2))
    say(f"estimate: {estimate}\nbalance: {account}\nNothing was submitted.")


def show_batch(client: SyncClient, batch: Batch[Any]) -> None:
    """Print what a batch would send and cost. Requests that are already submitted are left out.

    Raises:
        JournalError: The journal exists and cannot be used.
    """
    journal = batch._plan.journal
    open_keys = _open_keys(batch)
    entries = [item.entry for item in batch._plan.items if item.entry.key in open_keys]
    prices = {
        model_id: _price(client, model_id)
        for model_id in dict.fromkeys(entry.model_id for entry in entries)
    }
    estimates = {
        entry.key: estimate_by(prices[entry.model_id], entry.model_id, entry.input)
        for entry in entries
    }
    known = [estimate.usd for estimate in estimates.values() if estimate.usd is not None]
    unknown = len(entries) - len(known)
    account = _balance(client)
    if mode.json:
        requests = [
            {
                "key": entry.key,
                "model_id": entry.model_id,
                "body": dict(entry.input),
                "estimate": _estimate_json(estimates[entry.key]),
            }
            for entry in entries
        ]
        total = {"usd": sum(known), "unknown": unknown}
        write_json(
            {
                "requests": requests,
                "estimate": total,
                "balance": _balance_json(account),
                "journal": str(journal),
            }
        )
        return
    rows = [
        [entry.key, entry.model_id, str(estimates[entry.key]), json.dumps(entry.input)]
        for entry in entries
    ]
    in_columns(rows)
    left_out = f", and {unknown} whose cost is not known" if unknown else ""
    say(
        f"estimate: {dollars(sum(known))} for {len(known)} of {len(batch)} requests{left_out}\n"
        f"balance: {account}\njournal: {journal}\nNothing was submitted."
    )


def _open_keys(batch: Batch[Any]) -> set[str]:
    """Return the keys of the requests that a run would submit."""
    keys = {item.entry.key for item in batch._plan.items}
    if not batch._plan.journal.exists():
        return keys
    with Journal(batch._plan.journal) as journal:
        return keys - {entry.key for entry in journal.entries() if entry.state not in OPEN}


def _price(client: SyncClient, model_id: str) -> Price:
    return client._run(current_price(client._api, model_id))


def _balance(client: SyncClient) -> Balance | str:
    """Return the balance, or why it is not known: the rest is worth showing without it."""
    try:
        return client._run(balance(client._api, patiently=False))
    except RunComfyError as error:
        return f"not known ({error.message})"


def _balance_json(account: Balance | str) -> dict[str, Any]:
    if isinstance(account, Balance):
        return {"usd": account.usd, "currency": account.currency}
    return {"usd": None, "reason": account}


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    return {"usd": estimate.usd, "basis": estimate.basis}


def _shown(value: Any, kind: str) -> str:
    """Return a URL as it is, and of local media the name: its content may be megabytes long."""
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return str(os.fspath(cast("os.PathLike[str]", value)))
    return name_of(value) or f"({kind})"
