"""A small adapter around black: one mode, so that every emitted module looks alike.

Black costs 4 to 8 ms per KB even where nothing is left to do, and the templates already write its
layout. So it gets the statements that are too long for a line, and the rest stays as it is; tests hold
whole modules against black.
"""

from __future__ import annotations

import ast
import functools
import textwrap
from collections.abc import Iterator

LINE_LENGTH = 100
# Formatters of the project around it leave the SDK alone: black looks at no settings but that project's.
HEADER = "# Written by runcomfy-codegen. Do not edit. isort: skip_file\n# fmt: off\n"


def format_module(source: str) -> str:
    """The module as black lays it out. Raises ValueError for what is not Python."""
    lines = source.split("\n")
    if max(map(len, lines)) <= LINE_LENGTH and (source.isascii() or not any(map(_is_long, lines))):
        return source
    try:
        tree = ast.parse(source)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"not Python: {error}") from error
    for first, last, indent in reversed(list(_statements(tree))):
        if any(map(_is_long, lines[first - 1 : last])):
            text = textwrap.dedent("\n".join(lines[first - 1 : last]))
            lines[first - 1 : last] = textwrap.indent(_laid_out(text, indent), " " * indent).split(
                "\n"
            )
    return "\n".join(lines)


def _is_long(line: str) -> bool:
    """Whether black may have to do something about it: to black, some characters take two columns."""
    wide = 0 if line.isascii() else sum(not char.isascii() for char in line)
    return len(line) + wide > LINE_LENGTH


def _statements(
    parent: ast.Module | ast.ClassDef | ast.FunctionDef | ast.If,
) -> Iterator[tuple[int, int, int]]:
    """First line, last line and indentation of each statement; of a compound one, of its head."""
    for node in parent.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.If)):
            yield node.lineno, node.body[0].lineno - 1, node.col_offset
            yield from _statements(node)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield node.lineno, node.end_lineno or node.lineno, node.col_offset


@functools.lru_cache(maxsize=4096)
def _laid_out(statement: str, indent: int) -> str:
    """One statement, or the head of a compound one, as black lays it out at this indentation."""
    # Imported here: a run with nothing to do must not pay for it.
    import black
    from black.mode import Mode, TargetVersion
    from black.parsing import InvalidInput

    body = "\n    pass" if statement.rstrip().endswith(":") else ""
    mode = Mode(target_versions={TargetVersion.PY310}, line_length=LINE_LENGTH - indent)
    try:
        return black.format_str(statement + body, mode=mode).rstrip("\n").removesuffix(body)
    except InvalidInput as error:
        raise ValueError(f"not Python: {error}") from error
