"""The fields of a model for people."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .._text import shorten
from ._console import MAX_LINE
from ._fields import InputField


def print_fields(screen: Console, fields: Iterable[InputField]) -> None:
    """A row each, required ones marked; text without spaces, such as Chinese, is folded and not cut."""
    table = Table(box=None, padding=(0, 2, 0, 1), header_style="bold")
    for title in ("input", "value", "meaning"):
        table.add_column(title, overflow="fold")
    for field in fields:
        option = Text.assemble((", ".join((field.option, *field.aliases)), "cyan"))
        option.append(" *" if field.required else "", "bold red")
        table.add_row(option, Text(field.metavar, "yellow"), Text(shorten(field.help, MAX_LINE)))
    screen.print(table)
    screen.print(Text(" * required", "dim"))
