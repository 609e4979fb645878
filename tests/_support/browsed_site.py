"""The website in a browser, and the endpoints that are on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runcomfy_codegen.runtime.testing import Emulator

from .sdk import properties

# Without these it looks up its maker's hosts at every start.
FLAGS = (
    *[
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
    ],
    *[
        "--disable-component-update",
        "--disable-sync",
        "--disable-default-apps",
        "--disable-extensions",
    ],
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
EVIL = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
SOUND = properties("text", text={"type": "string"})
FILM = properties(
    "prompt", "frame", prompt={"type": "string"}, frame={"type": "string", "format": "image_uri"}
)
EVERY = properties(
    "prompt",
    "images",
    "style",
    prompt={"type": "string", "title": EVIL, "description": EVIL, "maxLength": 20},
    images={"type": "array", "format": "image_uris", "minItems": 1, "maxItems": 2},
    style={"type": "string", "enum": [EVIL, "plain"]},
    steps={"type": "integer", "minimum": 1, "maximum": 9, "default": 5, "examples": [3, 7]},
    hint={"type": "string", "examples": ["soft light", EVIL], "deprecated": True},
    token={"type": "string", "format": "password", "examples": ["hf_SAMPLE"]},
    fast={"type": "boolean"},
    lora={"type": "object", "required": ["path"], "properties": {"path": {"type": "string"}}},
    note={"type": ["string", "null"]},
)


@dataclass
class Site:
    """The site in a browser. strayed: requests to anywhere else; said: errors on its console."""

    page: Any
    emulator: Emulator
    strayed: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])
    sdk: Path = Path()

    def open(self, path: str = "") -> Any:
        self.page.goto(f"{self.emulator.base_url}/{path}")
        return self.page

    def shown(self) -> list[str]:
        """Return the endpoints in the index that are not filtered out."""
        self.page.locator("#filters output").wait_for()
        links: list[str] = self.page.locator(".md-content td a:visible").all_inner_texts()
        return links
