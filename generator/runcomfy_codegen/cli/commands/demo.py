"""`runcomfy-codegen demo`: generate the SDK, call the emulator with it and save the results."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...disk.locking import sole_writer
from ...schemas.folder import EndpointSource
from ...text.json_types import is_object
from ...text.problems import counted, has_errors
from ...workspace import Workspace
from ..console import FINDINGS, report_unmatched, require_apart, require_usable, say
from ..options import save_option, sdk_options

if TYPE_CHECKING:
    from ...runtime._schemas.media_kinds import MediaKind


@click.command()
@save_option
@sdk_options
def demo(workspace: Workspace, save: Path) -> None:
    """Generate the SDK, and try it against a local emulator.

    Calls each endpoint and saves the results. Nothing is sent to RunComfy, and no API token is needed.
    If it runs in the `.venv` of the current folder, the SDK can be imported there afterwards. Exits
    with 1 unless every endpoint delivers a file.
    """
    require_apart(workspace)
    require_usable(workspace)
    report_unmatched(workspace)
    workspace = _publish(workspace)
    sdk = _import_sdk(workspace)
    saved = _call_emulator(sdk, workspace.sources, save)
    files = sum(map(len, saved.values()))
    say(f"saved      {counted(files, 'file')} in {save}/")
    _say_next_steps(workspace)
    sys.exit(0 if saved and all(saved.values()) else FINDINGS)


def _publish(workspace: Workspace) -> Workspace:
    """Write the SDK; end the run if anything is wrong. Returns the project as it is now."""
    with sole_writer(say, workspace.schemas, workspace.out):
        # Read again, because another run may have written meanwhile.
        workspace = replace(workspace)
        generation = workspace.generate()
        _, edited = workspace.publish(generation, force=False)
    problems = [*workspace.problems, *generation.problems, *edited]
    if has_errors(problems):
        for problem in problems:
            say(str(problem))
        sys.exit(FINDINGS)
    endpoints = counted(len(workspace.sources), "endpoint")
    say(f"generated  {endpoints}, {counted(len(generation), 'file')} in {workspace.out}/")
    return workspace


def _import_sdk(workspace: Workspace) -> Any:
    """Import the package that was just written, even if another of its name is installed."""
    # `generate` leaves no bytecode in the output folder either.
    sys.dont_write_bytecode = True
    package = workspace.package
    sys.path.insert(0, str(workspace.out.resolve()))
    for module in list(sys.modules):
        if module == package or module.startswith(f"{package}."):
            del sys.modules[module]
    importlib.invalidate_caches()
    return importlib.import_module(package)


def _call_emulator(
    sdk: Any, sources: Sequence[EndpointSource], save: Path
) -> dict[str, list[Path]]:
    """Call each endpoint on the emulator, with both clients. Returns the saved files by model id."""
    # Imported here, as `--help` imports all commands.
    from ...runtime.testing import Behaviour, Emulator
    from ..emulator import emulated

    at_once = Behaviour(statuses=("completed",))  # nobody should wait for a queue
    with Emulator(emulated(sources), behaviour=at_once) as emulator:
        say(f"emulator   {emulator.base_url}")
        settings = {"api_token": emulator.token, "base_url": emulator.base_url}
        requests = _choose_requests(sdk, sources, _write_inputs(save))
        saved = _run_sync(sdk, settings, requests, save)
        asyncio.run(_run_async(sdk, settings, requests))
        submits = sum(request.method == "POST" for request in emulator.received)
        say(f"sent       {len(emulator.received)} requests, {submits} of them submits")
    if not requests:
        say("nothing was sent: no endpoint has a request that its own schema accepts")
    return saved


def _say_next_steps(workspace: Workspace) -> None:
    from ..importable import make_importable, next_steps

    importable = make_importable(workspace.out, workspace.package)
    for step in next_steps(workspace.out, workspace.package, importable):
        say(f"next       {step}")


def _choose_requests(
    sdk: Any, sources: Sequence[EndpointSource], inputs: Mapping[MediaKind, Path]
) -> dict[str, dict[str, Any]]:
    """Return arguments for each endpoint by model id. Endpoints without valid ones are reported."""
    requests: dict[str, dict[str, Any]] = {}
    for source in sources:
        model_id = source.model_id
        example = source.endpoint.value.get("example")
        label = "published example" if is_object(example) else "made-up request"
        problem = ""
        for body in [example] if is_object(example) else _made_up_bodies(source):
            try:
                requests[model_id] = _arguments(sdk, model_id, body, inputs)
                break
            except sdk.InvalidRequestError as error:
                problem = problem or str(error)
        else:
            say(f"skipped    the {label} of {model_id}: {problem}")
    return requests


def _made_up_bodies(source: EndpointSource) -> list[dict[str, Any]]:
    """Return two bodies to try: with the required properties, then with every property."""
    from ...dialect.schema_classes import read_unnamed
    from ...ir.values import body_of, sample
    from ...schemas.overlays import apply_overlay

    corrected, _ = apply_overlay(source)
    part, _, _ = read_unnamed(corrected)
    complete = {field.wire: sample(field.type, part.nested) for field in part.cls.fields}
    return [body_of(part.cls, part.nested), complete]


def _write_inputs(folder: Path) -> dict[MediaKind, Path]:
    """Write a small file of each kind of media; return them by kind."""
    from ...runtime._schemas.media_kinds import KINDS
    from ...runtime.testing._media import draw

    folder.mkdir(parents=True, exist_ok=True)
    files: dict[MediaKind, Path] = {kind.name: folder / kind.sample_file for kind in KINDS.values()}
    for kind, file in files.items():
        file.write_bytes(draw(kind, "a file of this machine", ratio=1.5))
    return files


def _arguments(
    sdk: Any, model_id: str, body: Mapping[str, Any], inputs: Mapping[MediaKind, Path]
) -> dict[str, Any]:
    """Turn a body into arguments, with local files in place of URLs, so that no other host is contacted.

    Raises:
        sdk.InvalidRequestError: If the body is invalid.
    """
    request = sdk.get_endpoint(model_id).request_type(**body)
    arguments = {name: getattr(request, name) for name in request.model_fields_set}
    local: dict[str, Any] = {}
    for item in request.media_items():
        name, indexed, _ = item.field.partition("[")
        if name not in arguments:
            continue  # nested media keeps its URL
        if indexed:
            local.setdefault(name, []).append(inputs[item.kind])
        else:
            local[name] = inputs[item.kind]
    return arguments | local


def _run_sync(
    sdk: Any, settings: Mapping[str, str], requests: Mapping[str, Any], save: Path
) -> dict[str, list[Path]]:
    """Send the requests one after another; return the saved files by model id."""
    saved: dict[str, list[Path]] = {}
    with sdk.RunComfy(**settings) as client:
        for model_id, arguments in requests.items():
            endpoint, path = _typed(sdk, client, model_id)
            files = saved[model_id] = []
            try:
                result = endpoint.submit(**arguments).wait(timeout=60)
                files += result.download(save / Path(*model_id.split("/")))
            except sdk.RunComfyError as error:
                say(f"failed     client.{path}: {error}")
            else:
                names = ", ".join(map(str, files))
                say(f"sync       client.{path}.submit(...).wait() -> {names}")
    return saved


async def _run_async(sdk: Any, settings: Mapping[str, str], requests: Mapping[str, Any]) -> None:
    """Send all requests at once with the asyncio client."""
    async with sdk.AsyncRunComfy(**settings) as client:
        paths: list[str] = []
        runs: list[Any] = []
        for model_id, arguments in requests.items():
            endpoint, path = _typed(sdk, client, model_id)
            paths.append(path)
            runs.append(endpoint.run(**arguments))
        results = await asyncio.gather(*runs, return_exceptions=True)
    for path, result in zip(paths, results, strict=True):
        if isinstance(result, sdk.RunComfyError):
            outcome = f"failed: {result}"
        elif isinstance(result, BaseException):
            raise result
        else:
            outcome = result.status
        say(f"async      await client.{path}.run(...) -> {outcome}")


def _typed(sdk: Any, client: Any, model_id: str) -> tuple[Any, str]:
    """Return the typed endpoint of a client, and its path from the client."""
    path: str = sdk.get_endpoint(model_id).attribute_path
    endpoint = client
    for name in path.split("."):
        endpoint = getattr(endpoint, name)
    return endpoint, path
