"""One error tells everything that is wrong, in words of the caller, before anything is sent."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .._support.sdk import Sdk, problems_of, settled

URL = "https://example.com/a.png"
PNG = b"\x89PNG\r\n\x1a\n"
EVERY = {"prompt": "x", "prompt_image": URL}
_JARGON = re.compile(r"function-|pydantic|type=|input_|0x[0-9a-f]{6}|<class|Unequal|\(s\)")


def problems(sdk: Sdk, model_id: str, **fields: Any) -> dict[str, str]:
    """Field -> message, of the error that a request class raises."""
    with pytest.raises(sdk.module().InvalidRequestError) as caught:
        sdk.request(model_id)(**fields)
    assert not _JARGON.search(str(caught.value))
    assert len(str(caught.value)) < 2000
    return {problem.field: problem.message for problem in caught.value.problems}


EVERYTHING_WRONG: dict[str, tuple[Any, str]] = {
    "prompt": ("123456", "must have at most 5 characters; got 6"),
    "duration": (5, 'must be one of "auto", "5", "10"; got 5; give it as text: "5"'),
    "fps": ("24", 'must be one of 24, 25; got "24"; give the number: 24'),
    "seed": (10, "must be at most 9; got 10"),
    "guidance": ("2.5", 'must be a number; got "2.5"; give the number: 2.5'),
    "flag": (1, "must be True or False; got 1"),
    "tags": (["a"], "must have at least 2 items; got 1"),
    "solo": ([], "must have at least 1 item; got 0"),
    "size": ("wide", 'must be "square", or an object (dict); got "wide"'),
    "meta": ({"a": [object()]}, "object has no JSON form; give text, numbers, lists, dicts (at a[0])"),
    "class_": (None, "must not be null; leave it out"),
    "aspect": ("1:1", "unknown parameter; known: "),
}  # fmt: skip


def test_everything_at_once(sdk: Sdk) -> None:
    given = {name: value for name, (value, _) in EVERYTHING_WRONG.items()}
    found = problems(sdk, "acme/every/thing", **given)
    assert found.pop("prompt_image") == "is required"
    assert found.pop("aspect").startswith(EVERYTHING_WRONG["aspect"][1])
    assert found == {name: text for name, (_, text) in EVERYTHING_WRONG.items() if name != "aspect"}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("seed", -1, "must be at least 0; got -1"),
        ("seed", True, "must be an integer; got True"),
        ("seed", 1.5, "must be an integer; got 1.5"),
        ("seed", "3", 'must be an integer; got "3"; give the number: 3'),
        ("fps", True, "must be one of 24, 25; got True"),
        ("fps", 26, "must be one of 24, 25; got 26"),
        ("fps", "x" * 5000, f'must be one of 24, 25; got "{"x" * 60}"...'),
        ("prompt", 5, 'must be text (str); got 5; give it as text: "5"'),
        ("prompt", b"x" * 26_000_000, "must be text (str); got 26,000,000 bytes"),
        ("prompt", ["x"] * 9, "must be text (str); got a list of 9 items"),
        ("prompt", None, "must not be null; leave it out"),
        ("guidance", float("nan"), "must be a finite number; got nan"),
        ("tags", ["a"] * 4, "must have at most 3 items; got 4"),
        ("tags", "a", 'must be a list; got "a"; put it into a list'),
        ("solo", ["a", "b"], "must have at most 1 item; got 2"),
        ("loras", {"path": "p"}, 'must be a list; got a dict with "path"; put it into a list'),
        ("flag", object(), "must be True or False; got an object of type object"),
        ("meta", [], "must be a dict; got a list of 0 items"),
        ("meta", {"a": {1: 2}}, "the keys of a dict are text (str), not int (at a)"),
        ("meta", {"a": float("inf")}, "inf is not a number in JSON (at a)"),
        (
            "prompt_image",
            5,
            "must be an image: a URL or data URI (str), a Path, bytes or a binary file; got 5",
        ),
    ],
)
def test_messages(sdk: Sdk, field: str, value: Any, message: str) -> None:
    assert problems(sdk, "acme/every/thing", **{**EVERY, field: value}) == {field: message}


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("promt_image", "prompt_image"),
        ("promptimage", "prompt_image"),
        ("promptImag", "prompt_image"),
        ("241_positive_promt", "field_241_positive_prompt"),
        ("Seed", "seed"),
        ("clas", "class_"),
        ("guidance_", "guidance"),
    ],
)
def test_the_nearest_name(sdk: Sdk, name: str, near: str) -> None:
    found = problems(sdk, "acme/every/thing", **{**EVERY, name: "x"})
    assert found == {name: f'unknown parameter; did you mean "{near}"?'}


def test_given_under_both_names(sdk: Sdk) -> None:
    found = problems(sdk, "acme/every/thing", **EVERY, promptImage=URL)
    assert found == {"prompt_image": 'must be given once; it is also given as "promptImage"'}


def test_paths_inside(sdk: Sdk) -> None:
    loras = [
        {"path": "p", "scale": 5},
        {"scale": "x", "mode": "c", "pth": 1, "mask": 5},
        5,
    ]
    found = problems(sdk, "acme/every/thing", **EVERY, loras=loras)
    assert list(found) == [
        "loras[0].scale",
        "loras[1].mask",
        "loras[1].mode",
        "loras[1].path",
        "loras[1].pth",
        "loras[1].scale",
        "loras[2]",
    ]
    assert found["loras[0].scale"] == "must be at most 4; got 5"
    assert found["loras[1].path"] == "is required"
    assert found["loras[1].pth"] == 'unknown parameter; did you mean "path"?'
    assert found["loras[2]"] == "must be an object (dict); got 5"


def test_the_branch_of_a_union_that_got_furthest(sdk: Sdk) -> None:
    assert problems(sdk, "acme/every/thing", **EVERY, size={"path": "p", "scale": "1"}) == {
        "size.scale": 'must be a number; got "1"; give the number: 1'
    }
    assert problems(sdk, "openai/gpt-4o-image/edit", prompt="x", image=5) == {
        "image": "must be an image: a URL or data URI (str), a Path, bytes or a binary file, "
        "or a list; got 5"
    }


def test_a_list_of_the_wrong_length_and_what_is_in_it(sdk: Sdk) -> None:
    image = "must be an image: a URL or data URI (str), a Path, bytes or a binary file; got 3"
    found = problems(sdk, "openai/gpt-image-2/edit", prompt=5, images=(3,) * 11, quality="best")
    assert found.pop("images") == "must have at most 10 items; got 11"
    assert {found.pop(f"images[{index}]") for index in range(10)} == {image}
    assert list(found) == ["prompt", "quality"]
    loras = [{"path": "p", "weights": ["x", 2, 3]}, {"path": 5}]
    assert problems(sdk, "acme/every/thing", **EVERY, loras=loras, few=[3, "x", 4]) == {
        "loras[0].weights": "must have at most 2 items; got 3",
        "loras[0].weights[0]": 'must be an integer; got "x"',
        "loras[1].path": 'must be text (str); got 5; give it as text: "5"',
        "few": "must have at most 2 items; got 3",
        "few[0]": image,
    }
    assert problems(sdk, "acme/every/thing", **EVERY, few=[URL] * 3) == {
        "few": "must have at most 2 items; got 3"
    }


def test_a_file_in_text_mode_where_one_or_many_are_taken(sdk: Sdk) -> None:
    for wrong in (io.StringIO("x"), [io.StringIO("x")]):
        found = problems(sdk, "openai/gpt-4o-image/edit", prompt="x", image=wrong)
        assert list(found.values()) == ["the file is open in text mode: open it with mode 'rb'"]


def test_an_iterator_in_place_of_a_list_says_how_to_make_one(sdk: Sdk) -> None:
    edit = {"prompt": "x", "images": (each for each in [URL])}
    found = problems(sdk, "openai/gpt-image-2/edit", **edit)
    advice = "got an object of type generator; make a list of it: list(...)"
    assert found == {"images": f"must be a list; {advice}"}
    found = problems(sdk, "openai/gpt-4o-image/edit", prompt="x", image=map(str, [URL]))
    assert found["image"].endswith("got an object of type map; make a list of it: list(...)")


def test_of_a_nested_class(sdk: Sdk) -> None:
    lora = sdk.module("models.acme.every.thing").EveryThingLorasItem
    with pytest.raises(sdk.module().InvalidRequestError, match=r"LorasItem: 2 problems"):
        lora(scale=5)
    assert lora(path="p").path == "p"


def test_positional(sdk: Sdk) -> None:
    found = problems_of(sdk, lambda: sdk.request("acme/every/thing")({"prompt": "x"}))
    assert found[0] == (
        "",
        "arguments must be named, as in prompt=... or **{...}; got 1 positional argument",
    )
    assert [field for field, _ in found[1:]] == ["prompt", "prompt_image"]


@pytest.fixture
def too_big(tmp_path: Path) -> Path:
    """Return a picture of 26 MB that takes no room on the disk."""
    file = tmp_path / "big.png"
    with file.open("wb") as out:
        out.write(PNG)
        out.truncate(26 * 2**20)
    return file


@pytest.mark.parametrize("method", ["submit", "run"])
async def test_submit_and_run_send_nothing(
    sdk: Sdk, emulator: Emulator, either: Any, too_big: Path, method: str
) -> None:
    call = getattr(either.openai.gpt_4o_image.edit, method)
    with pytest.raises(sdk.module().InvalidRequestError) as caught:
        await settled(call("x", image=[URL, too_big], size="4:3", quality="low"))
    error = caught.value
    assert (error.model_id, error.retry_safe) == ("openai/gpt-4o-image/edit", True)
    assert [problem.field for problem in error.problems] == [
        "",
        "prompt",
        "size",
        "quality",
        "image[1]",
    ]
    assert "26.0 MB" in error.problems[-1].message
    assert "must be under 25 MB" in error.problems[-1].message
    assert str(error).startswith("openai/gpt-4o-image/edit: 5 problems, nothing was sent\n")
    assert emulator.received == []


def test_media_that_cannot_be_read_name_their_field(sdk: Sdk, tmp_path: Path) -> None:
    request = sdk.request("acme/every/thing")(
        prompt="x", prompt_image=URL, loras=[{"path": "p", "mask": tmp_path / "no.png"}]
    )
    [(field, message)] = problems_of(sdk, request.to_body)
    assert field == "loras[0].mask"
    assert "does not exist" in message


def test_what_was_given_cannot_be_changed_unchecked(sdk: Sdk) -> None:
    request = sdk.request("acme/every/thing")(**EVERY)
    with pytest.raises(ValueError, match="frozen"):
        request.prompt = "123456"


def _copied(request: Any) -> Any:
    return request.model_copy(update={"seed": 10, "note": 5, "sed": 1})


def _appended(request: Any) -> Any:
    request.loras[0].steps.append("x")
    request.tags.append(3)
    return request


CHANGES = {
    "copied": (_copied, ["seed", "note", "sed"]),
    "appended": (_appended, ["loras[0].steps[1]", "tags[2]"]),
    "unchecked": (
        lambda request: type(request).model_construct(seed=1),
        ["prompt", "prompt_image"],
    ),
}


@pytest.mark.parametrize("method", ["submit", "run"])
@pytest.mark.parametrize("change", CHANGES)
async def test_a_changed_request_is_checked_again(
    sdk: Sdk, emulator: Emulator, either: Any, method: str, change: str
) -> None:
    make, fields = CHANGES[change]
    loras = [{"path": "p", "steps": [1]}]
    request = sdk.request("acme/every/thing")(**EVERY, loras=loras, tags=["a", "b"])
    with pytest.raises(sdk.module().InvalidRequestError) as caught:
        await settled(getattr(either, method)(make(request)))
    assert [problem.field for problem in caught.value.problems] == fields
    assert emulator.received == []


async def test_a_rightly_changed_request_is_sent(sdk: Sdk, emulator: Emulator, either: Any) -> None:
    loras = [{"path": "p", "mask": PNG}]
    request = sdk.request("acme/every/thing")(**EVERY, loras=loras, note=None, class_="c")
    await settled(either.submit(request.model_copy(update={"seed": 9})))
    [received] = emulator.received
    assert received.body == {**request.to_body(), "seed": 9}
