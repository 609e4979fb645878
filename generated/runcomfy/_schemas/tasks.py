# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The task of a model. Many entries of the catalogue have no category, but an id that names one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .media_kinds import KINDS

# Most of the catalogue's categories are named like this, and so are segments of most ids.
_TASK = re.compile(rf"[a-z0-9-]+-to-(?:{'|'.join(KINDS)}|speech|music|text|3d)")
# Segments of ids that name a task in other words -> the task.
_OTHER_TASKS: Mapping[str, str] = {
    "edit": "edit",
    "image-edit": "edit-image",
    "edit-image": "edit-image",
    "video-edit": "edit-video",
    "edit-video": "edit-video",
    "extend": "extend",
    "extend-video": "extend-video",
    "video-extend": "extend-video",
    "first-last-frame": "first-last-frame",
    "transition": "transition",
    "inpaint": "inpaint",
    "inpainting": "inpaint",
    "outpaint": "outpaint",
    "outpainting": "outpaint",
    "audio-inpaint": "inpaint-audio",
    "audio-outpaint": "outpaint-audio",
    "music-generation": "text-to-audio",
    "lipsync": "lipsync",
    "upscale": "upscale",
    "upscaler": "upscale",
}

OTHER = "other"
"""The task of a model whose id names none."""


def tasks_of(model_id: str, categories: Sequence[str]) -> tuple[str, ...]:
    """Return the categories of a model; where it has none, the task that its id names."""
    return tuple(categories) or (_task_of(model_id),)


def _task_of(model_id: str) -> str:
    """Return the task that the last telling segment names; variants such as `draft` may follow it."""
    for segment in reversed(model_id.lower().split("/")[1:]):
        if _TASK.fullmatch(segment):
            return segment
        if segment in _OTHER_TASKS:
            return _OTHER_TASKS[segment]
    return OTHER
