"""The guard knows all of Python's syntax: each kind of node is one that our templates write, or refused."""

from __future__ import annotations

import ast

import pytest
from runcomfy_codegen.emit.guard import violations

from .._support.generator import generated, source

# What the emitted modules are made of; everything else there is in Python is in SAMPLES.
WRITTEN = frozenset(
    [
        "Module",
        "ImportFrom",
        "alias",
        "If",
        "Assign",
        "AnnAssign",
        "Expr",
        "ClassDef",
        "FunctionDef",
        "arguments",
        "arg",
        "Return",
        "Name",
        "Load",
        "Store",
        "Constant",
        "Subscript",
        "Tuple",
        "List",
        "Dict",
        "Call",
        "keyword",
        "BinOp",
        "BitOr",
        "UnaryOp",
        "USub",
        "Attribute",
    ]
)
SAMPLES = {
    "AsyncFunctionDef": "async def f(): pass", "Delete": "del x", "AugAssign": "x += 1", "TypeAlias": "type X = int", "For": "for x in y: pass",
    "AsyncFor": "async def f():\n    async for x in y: pass", "While": "while 1: pass", "With": "with x: pass", "withitem": "with x as y: pass",
    "AsyncWith": "async def f():\n    async with x: pass", "Match": "match x:\n    case _: pass", "match_case": "match x:\n    case 1: pass",
    "MatchValue": "match x:\n    case 1: pass", "MatchSingleton": "match x:\n    case None: pass", "MatchSequence": "match x:\n    case [a]: pass",
    "MatchMapping": "match x:\n    case {}: pass", "MatchClass": "match x:\n    case int(): pass", "MatchStar": "match x:\n    case [*a]: pass",
    "MatchAs": "match x:\n    case a: pass", "MatchOr": "match x:\n    case 1 | 2: pass", "Raise": "raise x", "Try": "try: pass\nfinally: pass",
    "TryStar": "try: pass\nexcept* x: pass", "ExceptHandler": "try: pass\nexcept x: pass", "Assert": "assert 1", "Import": "import os", "Global": "global x",
    "Nonlocal": "def f():\n    x = 1\n    def g():\n        nonlocal x", "Pass": "pass", "Break": "while 1: break", "Continue": "while 1: continue",
    "BoolOp": "x = 1 and 2", "And": "x = 1 and 2", "Or": "x = 1 or 2", "NamedExpr": "(x := 1)", "Lambda": "lambda: 1", "IfExp": "1 if 2 else 3", "Set": "{1}",
    "ListComp": "[x for x in y]", "SetComp": "{x for x in y}", "DictComp": "{x: x for x in y}", "GeneratorExp": "(x for x in y)", "comprehension": "[x for x in y]",
    "Await": "async def f(): await x", "Yield": "def f(): yield", "YieldFrom": "def f(): yield from x", "Compare": "1 < 2", "FormattedValue": "f'{x}'", "JoinedStr": "f'x'",
    "TemplateStr": "t'x'", "Interpolation": "t'{x}'", "Starred": "[*x]", "Slice": "x[1:2]", "Del": "del x", "TypeVar": "class X[T]: pass", "ParamSpec": "class X[**P]: pass",
    "TypeVarTuple": "class X[*T]: pass", "Not": "not x", "Invert": "~x", "UAdd": "+x",
    **dict.fromkeys(("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"), ""),
    **dict.fromkeys(("Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitXor", "BitAnd", "FloorDiv"), ""),
}  # fmt: skip
OPERATORS = {
    "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in", "Add": "+", "Sub": "-",
    "Mult": "*", "MatMult": "@", "Div": "/", "Mod": "%", "Pow": "**", "LShift": "<<", "RShift": ">>", "BitXor": "^", "BitAnd": "&", "FloorDiv": "//",
}  # fmt: skip
# Other roots than a module, comments of types (PEP 484), and what only old Pythons made.
_NEVER = frozenset(
    [
        "Interactive",
        "Expression",
        "FunctionType",
        "TypeIgnore",
        "Suite",
        "Num",
        "Str",
        "Bytes",
        "NameConstant",
        "Ellipsis",
        "Index",
        "ExtSlice",
        "AugLoad",
        "AugStore",
        "Param",
    ]
)


def _kinds() -> set[str]:
    """Every kind of node of the running Python that is not only a base of others."""

    def leaves(cls: type[ast.AST]) -> set[str]:
        below = cls.__subclasses__()
        return set().union(*map(leaves, below)) if below and not cls._fields else {cls.__name__}

    return leaves(ast.AST) - _NEVER


def test_every_kind_of_syntax_is_accounted_for() -> None:
    assert _kinds() <= WRITTEN | SAMPLES.keys()
    assert not WRITTEN & SAMPLES.keys()


def test_every_allowed_kind_is_really_written() -> None:
    """By the templates, of an endpoint with all that they know: no more is allowed than is used."""
    properties = {
        "size": {"type": "integer", "minimum": -5, "default": None, "nullable": True},
        "class": {"enum": ["a", "b"]},
        "ratio": {"type": "number", "enum": [0.5, -1.5]},
        "image": {"type": "string", "format": "image_uri", "validations": [{"validation_rule": "file_size_mb<", "validation_value": 1, "validation_error": "x"}]},
        "nested": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "string"}}}},
    }  # fmt: skip
    generation = generated(source("acme/a", properties, required=["class"]), source("acme/a/b"))
    own = [
        text
        for path, text in generation.items()
        if "/models/" in path or path in ("runcomfy/client.py", "runcomfy/__init__.py")
    ]
    nodes = {
        type(node).__name__ for text in own if '"""' in text for node in ast.walk(ast.parse(text))
    }
    assert nodes == WRITTEN


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_other_kind_is_refused(kind: str) -> None:
    statement = SAMPLES[kind] or f"x = 1 {OPERATORS[kind]} 2"
    if kind in _kinds():
        assert kind in {type(node).__name__ for node in ast.walk(ast.parse(statement))}
    assert violations(f"{statement}\n", "sdk")
    inside = "\n".join(f"    {line}" for line in statement.split("\n"))
    assert violations(f"class X:\n{inside}\n", "sdk")
