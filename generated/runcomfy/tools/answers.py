# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The answer of a tool: text for the language model, data for the program, and small pictures."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from .._base.brief import brief
from ..errors import ConfigurationError

Style = Literal["openai", "anthropic", "mcp"]
"""The form of definitions and contents: of OpenAI's chat completions, Anthropic's messages, or MCP."""


@dataclass(frozen=True)
class Preview:
    """A small picture of an output.

    Attributes:
        media_type: Its type, such as "image/png".
        content: The bytes of the picture.
    """

    media_type: str
    content: bytes = field(repr=False)

    @property
    def base64(self) -> str:
        """The content as text."""
        return base64.b64encode(self.content).decode("ascii")


@dataclass(frozen=True)
class Answer:
    """The answer of a tool.

    Attributes:
        text: The answer in words, for the language model.
        is_error: Whether the call did not do what it was asked for.
        data: The same as JSON, such as `state`, `request_id`, `files` and `cost_usd`.
        previews: Small pictures of the outputs.
    """

    text: str
    is_error: bool = False
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    previews: tuple[Preview, ...] = ()

    def __str__(self) -> str:
        return self.text

    def content(self, style: Style = "openai") -> Any:
        """Return the content of the tool's message.

        Args:
            style: "openai" for a text, "anthropic" or "mcp" for a list of blocks with the pictures.

        Raises:
            ConfigurationError: The style is unknown.
        """
        if checked_style(style) == "openai":
            return self.text
        blocks: list[dict[str, Any]] = [{"type": "text", "text": self.text}]
        return blocks + [_picture(preview, style) for preview in self.previews]


def checked_style(style: object) -> Style:
    """Return a style. Raises ConfigurationError if it is unknown."""
    if style not in get_args(Style):
        styles = ", ".join(map(repr, get_args(Style)))
        raise ConfigurationError(f"must be one of {styles}; got {brief(style)}", parameter="style")
    return cast("Style", style)


def _picture(preview: Preview, style: Style) -> dict[str, Any]:
    if style == "mcp":
        return {"type": "image", "data": preview.base64, "mimeType": preview.media_type}
    source = {"type": "base64", "media_type": preview.media_type, "data": preview.base64}
    return {"type": "image", "source": source}
