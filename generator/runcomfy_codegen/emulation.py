"""The emulator of the SDK's runtime, fed from `schemas/`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .overlays import apply_overlay
from .problems import counted
from .runtime._json import as_object
from .runtime.testing import EmulatedEndpoint, Emulator, endpoint_from_json, serve
from .schemas_folder import EndpointSource


def emulated(sources: Sequence[EndpointSource]) -> list[EmulatedEndpoint]:
    """The endpoints with their schemas as published, and as their overlays correct them."""
    return [_emulated(source) for source in sources]


def _emulated(source: EndpointSource) -> EmulatedEndpoint:
    corrected, _ = apply_overlay(source)
    example = as_object(corrected.endpoint.value.get("example"))
    reading = {
        "input_schema": corrected.input.value,
        "one_or_many": [name for name, value in example.items() if isinstance(value, str)],
    }
    schemas = {"input_schema": source.input.value, "output_schema": source.output.value}
    return endpoint_from_json({**source.endpoint.value, **schemas, "reading": reading})


def serve_schemas(
    sources: Sequence[EndpointSource],
    port: int,
    site: Path,
    print_url: Callable[[str], Any],
    say: Callable[[str], Any],
) -> None:
    """Serve until Ctrl-C; port 0 takes any free one. Raises OSError where the port is taken.

    site: a folder with the built website, which is served beside the emulator; there may be none.
    """
    from .site.app import is_site, site_app

    beside = site_app(site) if is_site(site) else None

    def ready(emulator: Emulator) -> None:
        print_url(f"{emulator.base_url}/v1")
        say(f"{counted(len(sources), 'endpoint')}; Ctrl-C stops. To use it:")
        say(f"  export RUNCOMFY_MODEL_API_BASE={emulator.base_url}/v1")
        say(f"  export RUNCOMFY_API_TOKEN={emulator.token}")

        if beside:
            say(f"the models' pages are at {emulator.base_url}/")
        else:
            say(f"no website in {site}: runcomfy-codegen site builds it")

    serve(emulated(sources), "127.0.0.1", port, ready, beside)
