"""Names of an endpoint: those that it has, those that it had, and those that lead nowhere any more."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..text.versions import parse_version

_VERSION = r"\d+\.\d+\.\d+\w*(?:\.\w+)?"
_ALIAS = re.compile(rf"(?P<name>\S+)(?: after (?P<version>{_VERSION}))? (?P<model_id>.+)")
_REMOVED = re.compile(
    rf"(?P<name>\S+) (?P<when>after|since) (?P<version>{_VERSION})(?: (?P<replacement>.+))?"
)


class EndpointName(NamedTuple):
    """The names of an endpoint, such as `openai.gpt_image_2.edit` and `GptImage2Edit`."""

    attribute_path: str
    class_prefix: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.attribute_path.split("."))

    def __str__(self) -> str:
        return f"{self.attribute_path}:{self.class_prefix}"


class Alias(NamedTuple):
    """The names that an endpoint had before it was renamed.

    Attributes:
        name: The former names.
        model_id: The endpoint as it is called now.
        version: The version of the SDK after which it was renamed; empty if that is not known.
    """

    name: EndpointName
    model_id: str
    version: str = ""

    def __str__(self) -> str:
        when = f" after {self.version}" if self.version else ""
        return f"{self.name}{when} {self.model_id}"


class Removed(NamedTuple):
    """The names of an endpoint that the SDK has no longer.

    Attributes:
        name: The names.
        version: The first version without it; until there is one, the last version with it.
        replacement: The id of the nearest endpoint; empty if none is near.
        is_released: Whether a version without it was made.
    """

    name: EndpointName
    version: str
    replacement: str = ""
    is_released: bool = False

    @property
    def since(self) -> str:
        """The version since which it is gone, in words."""
        return (
            f"version {self.version}" if self.is_released else f"the version after {self.version}"
        )

    def __str__(self) -> str:
        when = "since" if self.is_released else "after"
        return " ".join(filter(None, (str(self.name), when, self.version, self.replacement)))


def parse_alias(entry: str) -> Alias | None:
    """Read an entry of the lock; None if it is not one."""
    match = _ALIAS.fullmatch(entry)
    if match is None:
        return None
    return Alias(_name(match["name"]), match["model_id"], match["version"] or "")


def parse_removed(entry: str) -> Removed | None:
    """Read an entry of the lock; None if it is not one."""
    match = _REMOVED.fullmatch(entry)
    if match is None:
        return None
    is_released = match["when"] == "since"
    return Removed(_name(match["name"]), match["version"], match["replacement"] or "", is_released)


def is_outlived(alias: Alias, version: str) -> bool:
    """Tell whether a version of the SDK comes after the minor version that kept an alias."""
    renamed, now = parse_version(alias.version or version), parse_version(version)
    if now.major == renamed.major:
        return now.minor > renamed.minor + 1
    return now.major > renamed.major and (now.major > renamed.major + 1 or now.minor > 0)


def _name(text: str) -> EndpointName:
    path, _, prefix = text.partition(":")
    return EndpointName(path, prefix)
