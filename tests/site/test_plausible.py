"""The form refuses the texts that the SDK refuses, for the same reasons, before it sends them."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from typing import Any

import pytest
from runcomfy_codegen.runtime.media import MediaItem
from runcomfy_codegen.runtime.media._implausible import is_blank
from runcomfy_codegen.runtime.media._measure import check_text
from runcomfy_codegen.runtime.media._mime import UnusableMediaError
from runcomfy_codegen.site.plausible import tables
from runcomfy_codegen.site.website import ASSETS

NODE = shutil.which("node")
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 60).decode()
JPEG = base64.urlsafe_b64encode(b"\xff\xd8\xff\xe0" + b"\xff" * 90).decode()
FLAC = base64.b64encode(b"fLaC" + b"x" * 60).decode()
HTML = base64.b64encode(b"<!DOCTYPE html><html></html>").decode()
TEXTS = [
    *("https://example.com/a.png", "HTTPS://example.com", "a.png", "图片/a.png", "[1] cat.png", PNG, JPEG),
    *("http//example.com/a.png", "example.com/a.png", "www.example.com", "https://", "none", "None.png"),
    *("https://example.com/a b.png", "https://a.invalid/1.png,https://a.invalid/2.png", "'a.png'"),
    *("https://a.invalid/?urls=https://b.invalid,https://c.invalid", "//a.invalid/b.png", "file:a"),
    *("~/a.png", "图片\\a.png", "images\\a.png", "C:\\a.png", "s3://bucket/a.png", '{"url": 1}'),
    *("", " \n", "\u200b\ufeff", "\u2800", "data:image/png,abc", "data:,", "data:image/png;base64"),
    *(f"data:image/png;base64,{PNG}", f"data:;base64,{PNG}", f"data:video/mp4;base64,{PNG}"),
    *(f"data:application/octet-stream;base64,{PNG}", f"data:image/png;base64,{FLAC}"),
    *(f"data:image/x-own;base64,{PNG}", "data:image/x-own;base64,Pz8/", "data:image/png;base64,!"),
    *("data:image/png;base64,QUJDR", "data:image/svg+xml,%3Csvg%20x='y'/%3E", "data:image/gif,GIF89a"),
    *(f"data:image/png;base64,{HTML}", "data:audio/mp4;base64,AAAAIGZ0eXBpc29t", "data:image/png,%89PNG"),
    *("data:video/mp4;base64,AAAAIGZ0eXBpc29t", "data:image/png;base64,iVBORw0KGgo=\n", "data:x"),
]  # fmt: skip
SCRIPT = """
require(process.argv[1]);
const { tables, cases, blanks } = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const { isBlank, notMedia } = plausible(tables);
const told = cases.map((each) => notMedia(...each));
console.log(JSON.stringify({ told, blanks: blanks.map(isBlank) }));
"""


def told_by_the_sdk(text: str, kind: Any, required: bool, may_be_name: bool) -> str:
    item = MediaItem("", kind, text, optional=not required, may_be_name=may_be_name)
    try:
        check_text(item, text)
    except UnusableMediaError as error:
        return str(error)
    return ""


@pytest.mark.skipif(NODE is None, reason="no node here")
def test_the_form_and_the_sdk_agree() -> None:
    cases = [
        (text, kind, required, may_be_name)
        for text in TEXTS
        for kind in ("image", "video", "audio")
        for required in (True, False)
        for may_be_name in (True, False)
    ]
    given = {"tables": tables(), "cases": cases, "blanks": TEXTS}
    done = subprocess.run(
        [str(NODE), "-e", SCRIPT, str(ASSETS / "plausible.js")],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert found["blanks"] == [is_blank(text) for text in TEXTS]
    refused = 0
    for case, theirs in zip(cases, found["told"], strict=True):
        ours = told_by_the_sdk(*case)
        refused += bool(ours)
        assert bool(theirs) == bool(ours), (case, ours)
        assert ours.endswith(theirs.removeprefix("this ")), case
    assert len(cases) * 0.5 < refused < len(cases) * 0.9
