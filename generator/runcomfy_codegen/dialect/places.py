"""The place that the normaliser reads, and the error for what it cannot read there."""

from __future__ import annotations

from typing import NamedTuple

from ..names.nested import Nested
from ..text.documents import pointer_to


class Unreadable(Exception):
    """A construct that must not be guessed."""

    def __init__(self, pointer: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.pointer, self.message, self.hint = pointer, message, hint


def too_many(number: int, most: int, noun: str, pointer: str) -> Unreadable:
    """Return the refusal of a schema that is far too large."""
    message = f"{number} {noun}, at most {most} are read"
    return Unreadable(pointer, message, "see whether the file is what was published")


class Place(NamedTuple):
    """The place of a schema in its document.

    Attributes:
        pointer: Its JSON pointer.
        path: The pointer from the nearest definition on, without the numbers of branches.
        name: The property that it belongs to.
        about: The description of that property.
        suffix: What it adds to the name of its class.
        parent: The class around it.
        depth: The number of schemas around it.
        is_definition: Whether the whole schema is a definition.
        is_joined: Whether it holds more than is written there.
    """

    pointer: str
    path: str
    name: str = ""
    about: str = ""
    suffix: str = ""
    parent: Nested | None = None
    depth: int = 0
    is_definition: bool = False
    is_joined: bool = False

    def property(self, wire: str, name: str) -> Place:
        """Return the place of a property."""
        added = pointer_to("properties", wire)
        inner = self._replace(pointer=self.pointer + added, path=self.path + added)
        return inner._replace(name=wire, suffix=name, is_definition=False, is_joined=False)

    def inside(self, keyword: str, word: str) -> Place:
        """Return the place of its items or its values."""
        return self._replace(
            pointer=self.pointer + pointer_to(keyword),
            path=self.path + pointer_to(keyword),
            suffix=f"{self.suffix}_{word}" if self.suffix else word,
            depth=self.depth + 1,
            is_definition=False,
            is_joined=False,
        )
