"""Input schemas made up at random: whatever the dialect can express, and what is odd in it.

Some 340 endpoints of the catalogue are not in the corpus; what they may hold is tried here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests._support.sdk import Case

Schema = dict[str, Any]

# Each pair or row is one Python name, a name of Python's, or a hint at media.
_NAMES = (
    *(
        "prompt",
        "seed",
        "class",
        "class_",
        "class_2",
        "241_prompt",
        "field_241_prompt",
        "promptText",
    ),
    *(
        "prompt_text",
        "a-b",
        "a_b",
        "a.b",
        "ﬁ",
        "fi",
        "é",
        "self",
        "model_config",
        "model_id",
        "timeout",
    ),
    *(
        "image_url",
        "video_urls",
        "mask",
        "None",
        "extra_body",
        "__init__",
        "x y",
        "0",
        "type",
        "rules",
    ),
)
_TEXTS = (
    "auto",
    "5",
    "10",
    "1K",
    "1k",
    "",
    'it\'s "x"\\',
    "a\nb",
    "漢",
    "true",
    "null",
    "1152:864 (4:3)",
)
_INTEGERS = (0, 1, 2, 5, 24, -1, 4294967295, 2**53 + 1, 1.0, 30.0)
_FRACTIONS = (0.5, 2.5, -0.1, 1e-7, 1e20)
_BOUNDS = (-1, 0, 1, 8, 0.5, 1.0, 2.5, -0.25, 4294967295, 2**53 + 1, 1e20)
_ANNOTATIONS: tuple[tuple[str, Any], ...] = (
    ("title", "A title"),
    ("description", 'Up to {{ 4 }} of """ them.\\'),
    ("default", None),
    ("default", "5"),
    ("default", ["https://example.com/a.png"]),
    ("order", 3),
    ("example", 7),
    ("examples", [1, "2"]),
    ("deprecated", True),
    ("pattern", "^a"),
    ("uniqueItems", True),
    ("minProperties", 1),
    ("maxLength", "9"),
    ("minimum", None),
    ("x-order", [1]),
)


def case(random: Random) -> Case:
    """Return an input with a handful of properties."""
    maker = Schemas(random)
    names = random.sample(_NAMES, random.randint(1, 5))
    properties = {name: maker.schema(3) for name in names}
    required = [name for name in names if random.random() < 0.3]
    if random.random() < 0.1:
        required.append("no_such_name")
    whole: Schema = {"type": "object", "properties": properties, "required": required}
    if random.random() < 0.1:
        whole["additionalProperties"] = random.choice((True, False, {"type": "string"}))
    example = {name: random.choice(("text", ["text"], 5)) for name in names[:1]}
    return Case(whole, example=example if random.random() < 0.2 else {})


@dataclass(frozen=True)
class Schemas:
    """Draws schemas from a random source."""

    random: Random

    def schema(self, depth: int) -> Schema:
        """depth: how many levels there may be inside."""
        makers: list[Callable[[int], Schema]] = [
            *(self._text, self._number, self._choice, self._media, self._flag),
            *((self._array, self._object, self._union, self._typeless) if depth else ()),
        ]
        made = self.random.choice(makers)(depth)
        if self.random.random() < 0.12:
            made = self._nullable(made)
        if self.random.random() < 0.3:
            made.setdefault(*self.random.choice(_ANNOTATIONS))
        return made

    def _maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def _text(self, depth: int) -> Schema:
        return {"type": self.random.choice(("string", "String")), **self._sizes("Length")}

    def _sizes(self, what: str) -> Schema:
        least = self.random.choice((0, 1, 2, 3.0))
        most = least + self.random.choice((0, 1, 5))
        low = {f"min{what}": least} if self._maybe(0.4) else {}
        return low | ({f"max{what}": most} if self._maybe(0.5) else {})

    def _number(self, depth: int) -> Schema:
        word = self.random.choice(("integer", "number", "float", "double", "int"))
        made: Schema = {"type": word}
        low, high = sorted((self.random.choice(_BOUNDS), self.random.choice(_BOUNDS)))
        if self._maybe(0.5):
            made[self.random.choice(("minimum", "exclusiveMinimum"))] = low
        if self._maybe(0.5):
            made[self.random.choice(("maximum", "exclusiveMaximum"))] = high
        if self._maybe(0.2):
            made["multipleOf"] = self.random.choice((1, 2, 8, 0.5, 0.01, 0.1, 1.5, 2.0))
        return made

    def _choice(self, depth: int) -> Schema:
        word, pool = self.random.choice(
            (
                ("string", _TEXTS),
                ("integer", _INTEGERS),
                ("number", _INTEGERS + _FRACTIONS),
                ("boolean", (True, False)),
                ("array", _TEXTS),
                (None, (*_TEXTS, *_INTEGERS, *_FRACTIONS, True, False, None)),
            )
        )
        values: list[Any] = self.random.choices(pool, k=self.random.randint(1, 5))
        made: Schema = {"type": word} if word else {}
        if self._maybe(0.15) and word != "array":
            return made | {"const": values[0]}
        return made | {"enum": values} | (self._sizes("Items") if word == "array" else {})

    def _media(self, depth: int) -> Schema:
        kind = self.random.choice(("image", "video", "audio"))
        one = {"type": "string", "format": f"{kind}_uri"}
        many: Schema = {"type": "array", "format": f"{kind}_uris", **self._sizes("Items")}
        if self._maybe(0.3):
            many["default"] = "https://example.com/a.png"
        return self.random.choice(
            (
                *(one, one | self._sizes("Length"), many, many | {"items": one}),
                *({"type": "array", "items": one}, {"format": f"{kind}_uri"}),
            )
        )

    def _flag(self, depth: int) -> Schema:
        return {"type": self.random.choice(("boolean", "bool", "null"))}

    def _array(self, depth: int) -> Schema:
        made: Schema = {"type": "array", **self._sizes("Items")}
        if self._maybe(0.9):
            made["items"] = self.schema(depth - 1)
        return made

    def _object(self, depth: int) -> Schema:
        made: Schema = {"type": "object"}
        if self._maybe(0.7):
            names = self.random.sample(_NAMES, self.random.randint(0, 3))
            made["properties"] = {name: self.schema(depth - 1) for name in names}
            made["required"] = [name for name in names if self._maybe(0.4)]
        if self._maybe(0.4):
            inner: Any = self.random.choice((True, False, {}, self.schema(depth - 1)))
            made["additionalProperties"] = inner
        return made

    def _union(self, depth: int) -> Schema:
        word = self.random.choice(("anyOf", "anyOf", "oneOf"))
        branches = [self.schema(depth - 1) for _ in range(self.random.randint(1, 3))]
        return {word: branches}

    def _typeless(self, depth: int) -> Schema:
        made = self.random.choice((self._text, self._number, self._array, self._object))(depth)
        several = self.random.sample(("string", "integer", "number", "boolean", "null", "array"), 2)
        del made["type"]
        return {**made, "type": several} if self._maybe(0.5) else made

    def _nullable(self, schema: Schema) -> Schema:
        word = schema.get("type")
        if isinstance(word, str) and self._maybe(0.5):
            return {**schema, "type": self.random.choice(([word, "null"], ["null", word]))}
        return schema | {"nullable": self.random.choice((True, True, False))}
