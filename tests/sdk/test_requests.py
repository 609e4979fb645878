"""Request objects: short to look at, discreet, and validated once."""

from __future__ import annotations

import io
from typing import Annotated, Any, ClassVar

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .._support.sdk import Sdk, settled

URL = "https://media.invalid/a.png"
PNG = b"\x89PNG\r\n\x1a\n"
EVERY = {"prompt": "x", "prompt_image": URL}


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt_image": PNG + b"\xff" * 5_000_000},
        {"prompt_image": "data:image/png;base64," + "A" * 5_000_000},
        {"prompt_image": io.BytesIO(PNG)},
        {"meta": {"a": ["x" * 100_000] * 1_000}},
        {"meta": {f"name {number}": number for number in range(10_000)}},
        {"note": "y" * 1_000_000, "class_": "z" * 1_000_000},
        {"loras": [{"path": "p" * 1_000_000, "mask": PNG * 1_000_000}] * 1_000},
    ],
)
def test_a_request_has_a_short_repr(sdk: Sdk, fields: dict[str, Any]) -> None:
    request = sdk.request("acme/every/thing")(**{**EVERY, **fields})
    for text in (repr(request), str(request), f"{request}", repr([request])):
        assert 20 < len(text) < 2_100
        assert "prompt='x'" in text


def _with_secrets(sdk: Sdk) -> Any:
    base, secret = sdk.module("_validation.base").Request, sdk.module("_validation.base").Secret

    class Signed(base):  # type: ignore[misc, valid-type]
        model_id: ClassVar[str] = "acme/signed"
        output_type: ClassVar[Any] = None
        key: Annotated[str, secret()]
        code: Annotated[int, secret()] = 0
        keys: Annotated[list[str] | None, secret()] = None

    return Signed


def test_secrets_are_not_shown(sdk: Sdk) -> None:
    signed = _with_secrets(sdk)
    request = signed(key="hunter2", code=4711, keys=["hunter3"])
    assert request.to_body() == {"key": "hunter2", "code": 4711, "keys": ["hunter3"]}
    for text in (repr(request), str(request)):
        assert not any(value in text for value in ("hunter", "4711"))
    for wrong in (
        {"key": ["hunter2"]},
        {"key": 4711},
        {"key": "x", "code": "4711"},
        {"key": "x", "keys": ["hunter2", 4711]},
        {"key": "x", "code": True, "keys": "hunter2"},
    ):
        with pytest.raises(sdk.module().InvalidRequestError) as caught:
            signed(**wrong)
        assert not any(value in str(caught.value) for value in ("hunter", "4711"))
        with pytest.raises(ValueError, match="Signed") as raw:
            signed.model_validate(wrong)
        assert not any(value in str(raw.value) for value in ("hunter", "4711"))


@pytest.mark.parametrize("way", ["fields", "object"])
async def test_a_request_is_validated_once(
    sdk: Sdk, emulator: Emulator, either: Any, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cls = sdk.request("openai/gpt-image-2/edit")
    count = 0
    validate = cls.__pydantic_validator__

    class Counting:
        def validate_python(self, *args: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            return validate.validate_python(*args, **options)

    monkeypatch.setattr(cls, "__pydantic_validator__", Counting())
    fields = {"prompt": "x", "images": [URL, PNG]}
    if way == "fields":
        await settled(either.openai.gpt_image_2.edit.submit(**fields))
    else:
        request = cls(**fields)
        await settled(either.submit(request))
        await settled(either.submit(request))
    assert count == 1
    assert len(emulator.received) == 1 + (way == "object")
