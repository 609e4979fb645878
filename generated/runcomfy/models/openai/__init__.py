"""openai"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runcomfy._endpoint import Namespace

if TYPE_CHECKING:
    from runcomfy.models.openai.gpt_4o_image import AsyncGpt4oImageNamespace, Gpt4oImageNamespace
    from runcomfy.models.openai.gpt_image_2 import AsyncGptImage2Namespace, GptImage2Namespace


class OpenaiNamespace(Namespace):
    """openai"""

    _children = {
        "gpt_4o_image": "Gpt4oImageNamespace",
        "gpt_image_2": "GptImage2Namespace",
    }

    gpt_4o_image: Gpt4oImageNamespace
    """openai/gpt-4o-image"""
    gpt_image_2: GptImage2Namespace
    """openai/gpt-image-2"""


class AsyncOpenaiNamespace(Namespace):
    """openai"""

    _children = {
        "gpt_4o_image": "AsyncGpt4oImageNamespace",
        "gpt_image_2": "AsyncGptImage2Namespace",
    }

    gpt_4o_image: AsyncGpt4oImageNamespace
    """openai/gpt-4o-image"""
    gpt_image_2: AsyncGptImage2Namespace
    """openai/gpt-image-2"""
