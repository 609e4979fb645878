"""Versions of the SDK: what one may look like, which of two is later, and which comes next."""

from __future__ import annotations

import re
from typing import NamedTuple

from .patterns import Pattern

FIRST = "0.1.0"
"""The version of an SDK whose project names none."""
EXPECTED = "three numbers, such as 0.4.0, or a pre-release of them, such as 0.4.0rc1"
_NUMBER = r"(0|[1-9]\d*)"
_SUFFIXES = (".dev", "a", "b", "rc", "", ".post")
"""In the order in which versions of the same numbers follow one another."""
_VERSION = Pattern(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:(\.dev|a|b|rc|\.post){_NUMBER})?", re.ASCII)
_TAG = Pattern(rf"(?:.*[^.\w])?v?({_VERSION.pattern})", re.ASCII)


class Version(NamedTuple):
    """A version, ordered as pip orders it.

    Attributes:
        major: The first number.
        minor: The second number.
        patch: The third number.
        stage: The place of its suffix in the order of suffixes.
        number: The number of its suffix.
    """

    major: int
    minor: int
    patch: int
    stage: int = _SUFFIXES.index("")
    number: int = 0

    def __str__(self) -> str:
        suffix = _SUFFIXES[self.stage]
        return f"{self.major}.{self.minor}.{self.patch}" + (
            f"{suffix}{self.number}" if suffix else ""
        )


def is_version(text: str) -> bool:
    """Tell whether a text is a version in the form in which a wheel's name has it."""
    return _VERSION.fullmatch(text) is not None


def parse_version(text: str) -> Version:
    """Read a version.

    Raises:
        ValueError: If it is not one.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError(f"must be {EXPECTED}; got {text!r}")
    major, minor, patch, suffix, number = match.groups()
    return Version(
        int(major), int(minor), int(patch), _SUFFIXES.index(suffix or ""), int(number or 0)
    )


def version_of_tag(tag: str) -> Version | None:
    """Return the version that a tag such as `v0.4.0` or `sdk-0.4.0` names; None if it names none."""
    match = _TAG.fullmatch(tag)
    return parse_version(match[1]) if match else None


def next_version(version: Version, step: str) -> Version:
    """Return the version after a step of semantic versioning (semver.org).

    Below 1.0, a breaking change is a minor version, as 1.0 would say that the SDK is stable.

    Args:
        version: The last release.
        step: What changed since: "major", "minor" or "patch".
    """
    if step == "major" and version.major > 0:
        return Version(version.major + 1, 0, 0)
    if step in ("major", "minor"):
        return Version(version.major, version.minor + 1, 0)
    if version.stage < _SUFFIXES.index(""):
        return Version(version.major, version.minor, version.patch)
    return Version(version.major, version.minor, version.patch + 1)
