# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The address of the Model API, and of each model below it."""

from __future__ import annotations

import re
from urllib.parse import quote

from .._base.brief import brief
from .._base.text import is_text
from ..errors import FieldProblem, InvalidRequestError

DEFAULT_BASE_URL = "https://model-api.runcomfy.net/v1"
BASE_URL_VARIABLE = "RUNCOMFY_MODEL_API_BASE"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MOST_ID = 512  # characters of a model id


def model_path(model_id: str) -> str:
    """Return the path of a model below the base URL: segments percent-encoded, slashes kept.

    Raises:
        InvalidRequestError: If the id would lead to another path.
    """
    segments = model_id.split("/") if is_text(model_id) else []
    is_path = len(segments) > 1 and not any(part.strip() in ("", ".", "..") for part in segments)
    if not is_path or _CONTROL.search(model_id) or len(model_id) > _MOST_ID:
        expected = f"must be `vendor/model`, printable, of at most {_MOST_ID} characters"
        raise InvalidRequestError.from_problems(
            [FieldProblem("model_id", f"{expected}; got {brief(model_id)}")],
            model_id[:_MOST_ID] if segments else None,
        )
    return "/models/" + "/".join(quote(segment, safe="") for segment in segments)
