"""The emulator of the SDK's runtime, fed from `schemas/`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .problems import counted
from .runtime.testing import EmulatedEndpoint, Emulator, endpoint_from_json, serve
from .schemas_folder import EndpointSource


def emulated(sources: Sequence[EndpointSource]) -> list[EmulatedEndpoint]:
    """The endpoints with their schemas as published."""
    return [
        endpoint_from_json(
            {
                **source.endpoint.value,
                "input_schema": source.input.value,
                "output_schema": source.output.value,
            }
        )
        for source in sources
    ]


def serve_schemas(
    sources: Sequence[EndpointSource],
    port: int,
    print_url: Callable[[str], Any],
    say: Callable[[str], Any],
) -> None:
    """Serve until Ctrl-C; port 0 takes any free one. Raises OSError where the port is taken."""

    def ready(emulator: Emulator) -> None:
        print_url(f"{emulator.base_url}/v1")
        say(f"{counted(len(sources), 'endpoint')}; Ctrl-C stops. To use it:")
        say(f"  export RUNCOMFY_MODEL_API_BASE={emulator.base_url}/v1")
        say(f"  export RUNCOMFY_API_TOKEN={emulator.token}")

    serve(emulated(sources), "127.0.0.1", port, ready)
