# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""openai/gpt-4o-image"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runcomfy._endpoint.classes import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from runcomfy.jobs import AsyncJob, Job, Result
    from runcomfy.models.openai.gpt_4o_image.edit import Gpt4oImageEdit, Gpt4oImageEditOutput


class OpenaiGpt4oImageNamespace(Namespace):
    """openai/gpt-4o-image"""

    _children = {
        "edit": "Gpt4oImageEdit",
    }

    edit: Gpt4oImageEdit[
        Job[Gpt4oImageEditOutput],
        Job[Gpt4oImageEditOutput],
        Result[Gpt4oImageEditOutput],
    ]
    """openai/gpt-4o-image/edit

    Input: text, image.
    """


class AsyncOpenaiGpt4oImageNamespace(AsyncNamespace):
    """openai/gpt-4o-image"""

    _children = {
        "edit": "Gpt4oImageEdit",
    }

    edit: Gpt4oImageEdit[
        AsyncJob[Gpt4oImageEditOutput],
        Coroutine[object, None, AsyncJob[Gpt4oImageEditOutput]],
        Coroutine[object, None, Result[Gpt4oImageEditOutput]],
    ]
    """openai/gpt-4o-image/edit

    Input: text, image.
    """
