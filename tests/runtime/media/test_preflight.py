"""Published rules against local media, data URIs and strings; no server is asked here."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._transport.effects import Work
from runcomfy_codegen.runtime.errors import InvalidRequestError
from runcomfy_codegen.runtime.media import MediaItem, Rule, to_data_uri
from runcomfy_codegen.runtime.media._contents import as_checked_here
from runcomfy_codegen.runtime.media._preflight import PreflightMode, check_inline_size, preflight

MB = 2**20
SIZE = Rule("file_size_mb<", 25, "File size must be less than 16 MB.")
PNG = b"\x89PNG\r\n\x1a\n"


def sparse(path: Path, size: int) -> Path:
    """Return a file of any size that takes no room."""
    with path.open("wb") as file:
        file.write(PNG)
        file.truncate(size)
    return path


def problems(*items: MediaItem, mode: PreflightMode = "auto", inline: bool = True) -> list[str]:
    flow = preflight(as_checked_here(items), mode=mode, model_id="a/b", inline=inline)
    try:
        effect = next(flow)
        while isinstance(effect, Work):
            effect = flow.send(effect.function())
    except StopIteration:
        return []
    except InvalidRequestError as error:
        return [str(problem) for problem in error.problems]
    raise AssertionError(f"nothing should have been asked for: {effect}")


def image(value: Any, *rules: Rule, field: str = "image") -> MediaItem:
    return MediaItem(field, "image", value, rules)


def test_the_value_rules_and_the_vendors_text_is_shown(tmp_path: Path) -> None:
    path = sparse(tmp_path / "big.png", int(31.2 * MB))
    assert problems(image(path, SIZE)) == [
        "image: the file is 31.2 MB (32,715,571 bytes), must be under 25 MB (published rule "
        'file_size_mb< 25; the vendor\'s text says: "File size must be less than 16 MB.")'
    ]


def test_the_error_is_one_and_survives_pickling() -> None:
    with pytest.raises(InvalidRequestError, match="a/b: 2 problems, nothing was sent") as caught:
        next(
            preflight(
                as_checked_here([image(b"", field="a"), image(b"", field="b")]),
                mode="auto",
                model_id="a/b",
            )
        )
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.problems) == (str(caught.value), caught.value.problems)
    assert (copy.model_id, copy.retry_safe) == ("a/b", True)


@pytest.mark.parametrize(
    ("operator", "below", "equal", "above"),
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
        ("==", False, True, False),
        ("!=", True, False, True),
    ],
)
def test_operators_at_the_limit_for_every_source(
    tmp_path: Path, operator: str, below: bool, equal: bool, above: bool
) -> None:
    rule = Rule(f"file_size_mb{operator}", 1)
    for size, allowed in ((MB - 1, below), (MB, equal), (MB + 1, above)):
        path = sparse(tmp_path / "a.png", size)
        content = path.read_bytes()
        sources = [path, content, io.BytesIO(content), to_data_uri(content, "image")]
        for source in sources:
            assert (problems(image(source, rule)) == []) is allowed, (size, type(source))


def test_everything_wrong_is_reported_at_once(tmp_path: Path) -> None:
    path = sparse(tmp_path / "big.png", 26 * MB)
    found = problems(
        image(path, SIZE, Rule("file_size_mb<=", 20), field="images[0]"),
        image(tmp_path / "missing.png", SIZE, field="images[1]"),
        image(PNG, SIZE, field="images[2]"),
        image("data:image/png;base64,!", SIZE, field="images[3]"),
    )
    assert [line.partition(":")[0] for line in found] == [
        "images[0]",
        "images[0]",
        "images[1]",
        "images[3]",
    ]


def test_an_open_file_counts_from_its_position() -> None:
    file = io.BytesIO(bytes(26 * MB) + PNG)
    file.seek(26 * MB)
    assert problems(image(file, SIZE)) == []
    assert file.tell() == 26 * MB


def test_a_string_that_names_a_local_file_needs_a_path(tmp_path: Path) -> None:
    path = tmp_path / "saw.png"
    path.write_bytes(PNG)
    [problem] = problems(image(str(path)))
    assert f"pass Path({str(path)!r})" in problem
    assert problems(image(str(path)), mode="off") == []


@pytest.mark.parametrize(
    "path",
    [
        *("file:///tmp/a.png", "FILE:a.png", "/no/such.png", "~/a.png", "./a.png", "../a.png"),
        *("\\\\host\\a.png", "C:\\a.png", "c:/a.png"),
    ],
)
def test_a_path_is_no_url_whether_or_not_there_is_such_a_file(path: str) -> None:
    [problem] = problems(image(path))
    assert "is a path, but a string is sent as it is given" in problem
    assert problems(image(path), mode="off") == []


@pytest.mark.parametrize("text", ["asset-7", "", "a\0b", "x" * 10_000])
def test_other_strings_are_the_servers_business_unless_strict(text: str) -> None:
    assert problems(image(text, SIZE)) == []
    [problem] = problems(image(text, SIZE), mode="strict")
    assert "could not be checked: it is neither an http(s) URL nor a data URI" in problem


def test_content_of_another_kind_is_refused(tmp_path: Path) -> None:
    clip = tmp_path / "clip.png"
    clip.write_bytes(b"\x00\x00\x00\x20ftypisom")
    assert problems(image(clip)) == ["image: the content is video/mp4, expected an image"]
    assert problems(MediaItem("video", "video", b"GIF89a...")) == []
    assert problems(MediaItem("video", "video", PNG)) != []


@pytest.mark.parametrize("rule", ["duration_seconds<", "duration_seconds", "frames ~", "", "<"])
def test_unknown_rules_are_advisory_unless_strict(rule: str) -> None:
    assert problems(image(PNG, Rule(rule, 5))) == []
    [problem] = problems(image(PNG, Rule(rule, 5, "Too\nlong")), mode="strict")
    assert "does not know the rule" in problem
    assert 'says: "Too long"' in problem


@pytest.mark.parametrize("mode", ["auto", "local"])
def test_a_url_without_a_size_rule_is_never_asked_for(mode: PreflightMode) -> None:
    assert problems(image("https://example.com/a.png", Rule("width_pixels>", 14)), mode=mode) == []
    assert problems(image("https://example.com/a.png", SIZE), mode="local") == []


def test_off_checks_nothing(tmp_path: Path) -> None:
    assert problems(image(tmp_path / "missing.png", SIZE), mode="off") == []


def test_the_body_is_capped_and_the_biggest_file_is_named(tmp_path: Path) -> None:
    small = image(sparse(tmp_path / "small.png", 20 * MB), field="images[0]")
    large = image(sparse(tmp_path / "large.png", 30 * MB), field="images[1]")
    [problem] = problems(small, large)
    assert re.search(r"images\[1\]: .* 66.7 MB .* at most 64 MB .* large.png with 40.0 MB", problem)
    assert problems(small, large, inline=False) == []
    assert check_inline_size([small]) == []
    assert check_inline_size([image("x" * (64 * MB + 1))]) != []


@pytest.mark.parametrize("make", [bytes, io.BytesIO, lambda png: to_data_uri(png, "image")])
def test_pixels_and_ratio_of_an_image(
    png_of: Callable[[int, int], bytes], make: Callable[[bytes], Any]
) -> None:
    rules = (
        Rule("width_pixels>", 14),
        Rule("height_pixels>", 14),
        Rule("width/height>", 0.0625),
        Rule("width/height<", 16),
    )
    assert problems(image(make(png_of(15, 15)), *rules)) == []
    found = problems(image(make(png_of(14, 224)), *rules))
    assert found == [
        "image: the width is 14 pixels, must be over 14 pixels (published rule width_pixels> 14)",
        "image: width/height is 0.0625, must be over 0.0625 "
        "(published rule width/height> 0.0625)",
    ]


def test_a_broken_or_huge_image_is_not_measured(png_of: Callable[[int, int], bytes]) -> None:
    rule = Rule("width_pixels<", 14)
    assert problems(image(PNG + b"broken", rule)) == []
    [problem] = problems(image(PNG + b"broken", rule), mode="strict")
    assert "cannot read the image" in problem
    file = io.BytesIO(b"skipped" + png_of(20, 20))
    file.seek(7)
    assert "the width is 20 pixels" in problems(image(file, rule))[0]
    assert file.tell() == 7
