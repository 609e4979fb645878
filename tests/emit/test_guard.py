"""The guard: what no template writes is refused, whatever else it may be."""

from __future__ import annotations

from pathlib import Path

import pytest
from runcomfy_codegen.emit.guard import violations

from .._support.generator import generated, source

HEAD = """
from __future__ import annotations
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias
from pydantic import Field
from sdk._endpoint import Endpoint, omit
from sdk._model import OneOf, Request, Rules
from sdk.media import Rule
"""


def _method(
    signature: str = "self",
    body: str = "return self._submit({}, options)",
    name: str = "submit",
    decorator: str = "",
) -> str:
    return f"class X:\n{decorator}    def {name}({signature}) -> int:\n        {body}\n"


ALLOWED = [
    '"""text"""',
    "from sdk.jobs import Job",
    "if TYPE_CHECKING:\n    from sdk.jobs import Job",
    'X: TypeAlias = Literal["a", -1, 0.5, True, None]',
    '__all__ = ["X"]',
    'lazy_exports(__name__, {"client": ("X",)})',
    "keep_moved_modules(__name__)",
    "class X(Request[Any]):\n    a: str | None = None",
    "class X:\n    a: Annotated[list[dict[str, Any]], Field(ge=-1, le=2.5, alias='x')]",
    "class X:\n    a: Annotated[float, OneOf(0.5, -1)]",
    "class X:\n    rules: ClassVar[Rules] = {'a': (Rule('file_size_mb<', 25, 'x'),)}",
    "class X:\n    nullable: ClassVar[frozenset[str]] = frozenset(('a',))",
    "class X:\n    output_type = Any",
    "class X:\n    request_type: ClassVar[type[Rule]] = Rule",
    _method(
        "self, *, a: int, b: str | None = None, c: Any = omit, **options: Any",
        "return self._submit({'a': a, 'b': b, 'c': c}, options)",
    ),
    _method("self, **options: Any", "return self._run({}, options)", "run"),
    "from typing_extensions import deprecated\n@deprecated('x', category=None)\nclass X:\n    a: int",
    _method("self, **options: Any", decorator="    @deprecated('x', category=None)\n"),
]
REFUSED = [
    *(
        f"@{decorator}\nclass X:\n    a: int"
        for decorator in ("deprecated('x')", "deprecated(f(), category=None)", "other('x', category=None)")
    ),
    _method("self, **options: Any", decorator="    @deprecated('x', category=f())\n"),
    "import os",
    "from os import system",
    "from sdkx import y",
    "from . import x",
    "from sdk import *",
    "from sdk.media import Rule as Field",
    "from typing import cast",
    "from pydantic import create_model",
    "x = 1",
    "x: int = 1",
    "X: TypeAlias = print(1)",
    "X: TypeAlias = __import__('os').system",
    "print(1)",
    "lazy_exports(__name__, open('x'))",
    "lazy_exports('os', {})",
    "keep_moved_modules('os')",
    "lazy_exports(__name__, {}, x=1)",
    "def f(): pass",
    "async def f(): pass",
    "lambda: 1",
    "[x for x in 'a']",
    "f'{1}'",
    "if TYPE_CHECKING:\n    import os",
    "if TYPE_CHECKING:\n    pass\nelse:\n    import os",
    "if 1:\n    from sdk.jobs import Job",
    "while True: pass",
    "for x in (): pass",
    "try: pass\nfinally: pass",
    "with open('x'): pass",
    "del Rule",
    "assert 1",
    "raise ValueError",
    "global x",
    "match 1:\n    case _: pass",
    "Rule.x = 1",
    "X: TypeAlias = (y := 1)",
    "class X(metaclass=Any): pass",
    "class X(print(1)): pass",
    "class X(Any.__class__): pass",
    "class X(Unknown): pass",
    "@omit\nclass X: pass",
    "class Rule: pass",
    "class X:\n    a: str = 'default'",
    "class X:\n    a: str = print(1)",
    "class X:\n    a: 'forward'",
    "class X:\n    a: list['forward']",
    "class X:\n    a: list[print]",
    "class X:\n    a: Annotated[str, Field(default_factory=list)]",
    "class X:\n    a: Annotated[str, Field(pattern='x')]",
    "class X:\n    a: Annotated[str, Field(**{})]",
    "class X:\n    a: Annotated[str, Field(print(1))]",
    "class X:\n    a: Annotated[str, Field(alias=print(1))]",
    "class X:\n    a: Annotated[str, print(1)]",
    "class X:\n    a: Annotated[str, eval]",
    "class X:\n    a: Literal[f'{1}']",
    "class X:\n    a: Literal[print(1)]",
    "class X:\n    rules: ClassVar[Rules] = Rule(print(1))",
    "class X:\n    rules: ClassVar[Rules] = {**{}}",
    "class X:\n    rules: ClassVar[Rules] = [*()]",
    "class X:\n    rules: ClassVar[Rules] = b''",
    "class X:\n    rules: ClassVar[Rules] = ...",
    "class X:\n    rules: ClassVar[Rules] = 'a' % 1",
    "class X:\n    rules: ClassVar[Rules] = -'a'",
    "class X:\n    rules: ClassVar[Rules]",
    "class X:\n    rules: ClassVar[Any] = {}",
    "class X:\n    rules = {}",
    "class X:\n    a: ClassVar[Rules] = {}",
    "class X:\n    request_type: ClassVar[type[Rule]] = Request",
    "class X:\n    request_type: ClassVar[Rule] = Rule",
    "class X:\n    model_config = {}",
    "class X:\n    __slots__ = ()",
    "class X:\n    output_type = print(1)",
    "class X:\n    class Y: pass",
    "class X:\n    pass",
    "class X:\n    from sdk.jobs import Job",
    _method(decorator="    @property\n"),
    _method(decorator="    @omit(1)\n"),
    _method(name="__init__"),
    _method(body="print(1); return self._submit({}, options)"),
    _method(body="return self._submit(locals())"),
    _method(body="return self._submit({}, globals())"),
    _method(body="return self._run({}, options)"),
    _method("self, *, a: int", "return self._submit({}, options)"),
    _method("self, *, a: int", "return self._submit({'a': print(1)}, options)"),
    _method("self, *, a: int", "return self._submit({'b': a}, options)"),
    _method("self, *, a: int", "return self._submit({'a': self}, options)"),
    _method("self, *, a: int", "return self._submit({**a}, options)"),
    _method("self, *, a: int", "return self._submit({b'a': a}, options)"),
    _method(body="return 1"),
    _method(body="yield 1"),
    _method("self=print(1)"),
    _method("self, a"),
    _method("self, /"),
    _method("self: print(1)"),
    _method("self, *args: int"),
    _method("self, *, a: int = print(1)"),
    _method("self, *, a: int = Rule"),
    _method("self, *, a: print(1)"),
    _method("self, **options: print(1)"),
    "class X:\n    async def submit(self) -> int:\n        return self._submit({}, options)",
    "not python at all",
    "x = '\x00'",
    "(" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    assert violations(f"{HEAD}{text}\n", "sdk") == []


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:60]))
def test_refused(text: str) -> None:
    assert violations(f"{HEAD}{text}\n", "sdk")


def test_a_violation_says_where() -> None:
    assert violations("from typing import Any\nimport os\n", "sdk") == [
        "line 2: Import here is not used by any template"
    ]


def test_every_emitted_module_passes_and_the_runtime_would_not() -> None:
    generation = generated(source("acme/a"), source("acme/a/b"))
    emitted = [path for path in generation if "/models/" in path and path.endswith(".py")]
    assert len(emitted) == 5
    for path in (*emitted, "runcomfy/client.py", "runcomfy/__init__.py"):
        assert violations(generation[path], "runcomfy") == []
    assert violations(Path(__file__).read_text("utf-8"), "runcomfy")


@pytest.mark.parametrize(
    "text", [_method("self, *, a: int, a: int"), "class X:\n    a: int = yield"]
)
def test_what_parses_and_is_no_program_is_refused(text: str) -> None:
    assert violations(f"{HEAD}{text}\n", "sdk")
