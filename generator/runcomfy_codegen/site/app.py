"""The built website as an application, to be served beside the emulator."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ..runtime.testing._server import TOKEN
from .build import MARKER

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_DEPTH = re.compile(
    r'new URL\("[./]*"'
)  # the one thing in which the theme's scripts differ by page


def is_site(folder: Path) -> bool:
    """Whether `runcomfy-codegen site` has built it."""
    return (folder / MARKER).is_file()


def site_app(folder: Path, token: str = TOKEN) -> Starlette:
    """Make the application of a built site.

    Args:
        folder: Where it was built.
        token: What its forms send to the emulator.

    Raises:
        OSError: A file cannot be read.
    """

    async def emulator(_request: Request) -> Response:
        """Say that there is an emulator, and its token: a site somewhere else has no forms."""
        return JSONResponse({"token": token})

    files = _Files(directory=folder, html=True)
    files.policy = _policy(folder)
    return Starlette(routes=[Route("/emulator.json", emulator), Mount("/", files)])


class _Files(StaticFiles):
    """Nothing runs that is not ours or the theme's, and no other host is asked."""

    policy = ""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = self.policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
        return response


def _policy(folder: Path) -> str:
    hashes = " ".join(sorted({f"'sha256-{_sha256(each)}'" for each in _theme_scripts(folder)}))
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _theme_scripts(folder: Path) -> Iterator[str]:
    """The inline scripts of all pages, as far as they are those of a page without vendor text."""
    plain = {_DEPTH.sub("", each) for each in _scripts(folder / "404.html")}
    for page in folder.rglob("*.html"):
        yield from (each for each in _scripts(page) if _DEPTH.sub("", each) in plain)


def _scripts(page: Path) -> list[str]:
    return _SCRIPT.findall(page.read_text("utf-8"))


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
