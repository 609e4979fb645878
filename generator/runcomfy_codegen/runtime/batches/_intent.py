"""The intent to submit: written to a journal at the last moment before the POST."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

from .._api.protocol import JobRef
from .._transport.effects import Call, Flow, Offload
from .._transport.stepper import performed_by


def with_intent(flow: Flow[JobRef[Any]], begin: Callable[[str], None]) -> Flow[JobRef[Any]]:
    """Run a submit that writes its intent before it posts.

    Args:
        flow: The submit.
        begin: Called once, before the first POST, with the SHA-256 of the body in hexadecimal. A
            submit that was certainly refused may post again; the intent is the same.
    """
    has_begun = False

    def perform(effect: Any) -> Flow[Any]:
        nonlocal has_begun
        # Only the POST has content; other calls of a submit read, measure or upload.
        posted = effect.content if isinstance(effect, Call) and not effect.foreign else None
        if posted is not None and not has_begun:
            yield Offload(partial(begin, hashlib.sha256(posted).hexdigest()))
            has_begun = True
        return (yield effect)

    return performed_by(perform, flow)
