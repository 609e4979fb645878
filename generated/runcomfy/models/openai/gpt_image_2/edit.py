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
    """What to change in the images, and what to keep."""
    images: Annotated[SequenceNotStr[ImageInput], Field(max_length=10, min_length=1)]
    """The images to edit or to take as a reference: up to 10. 1 to 10 images (URL, data URI, Path,
    bytes or binary file).
    """
    aspect_ratio: AspectRatio | None = None
    """Width to height of the output. Detected from the input image when left out. Published
    default: "1:1".
    """
    resolution: Resolution | None = None
    """Size class of the output. Published default: "1k"."""
    quality: Quality | None = None
    """How much detail is rendered. Published default: "medium"."""
    output_format: OutputFormat | None = None
    """File format of the output. Published default: "png"."""


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
            prompt: What to change in the images, and what to keep.
            images: The images to edit or to take as a reference: up to 10. 1 to 10 images (URL,
                data URI, Path, bytes or binary file).
            aspect_ratio: Width to height of the output. Detected from the input image when left
                out. "1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9" or "21:9".
                Published default: "1:1".
            resolution: Size class of the output. "1k", "2k" or "4k". Published default: "1k".
            quality: How much detail is rendered. "low", "medium" or "high". Published default:
                "medium".
            output_format: File format of the output. "png", "jpeg" or "webp". Published default:
                "png".
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
            prompt: What to change in the images, and what to keep.
            images: The images to edit or to take as a reference: up to 10. 1 to 10 images (URL,
                data URI, Path, bytes or binary file).
            aspect_ratio: Width to height of the output. Detected from the input image when left
                out. "1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9" or "21:9".
                Published default: "1:1".
            resolution: Size class of the output. "1k", "2k" or "4k". Published default: "1k".
            quality: How much detail is rendered. "low", "medium" or "high". Published default:
                "medium".
            output_format: File format of the output. "png", "jpeg" or "webp". Published default:
                "png".
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
