# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""openai/gpt-4o-image/edit"""

from __future__ import annotations

from typing import Literal, TypeAlias

from typing_extensions import Unpack

from runcomfy._api.call_options import RunOptions, SubmitOptions
from runcomfy._endpoint.classes import Endpoint, JobT, RunT, SubmitT
from runcomfy._validation.base import Request
from runcomfy.media import ImageInput, Rule, SequenceNotStr
from runcomfy.models._outputs import MediaOutput

Size: TypeAlias = Literal["3:2", "1:1", "2:3"]

Gpt4oImageEditOutput: TypeAlias = MediaOutput


class Gpt4oImageEditRequest(Request[Gpt4oImageEditOutput]):
    """The input of openai/gpt-4o-image/edit."""

    model_id = "openai/gpt-4o-image/edit"
    output_type = Gpt4oImageEditOutput
    rules = {"image": (Rule("file_size_mb<", 25, "File size must be less than 16 MB."),)}

    image: ImageInput | SequenceNotStr[ImageInput]
    """Make sure your image is under 25MB in size. One or more images (URL, data URI, Path, bytes or
    binary file). Checked: file_size_mb< 25; the vendor says: "File size must be less than 16 MB."
    """
    prompt: str
    size: Size | None = None
    """Aspect Ratio (W:H). Published default: "1:1"."""


class Gpt4oImageEdit(Endpoint[JobT, SubmitT, RunT]):
    """openai/gpt-4o-image/edit

    Submit a job, run one to its end, or pick one up by its id.
    """

    request_type = Gpt4oImageEditRequest

    def submit(
        self,
        *,
        image: ImageInput | SequenceNotStr[ImageInput],
        prompt: str,
        size: Size | None = None,
        **options: Unpack[SubmitOptions],
    ) -> SubmitT:
        """Submit a job to openai/gpt-4o-image/edit.

        InvalidRequestError lists all that is wrong with the arguments, before anything is sent.

        Args:
            image: Make sure your image is under 25MB in size. One or more images (URL, data URI,
                Path, bytes or binary file). Checked: file_size_mb< 25; the vendor says: "File size
                must be less than 16 MB."
            prompt: Text.
            size: Aspect Ratio (W:H). "3:2", "1:1" or "2:3". Published default: "1:1".
        """
        return self._submit({"image": image, "prompt": prompt, "size": size}, options)

    def run(
        self,
        *,
        image: ImageInput | SequenceNotStr[ImageInput],
        prompt: str,
        size: Size | None = None,
        **options: Unpack[RunOptions],
    ) -> RunT:
        """Run openai/gpt-4o-image/edit and wait for its result.

        InvalidRequestError lists all that is wrong with the arguments, before anything is sent.

        Args:
            image: Make sure your image is under 25MB in size. One or more images (URL, data URI,
                Path, bytes or binary file). Checked: file_size_mb< 25; the vendor says: "File size
                must be less than 16 MB."
            prompt: Text.
            size: Aspect Ratio (W:H). "3:2", "1:1" or "2:3". Published default: "1:1".
        """
        return self._run({"image": image, "prompt": prompt, "size": size}, options)
