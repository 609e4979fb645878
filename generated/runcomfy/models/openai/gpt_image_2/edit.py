# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""openai/gpt-image-2/edit"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

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
    """1 to 10 images (URL, data URI, Path, bytes or binary file).

    The images to edit or to take as a reference: up to 10.
    """
    aspect_ratio: AspectRatio | None = None
    """Server default: "1:1".

    Width to height of the output. Detected from the input image when left out.
    """
    resolution: Resolution | None = None
    """Server default: "1k".

    Size class of the output.
    """
    quality: Quality | None = None
    """Server default: "medium".

    How much detail is rendered.
    """
    output_format: OutputFormat | None = None
    """Server default: "png".

    File format of the output.
    """


class GptImage2Edit(Endpoint[JobT, SubmitT, RunT]):
    """openai/gpt-image-2/edit

    Input: text, image.

    Submit a job, run one to its end, or pick one up by its id.
    """

    request_type: ClassVar[type[GptImage2EditRequest]] = GptImage2EditRequest

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

        Args:
            prompt: What to change in the images, and what to keep.
            images: 1 to 10 images (URL, data URI, Path, bytes or binary file).
                The images to edit or to take as a reference: up to 10.
            aspect_ratio: "1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9" or "21:9".
                Server default: "1:1".
                Width to height of the output. Detected from the input image when left out.
            resolution: "1k", "2k" or "4k". Server default: "1k".
                Size class of the output.
            quality: "low", "medium" or "high". Server default: "medium".
                How much detail is rendered.
            output_format: "png", "jpeg" or "webp". Server default: "png".
                File format of the output.
            extra_body: Merged into the JSON body without being checked.
            extra_headers: Sent with each request of the call.
            http_timeout: Seconds for one HTTP exchange. Defaults to that of the client.

        Returns:
            The job. Its output is a `GptImage2EditOutput`.

        Raises:
            InvalidRequestError: If any argument is invalid (lists all problems; nothing is sent).
            APIError: If the API refuses the request.
            SubmitOutcomeUnknown: If it is unknown whether the job was accepted.
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

        Args:
            prompt: What to change in the images, and what to keep.
            images: 1 to 10 images (URL, data URI, Path, bytes or binary file).
                The images to edit or to take as a reference: up to 10.
            aspect_ratio: "1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9" or "21:9".
                Server default: "1:1".
                Width to height of the output. Detected from the input image when left out.
            resolution: "1k", "2k" or "4k". Server default: "1k".
                Size class of the output.
            quality: "low", "medium" or "high". Server default: "medium".
                How much detail is rendered.
            output_format: "png", "jpeg" or "webp". Server default: "png".
                File format of the output.
            extra_body: Merged into the JSON body without being checked.
            extra_headers: Sent with each request of the call.
            http_timeout: Seconds for one HTTP exchange. Defaults to that of the client.
            timeout: Seconds for the whole run. Defaults to 30 minutes.
            on_update: Called with a `JobStatus` when the state or the queue position changes.
            poll_interval: Seconds between two reads of the status. Adapts to the queue by default.
            cancel_on_timeout: Whether to cancel a job that is still queued when the time is over.

        Returns:
            The result. Its output is a `GptImage2EditOutput`.

        Raises:
            InvalidRequestError: If any argument is invalid (lists all problems; nothing is sent).
            APIError: If the API refuses the request.
            SubmitOutcomeUnknown: If it is unknown whether the job was accepted.
            JobError: If the job fails, is cancelled or has no output.
            WaitTimeout: If the time is over before the job ends.
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
