# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The fields of an endpoint as options: names, kinds, choices and help, from its request class."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from .._base.json_values import as_array, as_object
from .._endpoint.info import EndpointInfo
from .._schemas.registry import field_help
from .._validation.fields import media_kinds, wire_names
from ..media import MediaKind

_SIMPLE = re.compile(r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?", re.ASCII)
_METAVARS = (
    ("integer", "INTEGER"),
    ("number", "NUMBER"),
    ("boolean", "true|false"),
    ("string", "TEXT"),
)

# The options of `run` and `submit` themselves; a field of such a name gets another option.
RESERVED = frozenset(
    [
        "--help",
        "--input",
        "--output",
        "--timeout",
        "--extra-body",
        "--json",
        "--base-url",
        "--dry-run",
    ]
)
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class InputField:
    """One field of an endpoint's input.

    Attributes:
        name: Its name in Python.
        wire: Its name in JSON.
        option: The option of the command line, such as `--prompt`.
        aliases: Other spellings of the option.
        required: Whether the endpoint needs it.
        kinds: The JSON Schemas of which a value must match one.
        definitions: The schemas that `$ref` names.
        media: The kind of media that it takes, if any.
        summary: What the published schema says about it.
    """

    name: str
    wire: str
    option: str
    aliases: tuple[str, ...]
    required: bool
    kinds: tuple[Schema, ...]
    definitions: Mapping[str, Any]
    media: MediaKind | None
    summary: str

    @cached_property
    def array(self) -> Schema | None:
        """The schema of its list form, if it may be a list."""
        return next((kind for kind in self.kinds if kind.get("type") == "array"), None)

    @property
    def single_kinds(self) -> tuple[Schema, ...]:
        """The schemas of its other forms."""
        return tuple(kind for kind in self.kinds if kind.get("type") != "array")

    @property
    def item_kinds(self) -> tuple[Schema, ...]:
        """The schemas of the items of its list form."""
        return branches(as_object(self.array).get("items", {}), self.definitions)

    @property
    def is_flag(self) -> bool:
        """Tell whether it is a boolean."""
        return [kind.get("type") for kind in self.kinds] == ["boolean"]

    @property
    def choices(self) -> tuple[str, ...]:
        """All its values as they are typed, if it has choices only."""
        kinds = self.item_kinds if self.array else self.kinds
        if not all("enum" in kind or "const" in kind for kind in kinds):
            return ()
        return tuple(map(typed, chain.from_iterable(map(choices_of, kinds))))

    @property
    def metavar(self) -> str:
        """The placeholder of its value in help, such as `TEXT`."""
        text = self._item_metavar(self.item_kinds if self.array else self.kinds)
        return f"{text}..." if self.array else text

    def _item_metavar(self, kinds: tuple[Schema, ...]) -> str:
        if self.media:
            return "FILE|URL"
        if self.choices:
            return "CHOICE"
        types = {kind.get("type") for kind in kinds}
        return "|".join(word for name, word in _METAVARS if name in types) or "JSON"

    @property
    def help(self) -> str:
        """The published description, the facts of the schema and the choices."""
        choices = f"One of {', '.join(self.choices)}." if self.choices else ""
        return f"{self.summary} {choices}".strip()


def fields_of(info: EndpointInfo) -> tuple[InputField, ...]:
    """Return the fields of an endpoint, required ones first."""
    request_type = info.request_type
    schema = request_type.model_json_schema(by_alias=True)
    properties, required = as_object(schema["properties"]), as_array(schema.get("required"))
    definitions = as_object(schema.get("$defs"))
    summaries, media = field_help(info.model_id), media_kinds(request_type)
    taken = set(RESERVED)
    fields: list[InputField] = []
    for name, wire in wire_names(request_type).items():
        kinds = branches(properties[wire], definitions)
        if name not in request_type.nullable:
            kinds = tuple(kind for kind in kinds if kind.get("type") != "null")
        option, *aliases = _options(name, wire, taken)
        taken |= {option, *aliases}
        field = InputField(
            name=name,
            wire=wire,
            option=option,
            aliases=tuple(aliases),
            required=wire in required,
            kinds=kinds,
            definitions=definitions,
            media=media.get(name),
            summary=summaries.get(wire, ""),
        )
        fields.append(field)
    return tuple(sorted(fields, key=lambda field: not field.required))


def _options(name: str, wire: str, taken: set[str]) -> list[str]:
    """Choose the spellings of an option: the wire name if a shell can take it, else the Python name."""
    plain = f"--{_kebab(name.strip('_'))}"
    if not _SIMPLE.fullmatch(wire):
        spellings = [plain]
    elif wire.islower() or wire[0].isdigit():
        spellings = [f"--{_kebab(wire)}"]
    else:
        spellings = [plain, f"--{_kebab(wire)}"]
    free = [option for option in spellings if option not in taken]
    return free or [_free(f"--field{plain[1:]}", taken)]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _free(option: str, taken: set[str]) -> str:
    return option if option not in taken else _free(f"{option}-", taken)


def branches(schema: Schema, definitions: Mapping[str, Any]) -> tuple[Schema, ...]:
    """Return the alternatives of a schema made by pydantic, with references followed."""
    return tuple(_branches(schema, definitions))


def _branches(schema: Schema, definitions: Mapping[str, Any]) -> Iterator[Schema]:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        yield from _branches(as_object(definitions.get(name)), definitions)
    elif "anyOf" in schema:
        for branch in as_array(schema["anyOf"]):
            yield from _branches(as_object(branch), definitions)
    else:
        yield schema


def choices_of(schema: Schema) -> list[Any]:
    """Return the values that a schema lists."""
    return [schema["const"]] if "const" in schema else as_array(schema.get("enum"))


def typed(choice: Any) -> str:
    """Return a choice as it is typed on a command line."""
    return choice if isinstance(choice, str) else json.dumps(choice)
