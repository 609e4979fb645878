"""A catalogue of any size: captured input schemas, varied so that no two endpoints share a type.

Equal types could be made once and reused, which would flatter a generator.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from runcomfy_codegen.schemas.folder import write_endpoint
from runcomfy_codegen.schemas.shape import GENERIC_OUTPUT
from runcomfy_codegen.text.documents import dumps

ROOT = Path(__file__).parents[2]
_CORPUS = ROOT.parent / "shared" / "corpus" / "catalogue.json"
_PROVIDERS = 30
_WORDS = (
    *("camera", "clip", "colour", "detail", "edge", "frame", "guidance", "image", "light"),
    *("motion", "noise", "prompt", "scene", "seed", "shape", "sound", "speed", "style"),
)
_LIMITS = {"maximum", "maxLength", "maxItems", "enum"}

Schema = dict[str, Any]


@dataclass(frozen=True)
class Endpoint:
    model_id: str
    input_schema: Schema


SIMPLE = Endpoint(
    "studio/painter/text-to-image",
    {
        "type": "object",
        "properties": {
            "prompt": {"type": "string", "maxLength": 2000},
            "aspect_ratio": {"type": "string", "enum": ["1:1", "16:9", "9:16"], "default": "1:1"},
            "seed": {"type": "integer", "minimum": -1, "maximum": 65535, "default": -1},
        },
        "required": ["prompt"],
    },
)
"""The shape of the first endpoint of every catalogue, studio-0/painter-v0/text-to-image."""


@cache
def captured() -> tuple[Endpoint, ...]:
    """Return the shared catalogue of real endpoints.

    The endpoints of this project where it is missing.
    """
    if _CORPUS.is_file():
        models = json.loads(_CORPUS.read_text("utf-8"))["models"]
        return tuple(Endpoint(each["model_id"], each["input_schema"]) for each in models)
    files = sorted((ROOT / "schemas").rglob("input.json"))
    return tuple(
        Endpoint(
            each.parent.relative_to(ROOT / "schemas").as_posix(),
            json.loads(each.read_text("utf-8")),
        )
        for each in files
    )


def endpoints(count: int) -> Iterator[Endpoint]:
    """Each is made from its number alone: the first two are the same in a catalogue of any size."""
    shapes = (SIMPLE, *captured())
    for number in range(count):
        shape, version = shapes[number % len(shapes)], number // len(shapes)
        _, model, *rest = shape.model_id.split("/")
        segments = (f"studio-{number % _PROVIDERS}", f"{model}-v{version}", *rest)
        yield Endpoint("/".join(segments), _varied(shape.input_schema, number))


def write(folder: Path, count: int) -> Path:
    """Return the captured files of so many endpoints."""
    for each in endpoints(count):
        info = {"model_id": each.model_id}
        write_endpoint(folder, each.model_id, info, each.input_schema, GENERIC_OUTPUT)
    return folder


def change_one(folder: Path, time: int) -> None:
    """Give one endpoint a new property, as a vendor does on a Monday, with other texts each time."""
    path = folder / next(endpoints(1)).model_id / "input.json"
    schema = json.loads(path.read_text("utf-8"))
    new = {"type": "string", "enum": ["a", f"b{time}"], "description": f"Changed {time} times."}
    schema["properties"]["added_later"] = new
    path.write_text(dumps(schema), "utf-8")


def _varied(schema: Schema, number: int) -> Schema:
    """Other bounds, choices and texts, other names for some optional properties, one property more."""
    random = Random(number)
    properties: Schema = {}
    for name, published in schema["properties"].items():
        kept = name in schema.get("required", []) or random.random() < 0.8
        properties[name if kept else f"{name}_{random.choice(_WORDS)}"] = {
            **published,
            **{key: _other(value, number) for key, value in published.items() if key in _LIMITS},
            "description": f"{_sentence(random)} {_sentence(random)}",
        }
    extra = f"{random.choice(_WORDS)}_{random.choice(_WORDS)}_{number}"
    properties[extra] = {"type": "number", "minimum": 0, "maximum": number + 1}
    return {**schema, "properties": properties}


def _other(limit: float | list[Any], number: int) -> float | list[Any]:
    if not isinstance(limit, list):
        return limit + number
    last = limit[-1]
    return [*limit, f"{last} {number}" if isinstance(last, str) else last + number + 1]


def _sentence(random: Random) -> str:
    return f"The {' '.join(random.choices(_WORDS, k=random.randint(4, 9)))}."
