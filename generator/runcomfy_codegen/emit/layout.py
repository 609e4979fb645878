"""Lay out Python as black does, in one mode, so that all emitted modules look alike.

Black costs 4 to 8 ms per KB even where nothing is left to do, and the templates already write its
layout. So black gets only the statements that are too long for a line. Tests compare whole modules with
what black makes of them.
"""

from __future__ import annotations

import ast
import functools
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from ..runtime._validation.demands import Demand
from ..text.untrusted import literal

LINE_LENGTH = 100
# Formatters of the project around it leave the SDK alone: black looks at no settings but that project's.
HEADER = "# Written by runcomfy-codegen. Do not edit. isort: skip_file\n# fmt: off\n"


def format_module(source: str) -> str:
    """Return the module as black lays it out.

    Raises:
        ValueError: If it is not Python.
    """
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
    """Return whether black might break the line. To black, some characters take two columns."""
    wide = 0 if line.isascii() else sum(not char.isascii() for char in line)
    return len(line) + wide > LINE_LENGTH


def _statements(
    parent: ast.Module | ast.ClassDef | ast.FunctionDef | ast.If,
) -> Iterator[tuple[int, int, int]]:
    """Yield first line, last line and indentation of each statement; for a compound one, of its head."""
    for node in parent.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.If)):
            yield node.lineno, node.body[0].lineno - 1, node.col_offset
            yield from _statements(node)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield node.lineno, node.end_lineno or node.lineno, node.col_offset


@functools.lru_cache(maxsize=4096)
def _laid_out(statement: str, indent: int) -> str:
    """Return a statement, or the head of a compound one, as black lays it out at this indentation."""
    # Imported here: a run with nothing to do does not need it.
    import black
    from black.mode import Mode, TargetVersion
    from black.parsing import InvalidInput

    body = "\n    pass" if statement.rstrip().endswith(":") else ""
    mode = Mode(target_versions={TargetVersion.PY311}, line_length=LINE_LENGTH - indent)
    try:
        return black.format_str(statement + body, mode=mode).rstrip("\n").removesuffix(body)
    except InvalidInput as error:
        raise ValueError(f"not Python: {error}") from error


def imported_from(names: Sequence[str], module: str, indent: int = 0) -> str:
    """Return an import statement in black's layout."""
    line = f"from {module} import {', '.join(names)}"
    if indent + len(line) <= LINE_LENGTH:
        return line
    space = " " * indent
    return "".join(
        [f"from {module} import (\n", *(f"{space}    {name},\n" for name in names), f"{space})"]
    )


def table(entries: Mapping[str, str], indent: int) -> str:
    """Return a dict with a line for each entry, so that branches can add some.

    The comma after the last entry makes black keep the lines.
    """
    space = " " * indent
    lines = [f"{space}    {literal(key)}: {literal(value)},\n" for key, value in entries.items()]
    if not lines:
        return "{}"
    return f"{{\n{''.join(lines)}{space}}}"


def choice(members: Sequence[str], alias: str) -> str:
    """Return a Literal in black's layout: most statements that are too long for a line are one."""
    inside = ", ".join(members)
    if len(members) == 1 or len(f"{alias}: TypeAlias = Literal[{inside}]") <= LINE_LENGTH:
        return f"Literal[{inside}]"
    if len(f"    {inside}") > LINE_LENGTH:
        inside = ",\n    ".join(members) + ","
    return f"Literal[\n    {inside}\n]"


def handed_on(names: Sequence[str], method: str) -> str:
    """Return what a generated method hands on: a dict of its fields, and the options of the call."""
    entries = [f"{literal(name)}: {name}" for name in names]
    line = f"{{{', '.join(entries)}}}, options"
    if len(f"        return self._{method}({line})") <= LINE_LENGTH:
        return line
    # The comma after the last entry makes black keep the lines.
    fields = "".join(f"                {entry},\n" for entry in entries)
    return f"\n            {{\n{fields}            }},\n            options,\n        "


def demand_call(demand: Demand) -> str:
    """Return a call of the runtime's `Demand`."""
    parts = list(demand)
    while parts[-1] == ():
        parts.pop()
    return f"Demand({', '.join(map(literal, parts))})"
