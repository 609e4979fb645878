"""A journal of real requests: which of them a body is, and how a body differs from all of them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from .._base.json_values import map_texts
from .._base.text import shorten
from .._endpoint.info import get_endpoint
from .._schemas.registry import UnknownEndpointError
from .._validation.base import Request
from ..batches._entry import OPEN, Entry, input_digest
from ..batches._shown import without_secrets
from ..batches._snapshot import read_entries
from ..media._data_uri import is_data_uri, parse_data_uri
from ..media._mime import UnusableMediaError
from ._refusals import RefusalError

_LONGEST = 80  # characters of a value in a message
_NOTHING = object()


class Recording:
    """The requests of one journal.

    Attributes:
        path: The journal, as messages name it.
        folder: What the names of saved files are relative to.
    """

    def __init__(self, path: str | os.PathLike[str], *, create: bool = False) -> None:
        """Read a journal, which is left as it is.

        Args:
            path: The file of the journal.
            create: Whether a file that does not exist is an empty recording.

        Raises:
            JournalError: The file cannot be read, is not a journal, or was not closed.
        """
        self.path = Path(path)
        self.folder = self.path.parent
        self._entries: dict[str, Entry] = {}
        if not create or self.path.exists():
            self._entries = {entry.key: entry for entry in read_entries(self.path)}

    @property
    def entries(self) -> list[Entry]:
        """All requests, in the order in which they were recorded."""
        return list(self._entries.values())

    def keep(self, entry: Entry) -> None:
        """Add a request, or its new state."""
        self._entries[entry.key] = entry

    def matching(self, model_id: str, body: Mapping[str, Any]) -> list[Entry]:
        """Return the requests that are equal to a body, in the order of their recording."""
        # A batch identifies a local file by its content, which is posted as a data URI.
        digests = {
            input_digest(model_id, body),
            input_digest(model_id, map_texts(body, _content_digest)),
        }
        return [entry for entry in self.entries if entry.digest in digests]

    def refusal(self, model_id: str, body: Mapping[str, Any]) -> RefusalError:
        """Return the reply to a request that was not recorded; it names what differs."""
        candidates = [entry for entry in self.entries if entry.model_id == model_id]
        if not candidates:
            return _refusal(f"{self.path.name} has no request to {model_id}", [])
        shown = shown_body(model_id, body)
        nearest = min(candidates, key=lambda entry: len(_differences(entry.input, shown)))
        names = _differences(nearest.input, shown)
        detail = [
            {"loc": ["body", name], "msg": _difference(nearest.input, shown, name)}
            for name in names
        ]
        message = f"{self.path.name} has no such request; request {nearest.key} is the nearest"
        return _refusal(message, detail)


def _refusal(message: str, detail: list[dict[str, Any]]) -> RefusalError:
    advice = "record it with --runcomfy-record, or Emulator(record=...)"
    return RefusalError(422, 422001, f"{message}: {advice}", detail)


def is_replayable(entry: Entry) -> bool:
    """Tell whether the recording holds how the service answered, and how the job ended."""
    if entry.state in OPEN:
        return getattr(entry.error, "http_status", None) is not None
    return entry.state in ("completed", "failed")


def shown_body(model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as a recording holds it: without secrets, and with digests of its media."""
    kinds: list[type[Request[Any]]] = []
    with suppress(UnknownEndpointError):
        kinds.append(get_endpoint(model_id).request_type)
    shown: dict[str, Any] = map_texts(without_secrets(kinds, body), _shown_uri)
    return shown


def _shown_uri(text: str) -> str:
    """Return a data URI with the digest in place of its data, and any other text as it is."""
    if not is_data_uri(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text.partition(',')[0][:_LONGEST]},sha256:{digest}"


def _content_digest(text: str) -> str:
    """Return the digest of what a data URI holds, and any other text as it is."""
    if not is_data_uri(text):
        return text
    try:
        content = parse_data_uri(text).decode()
    except (UnusableMediaError, ValueError):
        return text
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _differences(recorded: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    names = dict.fromkeys([*sent, *recorded])
    return [name for name in names if recorded.get(name, _NOTHING) != sent.get(name, _NOTHING)]


def _difference(recorded: Mapping[str, Any], sent: Mapping[str, Any], name: str) -> str:
    got = _in_words(sent[name]) if name in sent else "nothing"
    if name not in recorded:
        return f"must be left out, as it was recorded; got {got}"
    return f"must be {_in_words(recorded[name])}, as it was recorded; got {got}"


def _in_words(value: Any) -> str:
    return shorten(json.dumps(value), _LONGEST)
