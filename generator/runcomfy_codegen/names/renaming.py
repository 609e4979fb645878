"""Move the names of an endpoint to another id; its former names stay as deprecated ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..text.json_types import is_object
from .former import Alias, EndpointName
from .lock import Names
from .rules import segment_name

_NEARLY = 0.8  # share of properties that two versions of one schema have in common


def rename(names: Names, old: str, new: str, version: str) -> EndpointName:
    """Move the names of an endpoint to its new id, in place.

    Args:
        names: All names; the old id has some.
        old: The former id.
        new: The id that takes its place. Names that it was given on its own become deprecated ones too.
        version: The version of the SDK, after which the former names are deprecated.

    Returns:
        The names of the endpoint from now on.
    """
    former = names.endpoints.pop(old)
    own = names.endpoints.pop(new, None)
    _lead_to(names, old, new)
    names.aliases.pop(new, None)
    names.removed.pop(old, None)
    if [segment_name(part) for part in new.split("/")] == [
        segment_name(part) for part in old.split("/")
    ]:
        names.endpoints[new] = former
    else:
        names.add_endpoints([new])
    name = names.endpoints[new]
    for model_id, earlier in ((new, own), (old, former)):
        if earlier and earlier != name:
            names.move_parts(earlier, name)
            if earlier.attribute_path != name.attribute_path:
                names.aliases[model_id] = Alias(earlier, new, version)
    return name


def _lead_to(names: Names, old: str, new: str) -> None:
    """Let what led to the former id lead to the new one."""
    for model_id, alias in names.aliases.items():
        if alias.model_id == old:
            names.aliases[model_id] = alias._replace(model_id=new)
    for model_id, removed in names.removed.items():
        if removed.replacement == old:
            names.removed[model_id] = removed._replace(replacement=new)


def respelled(gone: Mapping[str, Any], present: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield former ids with the ids that look like the same endpoint in another spelling.

    Args:
        gone: Ids that are no longer listed -> input schema, None where it is not known.
        present: Ids that are new -> input schema.
    """
    left = dict(present)
    for old in sorted(gone):
        for new in sorted(left):
            if _is_spelled_anew(old, new) and _are_alike(gone[old], left[new]):
                yield old, new
                del left[new]
                break


def _is_spelled_anew(old: str, new: str) -> bool:
    """Return whether two ids differ in case, punctuation or the provider's alias only."""
    if old == new:
        return False
    former, latter = (_plain(model_id.split("/")) for model_id in (old, new))
    if "".join(former) == "".join(latter):
        return True
    providers = former[0], latter[0]
    return former[1:] == latter[1:] and (
        providers[0].startswith(providers[1]) or providers[1].startswith(providers[0])
    )


def _plain(segments: Iterable[str]) -> list[str]:
    """Return segments without case and punctuation; `v2` and `2` are one version."""
    folded = [re.sub(r"[\W_]+", " ", segment.casefold()) for segment in segments]
    return [re.sub(r"\bv(?=\d)| ", "", segment) for segment in folded]


def _are_alike(old: Any, new: Any) -> bool:
    """Return whether two input schemas have nearly the same properties, or one is not known."""
    if old is None or new is None:
        return True
    names = [_properties(schema) for schema in (old, new)]
    common, every = names[0] & names[1], names[0] | names[1]
    return not every or len(common) / len(every) >= _NEARLY


def _properties(schema: Any) -> set[str]:
    properties: Any = schema.get("properties") if is_object(schema) else None
    return set(properties) if is_object(properties) else set()
