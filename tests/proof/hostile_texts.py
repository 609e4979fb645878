"""Hostile text as data, and how it is drawn: what could end a literal, a comment, a line or a path."""

from __future__ import annotations

import builtins
import keyword
from random import Random
from typing import Any

from pydantic import BaseModel
from runcomfy_codegen.names.rules import RESERVED_CLASSES, RESERVED_PROPERTIES, RESERVED_SEGMENTS

TEXTS = (
    # ends of Python literals and docstrings
    '"', "'", '"""', "'''", '""""', "\\", "\\\\", 'x\\"""', '"""\\', "\\N{BULLET}", "\\x41\\u0041\\777",
    '"""\nimport os\nos.system("touch pwned")\n"""', "')\nimport socket\n#", '", alias=exit()) #',
    "x = __import__('os')", "lambda: exit()", "exec('1')", "eval(compile('1', '', 'eval'))",
    # lines, comments, cookies
    "\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c\x1d\x1e", "\x85", "\u2028", "\u2029", "# coding: utf-7", "# -*- coding: rot13 -*-",
    "# type: ignore", "# noqa", "# fmt: off", "#!/bin/sh",
    # templates and formatting
    "{{ 7 * 7 }}", "{{ self.__init__.__globals__ }}", "{% raw %}", "{% include '/etc/passwd' %}", "{# #}", "{%- set x = 1 %}",
    "{x!r:>{y}}", "{0.__class__}", "%s", "%(x)s", "%n", "${HOME}", "$(id)", "`id`", "{", "}", "}}{{",
    # terminals, bidi, invisible, not a character
    "\x00", "\x07", "\x08\x08", "\x1b[31m", "\x1b]0;owned\x07", "\x1b[2J", "\x9b31m", "\x7f", "\x90q\x9c",
    "\u202e", "\u2066\u2069", "\u061c", "\u200b", "\u200d", "\u2060", "\ufeff", "\xad", "\u115f", "\u3164", "\U000e0041", "\ufff9",
    "\xa0", "\u2003", "\u3000", "\ufffd", "\uffff",
    # markdown, HTML, workflow commands
    "](javascript:alert(1))", "<script>alert(1)</script>", "<!--", "-->", "```", "~~~", "::error file=x::y", "&lt;", "@everyone",
    "|", "\n# heading\n", "\n    code", "<U+0041>",
    # paths, URLs
    "../../etc/passwd", "/etc/passwd", "C:\\windows\\system32", "file:///etc/passwd", "http://127.0.0.1:9/x", "//host/share", "~",
    # plain, wide, long, composed
    "a", "a dog", "é漢字🦊", "e\u0301", "ﬁ", "İ", "ß", "ＡＢＣ", "0", "1e400", "true", "None", "", " ", "  lead", "trail  ", "x" * 300,
    "word " * 60, "modelApiDoc_outDescImage", "default: a", "one of `a`, `b`", "{ width, height }", "$5 (default)",
)  # fmt: skip

NAMES = tuple(
    dict.fromkeys(
        [
            *dir(builtins),
            *keyword.kwlist,
            *keyword.softkwlist,
            *dir(BaseModel),
            *sorted(RESERVED_PROPERTIES | RESERVED_SEGMENTS | RESERVED_CLASSES),
            "__class__", "__init_subclass__", "__class_getitem__", "__getattr__", "__set_name__", "__slots__", "__file__",
            "_", "__", "_client", "_submit", "_run", "_body", "_given", "_x", "x_", "cls", "args", "kwargs", "arguments", "os", "sys",
            "model_x", "model_rebuild_x", "modelDump", "api_token", "http_client", "preflight", "request", "Output", "Request",
            "ｃｌａｓｓ", "ｓｅｌｆ", "ſelf", "ﬁeld", "field", "ﬁelds", "Ｋ", "K", "\u212a", "ℌ", "𝐦𝐨𝐝𝐞𝐥", "𝓈𝑒𝓁𝒻", "ªb", "x²", "x₂", "x2", "x_2", "x-2", "x 2", "x.2",
            "X", "x", "241_positive_prompt", "1", "4k", "4K", "-", "--", "…", "漢字", "привет", "image_url", "imageURL", "image_urls",
        ]
    )
)  # fmt: skip

