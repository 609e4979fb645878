# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Hints for calls that Python refuses: what other clients call an argument, and where a model is."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

# What the clients of other services, and of other versions, call it.
_SYNONYMS: Mapping[str, str] = {
    **dict.fromkeys(
        ("api_key", "key", "token", "auth", "auth_token", "access_token", "credentials"),
        "api_token=",
    ),
    **dict.fromkeys(("url", "host", "api_base", "api_url", "endpoint", "server"), "base_url="),
    **dict.fromkeys(("request_timeout", "read_timeout"), "http_timeout="),
    **dict.fromkeys(
        ("proxy", "proxies", "verify", "transport", "session", "headers", "client", "limits"),
        "http_client=",
    ),
    **dict.fromkeys(("callback", "on_queue_update", "on_progress", "progress"), "on_update="),
    **dict.fromkeys(("interval", "poll", "polling_interval", "sleep"), "poll_interval="),
    **dict.fromkeys(("max_wait", "wait_timeout", "deadline"), "timeout="),
    **dict.fromkeys(("id", "job_id", "prediction_id"), "request_id="),
    **dict.fromkeys(("path", "dir", "directory", "output_dir", "out", "to", "dest"), "folder="),
    **dict.fromkeys(("filename", "file_name", "pattern", "template"), "name="),
    **dict.fromkeys(("exist_ok", "replace", "force"), "overwrite="),
}


def explains_misuse(method: Callable[P, R]) -> Callable[P, R]:
    """Add a hint to the TypeError of a call whose arguments do not fit the signature."""
    names = [*inspect.signature(method).parameters][1:]

    def misuse(error: TypeError, args: tuple[Any, ...], options: Mapping[str, Any]) -> TypeError:
        # An error that was raised inside the method is its own.
        inside = error.__traceback__.tb_next if error.__traceback__ else None
        hint = "" if inside is not None else _hint(names, args, options, method)
        return TypeError(f"{_text(error, method, args[0])}; {hint}") if hint else error

    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def awaited(*args: P.args, **options: P.kwargs) -> Any:
            try:
                coroutine = method(*args, **options)
            except TypeError as error:
                raise misuse(error, args, options) from None
            return await coroutine

        return cast("Callable[P, R]", awaited)

    @functools.wraps(method)
    def call(*args: P.args, **options: P.kwargs) -> R:
        try:
            return method(*args, **options)
        except TypeError as error:
            explained = misuse(error, args, options)
            if explained is error:
                raise
            raise explained from None
        finally:
            options.clear()  # a traceback that shows variables would show a token among them

    return call


def _text(error: TypeError, method: Callable[..., Any], owner: object) -> str:
    text = str(error)
    if method.__name__ == "__init__":  # which a class may have from a private one
        return text.replace(method.__qualname__, type(owner).__name__)
    return text


def _hint(
    names: list[str],
    args: tuple[Any, ...],
    options: Mapping[str, Any],
    method: Callable[..., Any],
) -> str:
    owner, *others = args
    if others and isinstance(others[0], str) and "/" in others[0]:
        return call_of_model(others[0])
    for name in options:
        if name in names:
            continue
        synonym = _SYNONYMS.get(name, "")
        if synonym.removesuffix("=") in names:
            is_async = hasattr(owner, "aclose") or inspect.iscoroutinefunction(method)
            return f"did you mean '{synonym}{_example(synonym, is_async)}'?"
        longer = [known for known in names if name in known]
        near = longer or difflib.get_close_matches(name, names, n=1)
        if near:
            return f"did you mean '{near[0]}='?"
    return f"it takes {', '.join(names)}" if names else ""


def _example(synonym: str, is_async: bool) -> str:
    if synonym != "http_client=":
        return ""
    from .._transport.libraries import example_of

    return example_of("AsyncClient" if is_async else "Client")


def call_of_model(model_id: str) -> str:
    """Say how a model is called that was named by its id."""
    from .._schemas.registry import attribute_paths

    path = attribute_paths().get(model_id)
    if path:
        return f"call it as client.{path}.run(...)"
    return f"call it as client.untyped({model_id!r}).run({{...}})"
