"""Recognise files that a formatter such as black, ruff, isort or prettier has rewritten."""

from __future__ import annotations

import ast
import io
import json
import re
import textwrap
import tokenize
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

_LAYOUT = re.compile(r"[\s|*_\-:\\>#`]+")
_BLOCK = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<language>\w*)[^\n]*\n(?P<code>.*?)^ *(?P=fence)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_LANGUAGES = {"python": "py", "python3": "py"}
_TOML_COMMENT = re.compile(r"(?:^|\s)(#.*?)[ \t]*$", re.MULTILINE)


def is_reformatted(path: str, old: str, new: str) -> bool:
    """Return whether two texts of a file differ only in what formatters change."""
    meaning = _MEANINGS.get(PurePosixPath(path).suffix, _lines)
    try:
        return bool(meaning(old) == meaning(new))
    except (ValueError, SyntaxError, RecursionError, MemoryError, tokenize.TokenError):
        return False


def _python(text: str) -> Any:
    """Return the comments and the syntax tree, with imports sorted."""
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
    imports = [child for child in node.body if isinstance(child, (ast.Import, ast.ImportFrom))]
    for statement in imports:
        statement.names.sort(key=lambda alias: (alias.name, alias.asname or ""))
    rest = [child for child in node.body if not isinstance(child, (ast.Import, ast.ImportFrom))]
    node.body = [*sorted(imports, key=ast.dump), *rest]


def _toml(text: str) -> Any:
    import tomllib

    return tomllib.loads(text), sorted(_TOML_COMMENT.findall(text))


def _markdown(text: str) -> Any:
    """Return the words, and the meaning of each block of code."""
    words, blocks = list[str](), list[Any]()
    at = 0
    for block in _BLOCK.finditer(text):
        words.append(text[at : block.start()])
        blocks.append(_code(block["language"], textwrap.dedent(block["code"])))
        at = block.end()
    words.append(text[at:])
    return [_LAYOUT.sub(" ", text_part).strip() for text_part in words], blocks


def _code(language: str, code: str) -> Any:
    try:
        return _MEANINGS[f".{_LANGUAGES.get(language, language)}"](code)
    except (KeyError, ValueError, SyntaxError, tokenize.TokenError):
        return _lines(code)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


_MEANINGS: dict[str, Callable[[str], Any]] = {
    ".py": _python,
    ".json": json.loads,
    ".toml": _toml,
    ".md": _markdown,
}
