# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""openai/gpt-image-2"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runcomfy._endpoint.classes import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from runcomfy.jobs import AsyncJob, Job, Result
    from runcomfy.models.openai.gpt_image_2.edit import GptImage2Edit, GptImage2EditOutput


class OpenaiGptImage2Namespace(Namespace):
    """openai/gpt-image-2"""

    _children = {
        "edit": "GptImage2Edit",
    }

    edit: GptImage2Edit[
        Job[GptImage2EditOutput],
        Job[GptImage2EditOutput],
        Result[GptImage2EditOutput],
    ]
    """openai/gpt-image-2/edit

    Input: text, image.
    """


class AsyncOpenaiGptImage2Namespace(AsyncNamespace):
    """openai/gpt-image-2"""

    _children = {
        "edit": "GptImage2Edit",
    }

    edit: GptImage2Edit[
        AsyncJob[GptImage2EditOutput],
        Coroutine[object, None, AsyncJob[GptImage2EditOutput]],
        Coroutine[object, None, Result[GptImage2EditOutput]],
    ]
    """openai/gpt-image-2/edit

    Input: text, image.
    """
