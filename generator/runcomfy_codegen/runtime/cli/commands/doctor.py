"""`doctor`."""

from __future__ import annotations

import typer

from ..._schemas.registry import model_ids, published
from .._console import in_columns, mode, say, write_json
from .._doctor import ModelDifference, differences
from .._exit_codes import OTHER
from .._open import open_client
from .._options import AsJson, BaseUrl


def doctor(as_json: AsJson = False, base_url: BaseUrl = None) -> None:
    """Compare the models of this package with those that the service has now.

    Prints models that are gone, parameters that are new, required, changed or removed, and changed prices.
    Reads the catalogue, which costs nothing. Exits with 1 if anything differs.
    """
    with open_client(base_url) as client:
        live = {model.model_id: model for model in client.catalogue.list(with_schemas=True)}
    known = model_ids()
    changes: list[ModelDifference] = []
    for model_id in known:
        changes += differences(model_id, published(model_id), live.get(model_id))
    if mode.json:
        write_json([difference._asdict() for difference in changes])
    else:
        in_columns(changes)
    new = len(live.keys() - set(known))
    models = {difference.model_id for difference in changes}
    say(f"{len(known)} models compared, {len(models)} differ; only in the catalogue: {new}")
    if changes:
        raise typer.Exit(OTHER)
