"""Serve the built website beside the emulator."""

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
from .website import MARKER

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# The theme's scripts differ from page to page only in this.
_DEPTH = re.compile(r'new URL\("[./]*"')


def is_site(folder: Path) -> bool:
    """Return whether the folder holds a website that `runcomfy-codegen site` has built."""
    return (folder / MARKER).is_file()


def site_app(folder: Path, token: str = TOKEN) -> Starlette:
    """Make the application of a built site.

    Args:
        folder: The folder of the website.
        token: The API token that its forms send to the emulator.

    Raises:
        OSError: If a file cannot be read.
    """

    async def emulator(_request: Request) -> Response:
        """Tell the pages that there is an emulator. Served without one, they have no forms."""
        return JSONResponse({"token": token})

    files = _Files(directory=folder, html=True)
    files.policy = _policy(folder)
    return Starlette(routes=[Route("/emulator.json", emulator), Mount("/", files)])


class _Files(StaticFiles):
    """The files, with a policy: only our scripts and the theme's run, and no other host is contacted."""

    policy = ""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = self.policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
        return response


def _policy(folder: Path) -> str:
    hashes = " ".join(sorted({f"'sha256-{_sha256(script)}'" for script in _theme_scripts(folder)}))
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _theme_scripts(folder: Path) -> Iterator[str]:
    """Yield the inline scripts of all pages that also stand in 404.html, a page without vendor text."""
    plain = {_DEPTH.sub("", script) for script in _scripts(folder / "404.html")}
    for page in folder.rglob("*.html"):
        yield from (script for script in _scripts(page) if _DEPTH.sub("", script) in plain)


def _scripts(page: Path) -> list[str]:
    return _SCRIPT.findall(page.read_text("utf-8"))


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
