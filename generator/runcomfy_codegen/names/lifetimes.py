"""The lifetimes of former names: an alias lasts through one minor version, a record of a removal for ever."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..text.versions import parse_version
from .former import Removed, is_outlived
from .lock import Names


def record_removed(
    names: Names, model_ids: Collection[str], version: str, replacements: Mapping[str, str]
) -> None:
    """Remember endpoints whose schemas were deleted, in place.

    Args:
        names: All names. Ids without a name, which no SDK had, are left out.
        model_ids: The endpoints.
        version: The version of the SDK at hand, which is the last that has them.
        replacements: Model id -> the id of the nearest endpoint; empty if none is near.
    """
    for model_id in model_ids:
        if model_id in names.endpoints and model_id not in names.removed:
            name, replacement = names.endpoints[model_id], replacements.get(model_id, "")
            names.removed[model_id] = Removed(name, version, replacement)


def bring_up_to(names: Names, version: str) -> None:
    """Let aliases end, and date what was removed, in place.

    Args:
        names: All names.
        version: The version of the SDK.
    """
    for model_id, alias in list(names.aliases.items()):
        if not alias.version:  # written by an older generator
            names.aliases[model_id] = alias._replace(version=version)
        elif is_outlived(alias, version):
            names.removed[model_id] = Removed(alias.name, version, alias.model_id, is_released=True)
            del names.aliases[model_id]
        elif target := names.removed.get(alias.model_id):
            names.removed[model_id] = target._replace(name=alias.name, replacement=alias.model_id)
            del names.aliases[model_id]
    now = parse_version(version)
    for model_id, removed in list(names.removed.items()):
        if not removed.is_released and now > parse_version(removed.version):
            names.removed[model_id] = removed._replace(version=version, is_released=True)


def living_replacement(names: Names, model_id: str) -> str:
    """Return what replaces a removed endpoint, and what replaces that if it was removed too."""
    seen = {model_id}
    replacement = names.removed[model_id].replacement
    while replacement in names.removed and replacement not in seen:
        seen.add(replacement)
        replacement = names.removed[replacement].replacement
    return "" if replacement in names.removed else replacement
