"""Whether a file only looks different: black, ruff, isort, prettier and the like change no meaning."""

from __future__ import annotations

import ast
import importlib
import io
import json
import re
import sys
import tokenize
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

_LAYOUT = re.compile(r"[\s|*_\-:\\>#`]+")


def is_reformatted(path: str, old: str, new: str) -> bool:
    """Return whether two texts of a file differ only in what formatters change."""
    meaning = _MEANINGS.get(PurePosixPath(path).suffix, _lines)
    try:
        return bool(meaning(old) == meaning(new))
    except (ValueError, SyntaxError, RecursionError, MemoryError, tokenize.TokenError):
        return False


def _python(text: str) -> Any:
    """Return the syntax tree, in which the order of imports does not count, and all comments."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body: Any = getattr(node, "body", None)
        if isinstance(body, list):
            _sort_imports(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = "\n".join(line.strip() for line in node.value.strip().split("\n"))
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return ast.dump(tree), sorted(comments)


def _sort_imports(node: Any) -> None:
    imports = [each for each in node.body if isinstance(each, (ast.Import, ast.ImportFrom))]
    for statement in imports:
        statement.names.sort(key=lambda alias: (alias.name, alias.asname or ""))
    rest = [each for each in node.body if not isinstance(each, (ast.Import, ast.ImportFrom))]
    node.body = [*sorted(imports, key=ast.dump), *rest]


def _toml(text: str) -> Any:
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    return toml.loads(text)


def _markdown(text: str) -> str:
    return _LAYOUT.sub(" ", text).strip()


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


_MEANINGS: dict[str, Callable[[str], Any]] = {
    ".py": _python,
    ".json": json.loads,
    ".toml": _toml,
    ".md": _markdown,
}
