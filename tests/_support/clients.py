"""The two clients, and the model that both are tested with."""

from __future__ import annotations

from typing import Literal

Kind = Literal["sync", "async"]
KINDS: tuple[Kind, ...] = ("sync", "async")
MODEL_ID = "acme/demo/text-to-image"
