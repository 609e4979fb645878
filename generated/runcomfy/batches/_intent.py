# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The intent to submit: written to a journal at the last moment before the POST."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

from .._api.protocol import JobRef
from .._transport.effects import Call, Flow, Offload
from .._transport.stepper import Stepper


def with_intent(flow: Flow[JobRef[Any]], begin: Callable[[str], None]) -> Flow[JobRef[Any]]:
    """Run a submit that writes its intent before it posts.

    Args:
        flow: The submit.
        begin: Called once, before the first POST, with the SHA-256 of the body in hexadecimal. A
            submit that was certainly refused may post again; the intent is the same.
    """
    stepper, has_begun = Stepper(flow), False
    while True:
        try:
            effect = stepper.next()
        except StopIteration as end:
            job: JobRef[Any] = end.value
            return job
        try:
            if not has_begun and isinstance(effect, Call) and _is_post(effect):
                yield Offload(partial(begin, hashlib.sha256(effect.content or b"").hexdigest()))
                has_begun = True
            stepper.give((yield effect))
        except BaseException as error:
            stepper.throw(error)


def _is_post(call: Call) -> bool:
    """Tell whether a call of a submit is its POST; the others read, measure or upload."""
    return call.content is not None and not call.foreign
