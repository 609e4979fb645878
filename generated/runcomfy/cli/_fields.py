# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The fields of an endpoint as options: names, kinds, choices and help, from its request class."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .._base.json_values import as_array, as_object
from .._endpoint.info import EndpointInfo
from .._validation.base import media_kinds
from .._validation.explain import wire_names
from ..media import MediaKind

_SIMPLE = re.compile(r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?", re.ASCII)
# The docstring of the endpoint's method: "    name: text", continued on deeper lines.
_ARGUMENT = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
_PYTHON_MEDIA = "(URL, data URI, Path, bytes or binary file)"
_SHELL_MEDIA = "(file or URL, - for stdin)"
_METAVARS = (
    ("integer", "INTEGER"),
    ("number", "NUMBER"),
    ("boolean", "true|false"),
    ("string", "TEXT"),
)

# The options of `run` and `submit` themselves; a field of such a name gets another one.
RESERVED = frozenset(
    ["--help", "--input", "--output", "--timeout", "--extra-body", "--json", "--base-url"]
)


@dataclass(frozen=True)
class InputField:
    """One field of an endpoint's input. name: in Python; kinds: the JSON Schemas that it may be of.

    option: the name of its option; aliases: other spellings of it.
    """

    name: str
    wire: str
    option: str
    aliases: tuple[str, ...]
    required: bool
    kinds: tuple[Mapping[str, Any], ...]
    definitions: Mapping[str, Any]
    media: MediaKind | None
    summary: str

    @cached_property
    def array(self) -> Mapping[str, Any] | None:
        """What it is as a list, if it may be one."""
        return next((each for each in self.kinds if each.get("type") == "array"), None)

    @property
    def single_kinds(self) -> tuple[Mapping[str, Any], ...]:
        """What it is as anything but a list."""
        return tuple(each for each in self.kinds if each.get("type") != "array")

    @property
    def item_kinds(self) -> tuple[Mapping[str, Any], ...]:
        """What its items are, if it may be a list."""
        return branches(as_object(self.array).get("items", {}), self.definitions)

    @property
    def is_flag(self) -> bool:
        return [each.get("type") for each in self.kinds] == ["boolean"]

    @property
    def choices(self) -> tuple[str, ...]:
        """All that it may be, if these are choices only."""
        kinds = self.item_kinds if self.array else self.kinds
        if not all("enum" in each or "const" in each for each in kinds):
            return ()
        return tuple(spelt(choice) for each in kinds for choice in choices_of(each))

    @property
    def metavar(self) -> str:
        """What the value looks like, in a word."""
        text = self._item_metavar(self.item_kinds if self.array else self.kinds)
        return f"{text}..." if self.array else text

    def _item_metavar(self, kinds: tuple[Mapping[str, Any], ...]) -> str:
        if self.media:
            return "FILE|URL"
        if self.choices:
            return "CHOICE"
        types = {each.get("type") for each in kinds}
        return "|".join(word for kind, word in _METAVARS if kind in types) or "JSON"

    @property
    def help(self) -> str:
        """The vendor's words, what is allowed and the default of the server."""
        shown = f"One of {', '.join(self.choices)}." if self.choices else ""
        # The docstring leaves long lists of choices out.
        return f"{self.summary} {'' if self._names_choices else shown}".strip()

    @property
    def _names_choices(self) -> bool:
        return all(choice in self.summary for choice in self.choices)


def fields_of(info: EndpointInfo) -> tuple[InputField, ...]:
    """The fields, required ones first."""
    schema = info.request_type.model_json_schema(by_alias=True)
    described, required = as_object(schema["properties"]), as_array(schema.get("required"))
    definitions = as_object(schema.get("$defs"))
    summaries, taken = _summaries(info), set(RESERVED)
    found: list[InputField] = []
    for name, wire in wire_names(info.request_type).items():
        option, *aliases = _options(name, wire, taken)
        taken |= {option, *aliases}
        field = InputField(
            name=name,
            wire=wire,
            option=option,
            aliases=tuple(aliases),
            required=wire in required,
            kinds=tuple(
                each
                for each in branches(described[wire], definitions)
                if each.get("type") != "null" or name in info.request_type.nullable
            ),
            definitions=definitions,
            media=media_kinds(info.request_type).get(name),
            summary=summaries.get(name, ""),
        )
        found.append(field)
    return tuple(sorted(found, key=lambda field: not field.required))


def _options(name: str, wire: str, taken: set[str]) -> list[str]:
    """The wire name where a shell can take it, else the Python name first."""
    plain = f"--{_kebab(name.strip('_'))}"
    if not _SIMPLE.fullmatch(wire):
        spellings = [plain]
    elif wire.islower() or wire[0].isdigit():
        spellings = [f"--{_kebab(wire)}"]
    else:
        spellings = [plain, f"--{_kebab(wire)}"]
    free = [each for each in spellings if each not in taken]
    return free or [_free(f"--field{plain[1:]}", taken)]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _free(option: str, taken: set[str]) -> str:
    return option if option not in taken else _free(f"{option}-", taken)


def _summaries(info: EndpointInfo) -> dict[str, str]:
    """What the docstring of `run` says of each argument: one text for both ways to call."""
    from importlib import import_module

    module = import_module(info.request_type.__module__)
    endpoint = getattr(module, info.request_type.__name__.removesuffix("Request"))
    text = inspect.getdoc(endpoint.run) or ""  # none under -OO
    found = _ARGUMENT.findall(text.partition("Args:\n")[2])
    return {name: " ".join(said.split()).replace(_PYTHON_MEDIA, _SHELL_MEDIA) for name, said in found}  # fmt: skip


def branches(
    schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> tuple[Mapping[str, Any], ...]:
    """The alternatives of a schema of pydantic's, with references followed."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return branches(as_object(definitions.get(name)), definitions)
    if "anyOf" in schema:
        parts = (branches(as_object(each), definitions) for each in as_array(schema["anyOf"]))
        return tuple(each for part in parts for each in part)
    return (schema,)


def choices_of(schema: Mapping[str, Any]) -> list[Any]:
    return [schema["const"]] if "const" in schema else as_array(schema.get("enum"))


def spelt(choice: Any) -> str:
    """A choice as it is typed."""
    return choice if isinstance(choice, str) else json.dumps(choice)