IDS = (
    "../../outside", "a/../../outside", "a/..", "./a", "/etc/passwd", "//host/x", "C:/windows/x", "a/C:", "a\\..\\b", "a/b\\c", "~/x", "a/~",
    "nul/a", "a/con", "a/CON.txt", "a/com1", "a/lpt\xb9", "a/aux ", "a/con-", "a/_nul_", "a/prn!", "x" * 300, "a/" + "x" * 300, "/".join("x" * 60 for _ in "1234"),
    "one", "", "/", "a//b", "a/b/", "a/ b", "a/b.", "a/...", "a/{id}", "a/{{ 7 * 7 }}", "a/{% x %}", "a/<b>", "a/b|c", "a/b*", 'a/"""', "a/b\x00c", "a/b\nc",
    "a/\u202ecod", "a/\u200bb", "a/\ud800", "a/\ufeffb", "a/\x1b[31m", "a/\xa0b", "a/%2e%2e", "a/%2fetc", "a/b?c", "a/b#c", "a/b;c", "a/$(id)", "a/`id`", "a/'b'",
    "import/class/def", "a/__init__", "a/__main__", "a/_outputs", "_outputs/a", "models/a", "client/a", "typing/Any", "pydantic/Field", "a/py.typed", "runcomfy/_client",
    "a/self", "a/run", "a/submit", "a/job", "a/request", "a/object", "close/a", "aclose/a", "a/any", "a/literal", "a/endpoint", "a/none", "a/true", "a/rule",
    "a/async-x", "a/x", "a/x/y", "a/X-2", "a/x.2", "a/x_2", "a/x 2", "A/x", "a/X", "a/ｘ", "a/\u212a", "a/k", "a/namespace", "a/foo-namespace", "a/4k", "a/v4k", "a/漢字", "漢/字",
    "a/\ufdfa" + "\ufdfa" * 32, "a/" + "\u0390" * 40, "a/İ", "a/ß", "a/ss", "a/" + "e\u0301" * 30, "a/🦊", "a/🐕", "a/b c d", "acme/" + "/".join("deep" for _ in range(30)),
)  # fmt: skip


def draw_text(rng: Random) -> str:
    """Return some fragments in a row; one in ten is any characters at all."""
    if rng.random() < 0.1:
        return "".join(chr(rng.choice(_PLANES)(rng)) for _ in range(rng.randrange(1, 12)))
    return "".join(rng.choice(TEXTS) for _ in range(rng.randrange(1, 4)))


_PLANES: tuple[Any, ...] = (
    lambda rng: rng.randrange(0x80),
    lambda rng: rng.randrange(0x800),
    lambda rng: rng.randrange(0x2000, 0x2100),
    lambda rng: rng.randrange(0xD800),
    lambda rng: rng.randrange(0x110000),
)


def draw_name(rng: Random) -> str:
    """Return a property name: one that collides, a text, or both."""
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(NAMES)
    return rng.choice(NAMES) + draw_text(rng) if kind < 0.65 else draw_text(rng)


def draw_id(rng: Random, number: int) -> str:
    """Return a model id, most of them unlike any other in the run."""
    kind = rng.random()
    if kind < 0.03:
        return rng.choice(IDS)
    if kind < 0.1:
        return f"{draw_text(rng)}/{draw_text(rng)}"
    if kind < 0.5:
        return f"acme/{rng.choice(NAMES)}-{number}/{rng.choice(_TAILS)}"
    return f"{rng.choice(_HEADS)}/m{number}"


_HEADS = ("acme", "Acme2", "import", "async", "typing", "x.y", "4k", "漢字", "o'neil", "a b")
_TAILS = (
    "edit",
    "run",
    "class",
    "v1.5",
    "4K",
    "Any",
    "self",
    "namespace",
    "__init__",
    "text to image",
)
