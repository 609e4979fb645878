# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The table of a model's fields in help."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .._base.text import shorten
from ._console import MAX_LINE
from ._fields import InputField

_ROOM = 30  # columns for the meaning


def print_fields(screen: Console, fields: Iterable[InputField]) -> None:
    """Print each field and mark required ones. Text without spaces, such as Chinese, is folded."""
    rows = [_row(field) for field in fields]
    taken = sum(max((row[at].cell_len for row in rows), default=0) for at in (0, 1))
    if taken + _ROOM > screen.width:  # a table would break names
        for option, value, meaning in rows:
            screen.print(Text.assemble(" ", option, " ", value), soft_wrap=True)
            screen.print(Padding(meaning, (0, 0, 0, 4)))
    else:
        table = Table(box=None, padding=(0, 2, 0, 1), header_style="bold")
        for title in ("input", "value", "meaning"):
            table.add_column(title, overflow="fold")
        for row in rows:
            table.add_row(*row)
        screen.print(table)
    screen.print(Text(" * required", "dim"))


def _row(field: InputField) -> tuple[Text, Text, Text]:
    option = Text.assemble((", ".join((field.option, *field.aliases)), "cyan"))
    option.append(" *" if field.required else "", "bold red")
    meaning = Text(shorten(field.help, MAX_LINE), overflow="fold")
    return option, Text(field.metavar, "yellow"), meaning
