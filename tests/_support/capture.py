"""Small API pages of our own, in the layout of the published ones."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"

MODEL_ID = "acme/demo/paint"
BODY: dict[str, Any] = {"prompt": "the sign says 'OPEN', it's bright", "n": 2}
INPUT: dict[str, Any] = {
    "type": "object",
    "title": "In",
    "required": ["prompt"],
    "properties": {
        "zeta": {"type": "float", "minimum": 0.0, "maximum": 4294967295, "default": 1e-07},
        "prompt": {"type": "string", "description": "", "default": "caf\u00e9 \u4f60"},
        "lora": {"type": "object", "properties": {"path": {"type": "string"}}},
    },
}
OUTPUT: dict[str, Any] = {
    "output": {"type": "object", "properties": {"image": {"type": "string", "format": "uri"}}}
}


def pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def make_page(
    words: tuple[str, str, str] = ("Start", "Accepted values", "Results"),
    url: str = f"https://api.example/v1/models/{MODEL_ID}",
    body: str = pretty(BODY),
    input_schema: str = pretty(INPUT),
    output_schema: str = pretty(OUTPUT),
) -> str:
    """Return a page whose headings are words; every JSON text can be replaced by a damaged one."""
    start, accepted, results = words
    curl = (
        f"curl --request POST \\\n  --url {url} \\\n"
        f"  --header \"Authorization: Bearer <token>\" \\\n  --data '{body}'"
    )
    poll = "curl --request GET \\\n  --url https://api.example/v1/requests/{request_id}/status\n"
    return (
        f"{start}\n{curl}{start} 2\n{curl}{start} {{request_id}}\n{poll}"
        f"{accepted}\n{input_schema}{results}\n{output_schema}{start}\n"
    )


def as_spans(page: str) -> str:
    """Return the page as one highlighted code block.

    A span around each word, look-alikes in scripts.
    """
    words = re.split(r"(\s+)", page)
    code = "".join(f"<span>{html.escape(word)}</span>" if word.strip() else word for word in words)
    decoy = json.dumps({"type": "object", "properties": {"decoy": {"type": "string"}}})
    script = f'<script id="__NEXT_DATA__" type="application/json">{decoy}</script>'
    return (
        f"<!DOCTYPE html><html><head>{script}<style>a {{ }}</style></head><body>"
        f"<!-- {decoy} --><template>{decoy}</template><pre><code>{code}</code></pre></body></html>"
    )


def as_lines(page: str) -> str:
    """Return the page as one block of lines: `<br>` for line ends, no-break spaces for spaces."""
    lines = html.escape(page).replace(" ", "&nbsp;").replace("\n", "<br>")
    return f"<html><body><div>{lines}</div></body></html>"


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
