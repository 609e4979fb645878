"""What is done for each endpoint by itself, in whichever process."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .. import lint
from ..dialect.model_facts import ModelFacts, facts_of
from ..dialect.outputs import MEDIA_OUTPUT, is_generic, tolerant
from ..dialect.schema_classes import read_classes
from ..emit import modules as emit
from ..emit.docs import describe_option
from ..emit.endpoint_docs import about
from ..emit.guard import checked
from ..emit.layout import HEADER
from ..emit.shapes import Answers, shapes_of
from ..ir.model import Endpoint, ObjectType
from ..names.lock import Names
from ..names.tree import Namespace
from ..reference.pages import endpoint_page
from ..runtime._base.json_values import as_object
from ..schemas.folder import EndpointSource
from ..schemas.overlays import apply_overlay
from ..text.documents import dumps
from ..text.problems import Problem, has_errors


class Read(NamedTuple):
    """What reading an endpoint gives.

    endpoint: None where it is refused; names: with those of its properties; shapes: the keys of
    those that its annotations need; facts: for the index of the pages.
    """

    endpoint: Endpoint | None
    problems: list[Problem]
    names: Names
    shapes: frozenset[str] = frozenset()
    facts: ModelFacts | None = None


class Written(NamedTuple):
    """The module, schemas and page of an endpoint, and why the guard refuses the module, if it does."""

    texts: tuple[str, ...]
    refused: list[str]


class ReadWork(NamedTuple):
    """What reading an endpoint needs, and `namespace` for its module where the id begins others as well."""

    source: EndpointSource
    names: Names
    namespace: Namespace | None


def read_and_write(answers: Answers, package: str, work: ReadWork) -> tuple[Read, Written | None]:
    """Read an endpoint, and write its files at once if all that they need has been answered."""
    found = read(work.source, work.names)
    if found.endpoint is None or not found.shapes <= answers.keys():
        return found, None
    return found, write(
        answers, package, Work(found.endpoint, work.namespace, work.source, found.problems)
    )


def read(source: EndpointSource, names: Names) -> Read:
    """Overlay, lint and normalise. The names are those of this endpoint, and it adds to them."""
    try:
        return _read(source, names)
    except Exception as error:  # of one endpoint: the others are made
        return Read(None, [failure(source, "fault", _fault(error))], names)


def _read(source: EndpointSource, names: Names) -> Read:
    corrected, problems = apply_overlay(source)
    problems += lint.run([corrected])
    if has_errors(problems):
        return Read(None, problems, names)
    facts = facts_of(corrected)
    endpoint, found = represented(corrected, facts, names)
    problems += found
    if has_errors(found):
        return Read(None, problems, names)
    return Read(endpoint, problems, names, frozenset(shapes_of(_classes(endpoint))), facts)


def represented(
    corrected: EndpointSource, facts: ModelFacts, names: Names
) -> tuple[Endpoint, list[Problem]]:
    """The endpoint in the intermediate representation."""
    name = names.endpoints[corrected.model_id]
    classes = names.classes_of(name)
    request, output, problems = read_classes(corrected, name, names.properties_of, classes)
    display_name = corrected.endpoint.value.get("display_name")
    shared = is_generic(tolerant(output.cls))
    endpoint = Endpoint(
        model_id=corrected.model_id,
        attribute_path=name.attribute_path,
        class_prefix=name.class_prefix,
        display_name=display_name if isinstance(display_name, str) else "",
        about=about(facts),
        request=request.cls,
        nested=tuple(request.nested.values()),
        output=MEDIA_OUTPUT if shared else tolerant(output.cls),
        output_nested=tuple(map(tolerant, output.nested.values())),
        output_is_shared=shared,
    )
    return endpoint, problems


class Work(NamedTuple):
    """What the files of an endpoint are made from. namespace: where it is one as well; found: by `read`."""

    endpoint: Endpoint
    namespace: Namespace | None
    source: EndpointSource
    found: list[Problem]


def write(answers: Answers, package: str, work: Work) -> Written:
    """Write the files of an endpoint that has been read."""
    try:
        return _write(answers, package, work)
    except OSError:  # the disk's, not the endpoint's
        raise
    except Exception as error:
        return Written((), [_fault(error)])


def _write(answers: Answers, package: str, work: Work) -> Written:
    endpoint, namespace, source, found = work
    module, refused = checked(emit.endpoint_module(endpoint, answers, package, namespace), package)
    corrected, _ = apply_overlay(source)
    page = endpoint_page(endpoint, corrected, found, package)
    return Written((HEADER + module, published_schema(source, corrected, endpoint), page), refused)


def failure(source: EndpointSource, rule: str, reason: str) -> Problem:
    """Of the generator, in one endpoint."""
    return source.input.problem(
        rule, "error", f"{source.model_id}: {reason}", "", "this is a fault of the generator"
    )


def _fault(error: Exception) -> str:
    """For whoever reports it: what, and in which line of ours. No path, which names this machine."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return f"it cannot be made: {type(error).__name__}: {error} ({where})"


def published_schema(source: EndpointSource, corrected: EndpointSource, endpoint: Endpoint) -> str:
    """What the SDK knows of an endpoint at run time: both schemas as published, and the catalogue's facts."""
    info: Mapping[str, Any] = source.endpoint.value
    schemas = {"input_schema": source.input.value, "output_schema": source.output.value}
    canonical = json.dumps(schemas, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    facts = {key: value for key, value in info.items() if key not in ("example", "source")}
    more = {"reading": _reading(source, corrected, endpoint), "field_help": _field_help(endpoint)}
    known = {key: value for key, value in more.items() if value}
    return dumps({**facts, "schema_hash": f"sha256:{digest}", **schemas, **known})


def _field_help(endpoint: Endpoint) -> dict[str, str]:
    """Return the help of each option by wire name, for the SDK's command line."""
    texts = {field.wire: describe_option(field) for field in endpoint.request.fields}
    return {wire: text for wire, text in texts.items() if text}


def _reading(
    source: EndpointSource, corrected: EndpointSource, endpoint: Endpoint
) -> dict[str, Any]:
    """What the SDK's emulator has to know beside the published schema, to read it as the classes do."""
    example: Any = corrected.endpoint.value.get("example")
    reading: dict[str, Any] = {}
    if corrected.input.value != source.input.value:
        reading["input_schema"] = corrected.input.value
    if names := [
        field.wire
        for field in endpoint.request.fields
        if isinstance(as_object(example).get(field.wire), str)
        and not isinstance(field.default, str)  # which shows the same
        and any(branch.get("type") == "array" for branch in field.type.get("anyOf", ()))
    ]:
        reading["one_or_many"] = names
    return reading


def _classes(endpoint: Endpoint) -> tuple[ObjectType, ...]:
    own_output = () if endpoint.output_is_shared else (*endpoint.output_nested, endpoint.output)
    return (*endpoint.nested, endpoint.request, *own_output)
