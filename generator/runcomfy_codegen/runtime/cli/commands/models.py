"""`models [SEARCH]`."""

from __future__ import annotations

import difflib
import sys
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from ..._endpoint.finding import facts_of, list_endpoints
from ..._schemas.media_kinds import KINDS
from ..._schemas.registry import attribute_paths, model_ids, published
from .._console import console, in_columns, mode, program, say, write_json
from .._exit_codes import OTHER
from .._models import GONE, CatalogueEntry, categories, price
from .._options import AsJson

_SHOWN = ("model_id", "display_name", "categories", "base_price_usd", "price_unit", "gone")

Row = tuple[str, ...]
"""Model id, categories, price and attribute path; of a model that is gone, a mark as well."""
_GAP = 2  # columns of a terminal


Search = Annotated[
    str,
    typer.Argument(
        metavar="SEARCH", help="Only models with these words in id, name, description or category."
    ),
]
Task = Annotated[
    str,
    typer.Option(
        "--task",
        metavar="CATEGORY",
        help="Only models of a category, such as text-to-image. Where the catalogue names none, the id does.",
    ),
]
Takes = Annotated[
    list[str] | None,
    typer.Option(
        "--takes",
        metavar="KIND|NAME",
        help="Only models that take image, video or audio, or a parameter of this NAME. Repeatable.",
    ),
]
Gives = Annotated[
    str,
    typer.Option("--gives", metavar="KIND", help="Only models that make image, video or audio."),
]
MaxUsd = Annotated[
    float | None,
    typer.Option(
        "--max-usd",
        metavar="USD",
        help="Only models whose call costs at most USD, estimated with the published defaults. Leaves out "
        "models without a known price.",
    ),
]


def models(
    search: Search = "",
    task: Task = "",
    takes: Takes = None,
    gives: Gives = "",
    max_usd: MaxUsd = None,
    as_json: AsJson = False,
) -> None:
    """List the models of this package, or those that match. Sends nothing."""
    matching = list_endpoints(
        search=search, task=task, takes=takes or (), gives=gives, max_usd=max_usd
    )
    paths = attribute_paths()
    matches = {paths[model_id]: published(model_id) for model_id in matching}
    if mode.json:
        write_json([{**_known(entry), "attribute_path": path} for path, entry in matches.items()])
    elif matches:
        _show([_row(entry, path) for path, entry in matches.items()])
    else:
        say(_why_none(search, task, takes or [], gives, max_usd))
    if not matches:
        raise typer.Exit(OTHER)


def _why_none(search: str, task: str, takes: list[str], gives: str, max_usd: float | None) -> str:
    """Say that no model matches; name a word that no model has, as it may be misspelt."""
    facts = [facts_of(model_id) for model_id in model_ids()]
    known = set[str](KINDS).union(*(endpoint.takes for endpoint in facts))
    for name in takes:
        if name not in known:
            return f"no model takes {name!r:.80}{_hint(name, known)}"
    tasks = set[str]().union(*(endpoint.tasks for endpoint in facts))
    if task and task.strip().lower() not in tasks:
        return f"no model has the category {task!r:.80}{_hint(task.strip().lower(), tasks)}"
    filters = [
        *([repr(search)] if search else []),
        *([f"--task {task}"] if task else []),
        *(f"--takes {name}" for name in takes),
        *([f"--gives {gives}"] if gives else []),
        *([f"--max-usd {max_usd:g}"] if max_usd is not None else []),
    ]
    return f"no model matches {' '.join(filters)}; `{program()} models` lists all"


def _hint(word: str, known: set[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _known(entry: CatalogueEntry) -> dict[str, Any]:
    return {name: entry[name] for name in _SHOWN if name in entry}


def _row(entry: CatalogueEntry, path: str) -> Row:
    mark = (GONE,) if entry.get("gone") else ()
    return entry["model_id"], categories(entry), price(entry), path, *mark


def _show(rows: list[Row]) -> None:
    if not sys.stdout.isatty():
        in_columns(rows)
        return
    # Beside the id, which is the column that stays where a terminal is narrow.
    rows = [(" ".join((row[0], *row[4:])), *row[1:4]) for row in rows]
    screen = console()
    table = Table(box=None, padding=(0, _GAP, 0, 0), header_style="bold")
    titles = ("model", "category", "price", "in Python")
    used = [column for column in range(len(titles)) if any(row[column] for row in rows)]
    while len(used) > 1 and _width(rows, used) > screen.width:
        used.pop()  # rather than break ids; `show` and --json have all columns
    for column in used:
        table.add_column(titles[column], overflow="fold", style="cyan" if column == 0 else "")
    for row in rows:
        table.add_row(*(Text(row[column]) for column in used))
    screen.print(table)


def _width(rows: list[Row], columns: list[int]) -> int:
    return sum(max(cell_len(row[column]) for row in rows) + _GAP for column in columns)
