# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""openai/gpt-image-2/edit"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from typing_extensions import Unpack

from runcomfy._api.call_options import RunOptions, SubmitOptions
from runcomfy._endpoint.classes import Endpoint, JobT, RunT, SubmitT
from runcomfy._validation.base import Request
from runcomfy.media import ImageInput, SequenceNotStr
from runcomfy.models._outputs import MediaOutput

AspectRatio: TypeAlias = Literal[
    "1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"
]
Resolution: TypeAlias = Literal["1k", "2k", "4k"]
Quality: TypeAlias = Literal["low", "medium", "high"]
OutputFormat: TypeAlias = Literal["png", "jpeg", "webp"]

GptImage2EditOutput: TypeAlias = MediaOutput


class GptImage2EditRequest(Request[GptImage2EditOutput]):
    """The input of openai/gpt-image-2/edit."""

    model_id = "openai/gpt-image-2/edit"
    output_type = GptImage2EditOutput

    prompt: str
    """提示词。"""
    images: Annotated[SequenceNotStr[ImageInput], Field(max_length=10, min_length=1)]
    """要编辑的参考图像,最多 10 张图像。 1 to 10 images (URL, data URI, Path, bytes or binary file)."""
    aspect_ratio: AspectRatio | None = None
    """编辑图像的长宽比。如果省略,则从输入图像中自动检测。 Published default: "1:1"."""
    resolution: Resolution | None = None
    """输出分辨率。 Published default: "1k"."""
    quality: Quality | None = None
    """图像质量。 Published default: "medium"."""
    output_format: OutputFormat | None = None
    """输出图像格式。 Published default: "png"."""


class GptImage2Edit(Endpoint[JobT, SubmitT, RunT]):
    """openai/gpt-image-2/edit

    Submit a job, run one to its end, or pick one up by its id.
    """

    request_type = GptImage2EditRequest

    def submit(
        self,
        *,
        prompt: str,
        images: SequenceNotStr[ImageInput],
        aspect_ratio: AspectRatio | None = None,
        resolution: Resolution | None = None,
        quality: Quality | None = None,
        output_format: OutputFormat | None = None,
        **options: Unpack[SubmitOptions],
    ) -> SubmitT:
        """Submit a job to openai/gpt-image-2/edit.

        InvalidRequestError lists all that is wrong with the arguments, before anything is sent.

        Args:
            prompt: 提示词。
            images: 要编辑的参考图像,最多 10 张图像。 1 to 10 images (URL, data URI, Path, bytes or binary file).
            aspect_ratio: 编辑图像的长宽比。如果省略,则从输入图像中自动检测。 "1:1", "3:2", "2:3", "3:4", "4:3", "4:5",
                "5:4", "9:16", "16:9" or "21:9". Published default: "1:1".
            resolution: 输出分辨率。 "1k", "2k" or "4k". Published default: "1k".
            quality: 图像质量。 "low", "medium" or "high". Published default: "medium".
            output_format: 输出图像格式。 "png", "jpeg" or "webp". Published default: "png".
        """
        return self._submit(
            {
                "prompt": prompt,
                "images": images,
                "aspect_ratio": aspect_ratio,
                "resolution": resolution,
                "quality": quality,
                "output_format": output_format,
            },
            options,
        )

    def run(
        self,
        *,
        prompt: str,
        images: SequenceNotStr[ImageInput],
        aspect_ratio: AspectRatio | None = None,
        resolution: Resolution | None = None,
        quality: Quality | None = None,
        output_format: OutputFormat | None = None,
        **options: Unpack[RunOptions],
    ) -> RunT:
        """Run openai/gpt-image-2/edit and wait for its result.

        InvalidRequestError lists all that is wrong with the arguments, before anything is sent.

        Args:
            prompt: 提示词。
            images: 要编辑的参考图像,最多 10 张图像。 1 to 10 images (URL, data URI, Path, bytes or binary file).
            aspect_ratio: 编辑图像的长宽比。如果省略,则从输入图像中自动检测。 "1:1", "3:2", "2:3", "3:4", "4:3", "4:5",
                "5:4", "9:16", "16:9" or "21:9". Published default: "1:1".
            resolution: 输出分辨率。 "1k", "2k" or "4k". Published default: "1k".
            quality: 图像质量。 "low", "medium" or "high". Published default: "medium".
            output_format: 输出图像格式。 "png", "jpeg" or "webp". Published default: "png".
        """
        return self._run(
            {
                "prompt": prompt,
                "images": images,
                "aspect_ratio": aspect_ratio,
                "resolution": resolution,
                "quality": quality,
                "output_format": output_format,
            },
            options,
        )
