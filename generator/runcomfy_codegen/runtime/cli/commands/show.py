"""`show MODEL`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from ..._endpoint.info import get_endpoint
from ..._registry import list_endpoints, published
from .._console import command_line, console, mode, write_json
from .._facts import Facts, categories, price, text
from .._field_table import print_fields
from .._fields import fields_of
from .._models import find_model
from .._options import AsJson


def _names(incomplete: str) -> list[str]:
    return [each for each in list_endpoints() if each.startswith(incomplete)]


def show(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="Its id, or its name in Python.", autocompletion=_names
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show what a model takes, costs and gives."""
    info = get_endpoint(find_model(model))
    facts = published(info.model_id)
    if mode.json:
        write_json({**facts, "attribute_path": info.attribute_path})
        return
    screen = console()
    screen.print(Text(info.model_id, "bold cyan"), _about(facts), sep="\n")
    print_fields(screen, fields_of(info))
    output = ", ".join(info.output_type.model_fields)
    for label, value in (
        ("output", output),
        ("shell", command_line("run", info.model_id, "--help")),
        ("python", f"client.{info.attribute_path}.run(...)"),
        ("page", text(facts, "model_url")),
    ):
        if value:
            screen.print(Text.assemble((f"{label}: ", "bold"), value), soft_wrap=True)


def _about(facts: Facts) -> Text:
    lines = [text(facts, "display_name"), text(facts, "description"), categories(facts)]
    lines += [price(facts), text(facts, "pricing_note")]
    return Text("\n".join([*filter(None, lines), ""]))
