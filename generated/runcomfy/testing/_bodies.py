# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Request bodies: what is read of them, and what is refused before anybody looks at a schema."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, NoReturn

from starlette.requests import Request

MAX_BODY = 128 * 2**20
"""Bytes; twice what the largest known client sends."""
MAX_DEPTH = 100
MAX_VALUES = 1_000_000
MAX_DIGITS = 4_200
"""Python writes integers of up to 4,300 digits."""

_MOST_DIGITS = 18  # of a length
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


class MalformedBodyError(ValueError):
    """A body that is not a JSON text of a reasonable size."""


async def read_body(request: Request) -> bytes:
    """Read the whole body.

    Raises:
        MalformedBodyError: It is compressed, or too large; what follows is not kept.
        starlette.requests.ClientDisconnect: The client left before the end.
    """
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise MalformedBodyError(f"the body must not be compressed; got {encoding[:60]!r}")
    announced = request.headers.get("content-length", "")  # the server has checked its form
    if len(announced) > _MOST_DIGITS or int(announced or 0) > MAX_BODY:
        raise MalformedBodyError(f"the body must have at most {MAX_BODY:,} bytes")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise MalformedBodyError(f"the body must have at most {MAX_BODY:,} bytes")
    return bytes(content)


def parse_body(content: bytes) -> Any:
    """Decode JSON as the standard has it, and not all that Python would take for it.

    Raises:
        MalformedBodyError: It says what is wrong.
    """
    commas, brackets = content.count(b","), content.count(b"[") + content.count(b"{")
    if commas + brackets > MAX_VALUES:
        raise MalformedBodyError(f"the body must have at most {MAX_VALUES:,} values")
    try:
        text = content.decode("utf-8")
        body = json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, parse_int=_integer
        )
    except UnicodeDecodeError as error:
        message = (
            f"the body must be UTF-8; got the byte {content[error.start]:#04x} at {error.start}"
        )
        raise MalformedBodyError(message) from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        message = f"the body must be JSON; got something else at character {error.pos}: {error.msg}"
        raise MalformedBodyError(message) from None
    if brackets > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise _too_deep()
    if _HALF_PAIR.search(text):
        _refuse_half_pairs(body)
    return body


def _too_deep() -> MalformedBodyError:
    return MalformedBodyError(f"the body must be nested at most {MAX_DEPTH} levels deep")


def _no_constant(constant: str) -> NoReturn:
    raise MalformedBodyError(f"the body must be JSON; {constant} is not part of it")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedBodyError("the body must have numbers that fit 64 bits; got a larger one")
    return number


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise MalformedBodyError(f"the body must have numbers of at most {MAX_DIGITS:,} digits")
    return int(text)


def _depth(body: Any) -> int:
    """Count the levels, down to one too many."""
    level, depth = [body], 0
    while level and depth <= MAX_DEPTH:
        level = [*chain.from_iterable(map(_children, level))]
        depth += 1
    return depth


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _refuse_half_pairs(body: Any) -> None:
    """Refuse half of a surrogate pair: no UTF-8 has it, so the body could not be written again."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        message = "the body must be Unicode text; got half of a surrogate pair"
        raise MalformedBodyError(message) from None
