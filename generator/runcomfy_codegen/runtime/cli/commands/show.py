"""`show MODEL`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from ..._endpoint.info import get_endpoint
from ..._schemas.registry import model_ids, published
from .._console import command_line, console, mode, write_json
from .._field_table import print_fields
from .._fields import fields_of
from .._models import CatalogueEntry, catalogue_text, categories, find_model, gone_mark, price
from .._options import AsJson


def _names(incomplete: str) -> list[tuple[str, str]]:
    matching = [model_id for model_id in model_ids() if model_id.startswith(incomplete)]
    return [(model_id, gone_mark(model_id)) for model_id in matching]


def show(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="Model id, or attribute path of the Python client.",
            autocompletion=_names,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show the input, output and price of a model."""
    info = get_endpoint(find_model(model))
    entry = published(info.model_id)
    if mode.json:
        write_json({**entry, "attribute_path": info.attribute_path})
        return
    screen = console()
    screen.print(Text(info.model_id, "bold cyan"), _about(entry), sep="\n")
    if gone := getattr(info.request_type, "__deprecated__", ""):
        screen.print(Text(f"{gone}\n", "bold red"), soft_wrap=True)
    print_fields(screen, fields_of(info))
    output = ", ".join(info.output_type.model_fields)
    for label, value in (
        ("output", output),
        ("shell", command_line("run", info.model_id, "--help")),
        ("python", f"client.{info.attribute_path}.run(...)"),
        ("page", catalogue_text(entry, "model_url")),
    ):
        if value:
            screen.print(Text.assemble((f"{label}: ", "bold"), value), soft_wrap=True)


def _about(entry: CatalogueEntry) -> Text:
    lines = [
        catalogue_text(entry, "display_name"),
        catalogue_text(entry, "description"),
        categories(entry),
        f"price: {price(entry) or 'not published'}",
        catalogue_text(entry, "pricing_note"),
    ]
    return Text("\n".join([*filter(None, lines), ""]))
