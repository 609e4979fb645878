# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""A local emulator of the RunComfy Model API, for tests that need no network and cost nothing.

    with Emulator() as emulator:
        client = RunComfy(emulator.token, base_url=emulator.base_url)

pytest users have the fixture `runcomfy_emulator`. Needs the SDK's extra `testing`.
"""

from __future__ import annotations

from importlib import import_module

from .._base.install import how_to_install

try:
    for _needed in ("jsonschema", "starlette", "uvicorn"):
        import_module(_needed)
except ImportError as _missing:
    raise ImportError(
        f"the emulator needs {_missing.name}: {how_to_install('testing')}",
        name=_missing.name,
    ) from _missing

from ._app import ReceivedRequest
from ._behaviour import Behaviour, Chaos
from ._endpoints import EmulatedEndpoint, endpoint_from_json
from ._jobs import Job
from ._server import Emulator, serve

__all__ = [
    "Behaviour",
    "Chaos",
    "EmulatedEndpoint",
    "Emulator",
    "Job",
    "ReceivedRequest",
    "endpoint_from_json",
    "serve",
]
