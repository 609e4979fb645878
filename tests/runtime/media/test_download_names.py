"""File names for outputs: safe on every system, each used once, after a pattern of the caller's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._files.content import ending_of, stem_of
from runcomfy_codegen.runtime._files.names import NamePlan, NameTemplate
from runcomfy_codegen.runtime._files.urls import url_name
from runcomfy_codegen.runtime.errors import InvalidRequestError

VALUES = {"model": "a-b", "request_id": "r-1", "name": "out", "kind": "image", "n": 7}


def named(path: str, media_type: str) -> str:
    name = url_name(f"https://x.runcomfy.net{path}")
    ending = ending_of(b"", media_type, name)
    return NameTemplate("{name}{ext}").render({"name": stem_of(name, ending)}, ending)


@pytest.mark.parametrize(
    ("path", "media_type", "expected"),
    [
        ("/a/b.png", "image/png", "b.png"),
        ("/a/B.JPEG", "image/jpeg", "B.JPEG"),
        ("/a/", "image/png", "output.png"),
        ("/", "application/octet-stream", "output.bin"),
        ("/model.glb", "application/octet-stream", "model.glb"),
        ("/clip", "video/quicktime", "clip.mov"),
        ("/v1.2", "image/webp", "v1.2.webp"),
        ("/run.exe", "image/png", "run.exe.png"),
        ("/..%2f..%2fetc%2fpasswd", "image/png", "_.._etc_passwd.png"),
        ("/%2e%2e", "image/png", "output.png"),
        ("/.bashrc", "image/png", "bashrc.png"),
        ("/a%5Cb%3A%2A%3F%22%3C%3E%7C.png", "image/png", "a_b_______.png"),
        ("/a%00b%0d%0a.png", "image/png", "ab.png"),
        ("/gpj.%E2%80%AEgnp.png", "image/png", "gpj.gnp.png"),
        ("/CON", "image/png", "_CON.png"),
        ("/con.tar.png", "image/png", "_con.tar.png"),
        ("/con%20.png", "image/png", "_con.png"),
        ("/COM%C2%B9.png", "image/png", "_COM\u00b9.png"),
        ("/conin$", "image/png", "_conin$.png"),
        ("/console.png", "image/png", "console.png"),
        ("/a.png%20.", "image/png", "a.png"),
        ("/%ff.png", "image/png", "\N{REPLACEMENT CHARACTER}.png"),
        ("/%E7%94%BB.png", "image/png", "\u753b.png"),
    ],
)
def test_names_are_safe(path: str, media_type: str, expected: str) -> None:
    assert named(path, media_type) == expected


def test_long_names_fit_every_file_system(tmp_path: Path) -> None:
    for stem in ("a" * 400, "%E7%94%BB" * 200):
        name = named(f"/{stem}.png", "image/png")
        assert len(name.encode()) <= 150
        assert name.endswith(".png")
        (tmp_path / name).touch()
    assert len(named("/" + "a." + "b" * 400, "application/octet-stream").encode()) <= 150


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{model}-{n}{ext}", "a-b-7.png"),
        ("{n:03}_{kind}{ext}", "007_image.png"),
        ("{n:02d}", "07.png"),
        ("{request_id}", "r-1.png"),
        ("{name}.orig{ext}", "out.orig.png"),
        ("cat.jpg", "cat.jpg"),
        ("cat", "cat.png"),
        ("..{name}{ext}", "out.png"),
        ("con", "_con.png"),
        ("{name}{ext} ", "out.png"),
    ],
)
def test_a_pattern_names_files(pattern: str, expected: str) -> None:
    assert NameTemplate(pattern).render(VALUES, ".png") == expected


@pytest.mark.parametrize(
    "pattern",
    [
        *("", None, 5, b"{n}", "{", "}", "{}", "{0}", "{nope}", "{name.real}", "{n[0]}", "{n!r}"),
        *(
            "{n:>999999999}",
            "{n:x}",
            "{name:5}",
            "../{n}",
            "/{n}",
            "a\\{n}",
            "a\0",
            "a\n{n}",
        ),
        *("{model.__class__}", "{n:{n}}", "C:{n}"),
    ],
)
def test_a_bad_pattern_is_refused_with_what_is_allowed(pattern: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"\{model\}-\{n\}\{ext\}") as caught:
        NameTemplate(pattern)
    assert caught.value.problems[0].field == "name"
    assert "{request_id}" in str(caught.value)


@pytest.mark.parametrize("value", ["../../etc/passwd", "..\\x", "a/b", "\ud83d", "\x00", "C:x", ""])
def test_a_hostile_value_stays_in_the_folder(value: str) -> None:
    name = NameTemplate("{model}{ext}").render({**VALUES, "model": value}, ".png")
    assert Path(name).name == name
    assert not set(name) & set("/\\:\0")
    name.encode()


def test_names_that_differ_in_case_only_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "b.png").touch()
    plan = NamePlan(tmp_path, overwrite=False)
    given = ["A.png", "a.png", "a-1.png", "b.png", "\u00e9.png", "e\u0301.png"]
    names = [next(plan.plan(name).names(name)) for name in given]
    assert names == ["A.png", "a-1.png", "a-1-1.png", "b-1.png", "\u00e9.png", "e\u0301-1.png"]
    again = NamePlan(tmp_path, overwrite=True)
    assert next(again.plan("b.png").names("b.png")) == "b.png"
