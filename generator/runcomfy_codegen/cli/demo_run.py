"""The whole way in one command: generate, start the emulator, send real requests, save what they deliver."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..dialect.parts import read_parts
from ..disk.locking import sole_writer
from ..ir.values import body_of, sample
from ..names.lock import EndpointName
from ..runtime._schemas.media_kinds import KINDS, MediaKind
from ..runtime.testing import Emulator
from ..runtime.testing._media import draw
from ..schemas.folder import EndpointSource
from ..schemas.overlays import apply_overlay
from ..text.json_types import is_object
from ..text.problems import counted, has_errors
from ..workspace import Workspace
from .emulator import emulated
from .importable import make_importable, next_steps


def run_demo(workspace: Workspace, save: Path, say: Callable[[str], Any]) -> int:
    """Returns the exit code: 0 if every endpoint delivered at least one file."""
    with sole_writer(say, workspace.schemas, workspace.out):
        workspace = replace(workspace)  # looked at afresh: another run may just have ended
        generation = workspace.generate()
        _, edited = workspace.publish(generation, force=False)
    problems = [*workspace.problems, *generation.problems, *edited]
    if has_errors(problems):
        for problem in problems:
            say(str(problem))
        return 1
    made = counted(len(workspace.sources), "endpoint")
    say(f"generated  {made}, {counted(len(generation), 'file')} in {workspace.out}/")
    # What is imported from the output folder leaves no bytecode there: `generate` would not either.
    sys.dont_write_bytecode = True
    sdk = _import_sdk(workspace)
    with Emulator(emulated(workspace.sources)) as emulator:
        say(f"emulator   {emulator.base_url}")
        clients = {"api_token": emulator.token, "base_url": emulator.base_url}
        inputs = _write_inputs(save)
        usable = _requests(sdk, workspace.sources, inputs, say)
        saved = _run_sync(sdk, clients, usable, save, say)
        asyncio.run(_run_async(sdk, clients, usable, say))
        posts = sum(request.method == "POST" for request in emulator.received)
        say(f"sent       {len(emulator.received)} requests, {posts} of them submits")
    if not usable:
        say("nothing was sent: no endpoint has a request that its own schema accepts")
    files = sum(map(len, saved.values()))
    say(f"saved      {counted(files, 'file')} in {save}/")
    package = workspace.package
    importable = make_importable(workspace.out, package)
    for step in next_steps(workspace.out, package, importable):
        say(f"next       {step}")
    return 0 if usable and all(saved.values()) else 1


def _requests(
    sdk: Any,
    sources: Sequence[EndpointSource],
    inputs: Mapping[MediaKind, Path],
    say: Callable[[str], Any],
) -> dict[str, dict[str, Any]]:
    """Choose the arguments to send to each endpoint, and say which endpoint has none and why."""
    chosen: dict[str, dict[str, Any]] = {}
    for source in sources:
        model_id = source.model_id
        example = source.endpoint.value.get("example")
        what = "published example" if is_object(example) else "made-up request"
        bodies = [example] if is_object(example) else _made_up(source)
        problem = ""
        for body in bodies:
            try:
                chosen[model_id] = _arguments(sdk, model_id, body, inputs)
                break
            except sdk.InvalidRequestError as error:
                problem = problem or str(error)
        else:
            say(f"skipped    the {what} of {model_id}: {problem}")
    return chosen


def _made_up(source: EndpointSource) -> list[dict[str, Any]]:
    """Return bodies to try in turn: with the required properties, then with every property."""
    corrected, _ = apply_overlay(source)
    part = read_parts(corrected, EndpointName("", ""), _as_published)[0]
    whole = {field.wire: sample(field.type, part.nested) for field in part.cls.fields}
    return [body_of(part.cls, part.nested), whole]


def _as_published(_class: str, wires: Sequence[str]) -> dict[str, str]:
    return {wire: wire for wire in wires}


def _import_sdk(workspace: Workspace) -> Any:
    """The package that was just written, whatever of that name is installed elsewhere."""
    name = workspace.project.package
    sys.path.insert(0, str(workspace.out.resolve()))
    for module in [
        module for module in sys.modules if module == name or module.startswith(f"{name}.")
    ]:
        del sys.modules[module]
    importlib.invalidate_caches()
    return importlib.import_module(name)


def _write_inputs(folder: Path) -> dict[MediaKind, Path]:
    """Write a small file of each kind of media."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {kind.name: folder / kind.sample_file for kind in KINDS.values()}
    for kind, file in files.items():
        file.write_bytes(draw(kind, "a file of this machine", ratio=1.5))
    return files


def _arguments(
    sdk: Any, model_id: str, example: Mapping[str, Any], inputs: Mapping[MediaKind, Path]
) -> dict[str, Any]:
    """The published example as arguments, with files from this machine in place of URLs: no other host is asked.

    Raises the SDK's InvalidRequestError.
    """
    request = sdk.get_endpoint(model_id).request_type(**example)
    arguments = {name: getattr(request, name) for name in request.model_fields_set}
    local: dict[str, Any] = {}
    for item in request.media_items():
        name, indexed, _ = item.field.partition("[")
        if name in arguments:  # nested media keeps its URL
            local[name] = (
                [*local.get(name, []), inputs[item.kind]] if indexed else inputs[item.kind]
            )
    return arguments | local


def _run_sync(
    sdk: Any,
    settings: Mapping[str, str],
    examples: Mapping[str, Any],
    save: Path,
    say: Callable[[str], Any],
) -> dict[str, list[Path]]:
    """Send each request through its typed method; return the files saved, by endpoint."""
    saved: dict[str, list[Path]] = {}
    with sdk.RunComfy(**settings) as client:
        for model_id, example in examples.items():
            endpoint, path = _typed(sdk, client, model_id)
            files = saved[model_id] = []
            try:
                result = endpoint.submit(**example).wait(timeout=60)
                files += result.download(save / Path(*model_id.split("/")))
            except sdk.RunComfyError as error:
                say(f"failed     client.{path}: {error}")
            else:
                names = ", ".join(map(str, files))
                say(f"sync       client.{path}.submit(...).wait() -> {names}")
    return saved


async def _run_async(
    sdk: Any, settings: Mapping[str, str], examples: Mapping[str, Any], say: Callable[[str], Any]
) -> None:
    """The same with asyncio, all endpoints at once."""
    async with sdk.AsyncRunComfy(**settings) as client:
        endpoints = [
            (*_typed(sdk, client, model_id), example) for model_id, example in examples.items()
        ]
        results = await asyncio.gather(
            *(endpoint.run(**example) for endpoint, _, example in endpoints), return_exceptions=True
        )
        for (_, path, _), result in zip(endpoints, results, strict=True):
            if isinstance(result, BaseException) and not isinstance(result, sdk.RunComfyError):
                raise result
            said = f"failed: {result}" if isinstance(result, BaseException) else result.status
            say(f"async      await client.{path}.run(...) -> {said}")


def _typed(sdk: Any, client: Any, model_id: str) -> tuple[Any, str]:
    path: str = sdk.get_endpoint(model_id).attribute_path
    endpoint = client
    for part in path.split("."):
        endpoint = getattr(endpoint, part)
    return endpoint, path
