"""Run the SDK's emulator with the endpoints of the schemas folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..runtime._base.json_values import as_object
from ..runtime.testing import EmulatedEndpoint, Emulator, endpoint_from_json, serve
from ..runtime.testing._server import TOKEN as TOKEN
from ..schemas.folder import EndpointSource
from ..schemas.overlays import apply_overlay
from ..text.problems import counted

_MAX_NOTES = 20  # endpoints that are named one by one


def emulated(sources: Sequence[EndpointSource]) -> list[EmulatedEndpoint]:
    """Return the endpoints with their schemas, as published and as corrected by their overlays."""
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


class Listening(NamedTuple):
    """An address and a token; `allowed_hosts` are names by which other machines reach the address."""

    host: str
    port: int
    token: str
    allowed_hosts: tuple[str, ...]


def serve_schemas(
    sources: Sequence[EndpointSource],
    listening: Listening,
    site: Path,
    print_url: Callable[[str], Any],
    say: Callable[[str], Any],
) -> None:
    """Serve until Ctrl-C.

    Args:
        sources: The endpoints.
        listening: The address and the token. Port 0 takes any free port.
        site: The folder of the website, which is served too if it has been built.
        print_url: Called with the base URL of the API.
        say: Called with every other message.

    Raises:
        OSError: If the port is taken, or the address does not belong to this machine.
        ValueError: If the address is not loopback and no host names are allowed, or if a header cannot
            carry the token.
    """
    from ..site.serving import is_site, site_app

    beside = site_app(site, listening.token) if is_site(site) else None
    endpoints = emulated(sources)

    def ready(emulator: Emulator) -> None:
        print_url(f"{emulator.base_url}/v1")
        say(f"{counted(len(sources), 'endpoint')}; press Ctrl-C to stop. To use the emulator:")
        say(f"  export RUNCOMFY_MODEL_API_BASE={emulator.base_url}/v1")
        say(f"  export RUNCOMFY_API_TOKEN={emulator.token}")
        _say_what_is_not_checked(endpoints, say)
        if beside:
            say(f"website: {emulator.base_url}/")
        else:
            say(f"no website in {site}; run `runcomfy-codegen site` to build it")

    host, port, token, allowed_hosts = listening
    serve(endpoints, host, port, ready, beside, token=token, allowed_hosts=allowed_hosts)


def _say_what_is_not_checked(
    endpoints: Sequence[EmulatedEndpoint], say: Callable[[str], Any]
) -> None:
    """List the parts of schemas that neither the emulator nor the SDK checks."""
    partly = [endpoint for endpoint in endpoints if endpoint.reading.left_out]
    for endpoint in partly[:_MAX_NOTES]:
        places = ", ".join(place.lstrip("/") or "/" for place in endpoint.reading.left_out)
        say(f"{endpoint.model_id}: not checked: {places:.300}")
    if len(partly) > _MAX_NOTES:
        rest = counted(len(partly) - _MAX_NOTES, "endpoint")
        say(f"{rest} more are checked in part; runcomfy-codegen lint lists everything")
