# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""openai"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runcomfy._endpoint.classes import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from runcomfy.models.openai.gpt_4o_image import (
        AsyncOpenaiGpt4oImageNamespace,
        OpenaiGpt4oImageNamespace,
    )
    from runcomfy.models.openai.gpt_image_2 import (
        AsyncOpenaiGptImage2Namespace,
        OpenaiGptImage2Namespace,
    )


class OpenaiNamespace(Namespace):
    """openai"""

    _children = {
        "gpt_4o_image": "OpenaiGpt4oImageNamespace",
        "gpt_image_2": "OpenaiGptImage2Namespace",
    }

    gpt_4o_image: OpenaiGpt4oImageNamespace
    """openai/gpt-4o-image"""
    gpt_image_2: OpenaiGptImage2Namespace
    """openai/gpt-image-2"""


class AsyncOpenaiNamespace(AsyncNamespace):
    """openai"""

    _children = {
        "gpt_4o_image": "AsyncOpenaiGpt4oImageNamespace",
        "gpt_image_2": "AsyncOpenaiGptImage2Namespace",
    }

    gpt_4o_image: AsyncOpenaiGpt4oImageNamespace
    """openai/gpt-4o-image"""
    gpt_image_2: AsyncOpenaiGptImage2Namespace
    """openai/gpt-image-2"""
