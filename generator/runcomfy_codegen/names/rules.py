"""Make readable Python names of the vendor's names, and avoid those that our own code needs."""

from __future__ import annotations

import functools
import itertools
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import TypeGuard

from ..runtime._schemas.media_kinds import KINDS

_CAMEL_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])")
_NOT_A_WORD = re.compile(r"\W+|_+")

# Names that a property cannot have in Python: pydantic's attributes, what generated methods and classes
# use themselves (a test compares them with the runtime), and the builtins that class bodies refer to.
_PYDANTIC = "construct copy dict from_orm json parse_file parse_obj parse_raw schema schema_json update_forward_refs validate"
_GENERATED = (
    "cancel_on_timeout demands extra_body extra_headers from_tool_arguments http_timeout locals media_in media_items"
    " model_id nullable on_update options output_type parse poll_interval rules self timeout to_body"
)
_ANNOTATIONS = "bool dict float frozenset int list str"
RESERVED_PROPERTIES = frozenset(f"{_PYDANTIC} {_GENERATED} {_ANNOTATIONS}".split())
# pydantic warns about fields that begin like its own methods, and owns these outright.
_PROTECTED = re.compile(
    r"model_(validate|dump|config|fields|computed_fields|extra|construct|copy|json_schema|parametrized_name|post_init|rebuild)"
)

# Attributes of clients, namespaces and endpoints that a path segment must not hide.
RESERVED_SEGMENTS = frozenset(
    [
        "aclose",
        "balance",
        "base_url",
        "batch",
        "catalogue",
        "close",
        "estimate",
        "job",
        "object",
        "request_type",
        "run",
        "spent_usd",
        "submit",
        "untyped",
        "with_options",
        # Windows has no file of these names, whatever its suffix.
        *("aux", "con", "nul", "prn"),
        *(f"com{number}" for number in range(10)),
        *(f"lpt{number}" for number in range(10)),
    ]
)

# Classes and aliases that emitted modules import (a test compares them with the templates).
_IMPORTED = (
    "Annotated Any AsyncClient AsyncJob AsyncNamespace AsyncRunComfy ClassVar Coroutine Demand"
    " Endpoint Field InputModel Job JobT Literal MediaOutput Namespace Omit OneOf OutputModel Request Result"
    " RootNamespace Rule Rules RunComfy RunOptions RunT Secret SequenceNotStr SubmitOptions SubmitT"
    " SyncClient TYPE_CHECKING TypeAlias Unpack UrlLength"
)
RESERVED_CLASSES = frozenset(
    {*_IMPORTED.split(), *(kind.input_type for kind in KINDS.values()), "None", "True", "False"}
)


def property_name(wire: str) -> str:
    """Return the Python name of a property: `241_prompt` -> `field_241_prompt`, `class` -> `class_`."""
    name = _words(wire, split_camel=True)
    if not name or not name.isidentifier() or _PROTECTED.match(name):
        name = f"field_{name}" if name else "field"
    return _free(name, RESERVED_PROPERTIES)


def segment_name(segment: str) -> str:
    """Return the Python name of a path segment: `gpt-image-2` -> `gpt_image_2`, `4k` -> `v4k`."""
    name = _words(segment, split_camel=False)
    if not name:
        name = "v"
    if not name.isidentifier():
        name = _composed(f"v{name}")
    return _free(name, RESERVED_SEGMENTS)


def is_property_name(text: object) -> bool:
    """Return whether `property_name` could have given a name."""
    return _is_name(text) and text not in RESERVED_PROPERTIES and not _PROTECTED.match(text)


def is_segment_name(text: object) -> bool:
    """Return whether `segment_name` could have given a name."""
    return _is_name(text) and text not in RESERVED_SEGMENTS


def is_class_prefix(text: object) -> bool:
    """Return whether the name of a class may be this or begin with it."""
    return _is_name(text) and text not in RESERVED_CLASSES


def _is_name(text: object) -> TypeGuard[str]:
    return (
        isinstance(text, str)
        and text.isidentifier()
        and text == _composed(text)
        and not text.startswith("_")
        and not keyword.iskeyword(text)
    )


@functools.cache  # thousands of paths share their parts
def camel_case(name: str) -> str:
    """Return a name in camel case: `gpt_image_2` -> `GptImage2`."""
    return _composed("".join(word[:1].upper() + word[1:] for word in name.split("_")))


def unique(name: str, taken: Iterable[str], separator: str = "_") -> str:
    """Return the name itself, or the first of name_2, name_3, ... that is free."""
    return first_free(name, lambda candidate: {candidate}, frozenset(taken), separator)


def first_free(
    name: str, family: Callable[[str], set[str]], taken: AbstractSet[str], separator: str = ""
) -> str:
    """Return the first of name, name2, name3, ... for which all names of its family are free."""
    numbered = (f"{name}{separator}{number}" for number in itertools.count(2))
    candidates = itertools.chain([name], numbered)
    return next(candidate for candidate in candidates if taken.isdisjoint(family(candidate)))


def _composed(name: str) -> str:
    """Return a name as Python reads it: characters may compose, such as I and a dot to İ."""
    return unicodedata.normalize("NFKC", name)


def _words(text: str, *, split_camel: bool) -> str:
    # Python compares identifiers after NFKC, so look-alikes must meet here and not there.
    plain = _composed(text)
    if split_camel:
        plain = _CAMEL_BOUNDARY.sub("_", plain)
    legal = "".join(char if f"_{char}".isidentifier() else "_" for char in plain)
    return _composed("_".join(part for part in _NOT_A_WORD.split(legal) if part).lower())


def _free(name: str, reserved: frozenset[str]) -> str:
    return f"{name}_" if keyword.iskeyword(name) or name in reserved else name
