# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""openai/gpt-4o-image/edit"""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from typing_extensions import Unpack

from runcomfy._api.call_options import RunOptions, SubmitOptions
from runcomfy._endpoint.classes import Endpoint, JobT, RunT, SubmitT
from runcomfy._validation.base import Request, Rules
from runcomfy.media import ImageInput, Rule, SequenceNotStr
from runcomfy.models._outputs import MediaOutput

Size: TypeAlias = Literal["3:2", "1:1", "2:3"]

Gpt4oImageEditOutput: TypeAlias = MediaOutput


class Gpt4oImageEditRequest(Request[Gpt4oImageEditOutput]):
    """The input of openai/gpt-4o-image/edit."""

    model_id = "openai/gpt-4o-image/edit"
    output_type = Gpt4oImageEditOutput
    rules: ClassVar[Rules] = {
        "image": (Rule("file_size_mb<", 25, "File size must be less than 16 MB."),)
    }

    image: ImageInput | SequenceNotStr[ImageInput]
    """One or more images (URL, data URI, Path, bytes or binary file). The file must be under 25 MB
    (checked before sending).

    Make sure your image is under 25MB in size.
    """
    prompt: str
    size: Size | None = None
    """Server default: "1:1".

    Aspect Ratio (W:H).
    """


class Gpt4oImageEdit(Endpoint[JobT, SubmitT, RunT]):
    """openai/gpt-4o-image/edit

    Input: text, image.

    Submit a job, run one to its end, or pick one up by its id.
    """

    request_type: ClassVar[type[Gpt4oImageEditRequest]] = Gpt4oImageEditRequest

    def submit(
        self,
        *,
        image: ImageInput | SequenceNotStr[ImageInput],
        prompt: str,
        size: Size | None = None,
        **options: Unpack[SubmitOptions],
    ) -> SubmitT:
        """Submit a job to openai/gpt-4o-image/edit.

        Args:
            image: One or more images (URL, data URI, Path, bytes or binary file). The file must be
                under 25 MB (checked before sending).
                Make sure your image is under 25MB in size.
            size: "3:2", "1:1" or "2:3". Server default: "1:1".
                Aspect Ratio (W:H).
            extra_body: Merged into the JSON body without being checked.
            extra_headers: Sent with each request of the call.
            http_timeout: Seconds for one HTTP exchange. Defaults to that of the client.

        Returns:
            The job. Its output is a `Gpt4oImageEditOutput`.

        Raises:
            InvalidRequestError: If any argument is invalid (lists all problems; nothing is sent).
            APIError: If the API refuses the request.
            SubmitOutcomeUnknown: If it is unknown whether the job was accepted.
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

        Args:
            image: One or more images (URL, data URI, Path, bytes or binary file). The file must be
                under 25 MB (checked before sending).
                Make sure your image is under 25MB in size.
            size: "3:2", "1:1" or "2:3". Server default: "1:1".
                Aspect Ratio (W:H).
            extra_body: Merged into the JSON body without being checked.
            extra_headers: Sent with each request of the call.
            http_timeout: Seconds for one HTTP exchange. Defaults to that of the client.
            timeout: Seconds for the whole run. Defaults to 30 minutes.
            on_update: Called with a `JobStatus` when the state or the queue position changes.
            poll_interval: Seconds between two reads of the status. Adapts to the queue by default.
            cancel_on_timeout: Whether to cancel a job that is still queued when the time is over.

        Returns:
            The result. Its output is a `Gpt4oImageEditOutput`.

        Raises:
            InvalidRequestError: If any argument is invalid (lists all problems; nothing is sent).
            APIError: If the API refuses the request.
            SubmitOutcomeUnknown: If it is unknown whether the job was accepted.
            JobError: If the job fails, is cancelled or has no output.
            WaitTimeout: If the time is over before the job ends.
        """
        return self._run({"image": image, "prompt": prompt, "size": size}, options)
