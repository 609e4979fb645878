"""Read and emit one endpoint. Runs in the main process or in a worker."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..dialect.model_facts import ModelFacts
from ..dialect.outputs import MEDIA_OUTPUT, is_generic, tolerant
from ..emit import modules
from ..emit.docs import describe_option, price_sentence, summary_of
from ..emit.guard import checked
from ..emit.layout import HEADER
from ..emit.shapes import Answers, shapes_of
from ..ir.model import Endpoint, Field, ObjectType
from ..names.lock import Names
from ..names.tree import Deprecation, Namespace
from ..reference.compact import compact_page
from ..reference.pages import endpoint_page
from ..runtime._base.json_values import as_object
from ..schemas.folder import EndpointSource
from ..text.documents import dumps
from ..text.problems import Problem
from .reading import Reading, read

_NOT_IN_SDK = ("example", "source")  # keys of endpoint.json


class ReadTask(NamedTuple):
    """An endpoint to read. `namespace` is set if it also is a namespace of other endpoints."""

    source: EndpointSource
    names: Names
    namespace: Namespace | None
    deprecation: Deprecation


class ReadResult(NamedTuple):
    """An endpoint that was read.

    Attributes:
        endpoint: The endpoint in the intermediate representation, None if it has errors.
        problems: All findings.
        names: The names, with those of new properties.
        shapes: Keys of the type shapes that the annotations need.
        facts: What the index of the reference pages lists.
    """

    endpoint: Endpoint | None
    problems: list[Problem]
    names: Names
    shapes: frozenset[str] = frozenset()
    facts: ModelFacts | None = None


class EmitTask(NamedTuple):
    """An endpoint to emit, and the schemas as published and as corrected."""

    endpoint: Endpoint
    namespace: Namespace | None
    source: EndpointSource
    corrected: EndpointSource
    problems: list[Problem]
    deprecation: Deprecation


class EmittedEndpoint(NamedTuple):
    """The texts of module, schemas and both pages, and why the guard refuses the module, if it does."""

    texts: tuple[str, ...]
    refused: list[str]


def read_and_emit(
    answers: Answers, package: str, task: ReadTask
) -> tuple[ReadResult, EmittedEndpoint | None]:
    """Read an endpoint, and emit it at once if the annotations of all its shapes are known."""
    source, names, namespace, deprecation = task
    try:
        reading, problems = read(source, names)
        if reading is None:
            return ReadResult(None, problems, names), None
        endpoint = endpoint_of(reading)
        shapes = frozenset(shapes_of(_classes(endpoint)))
    except Exception as error:  # must not stop the other endpoints
        return ReadResult(None, [failure(source, "fault", _fault(error))], names), None
    result = ReadResult(endpoint, problems, names, shapes, reading.facts)
    if not shapes <= answers.keys():
        return result, None
    emit_task = EmitTask(endpoint, namespace, source, reading.source, problems, deprecation)
    return result, emit_endpoint(answers, package, emit_task)


def endpoint_of(reading: Reading) -> Endpoint:
    """Return the endpoint in the intermediate representation."""
    request, output, name = reading.input, reading.output, reading.name
    display_name = reading.info.get("display_name")
    is_shared = is_generic(tolerant(output.cls))
    return Endpoint(
        model_id=reading.source.model_id,
        attribute_path=name.attribute_path,
        class_prefix=name.class_prefix,
        display_name=display_name if isinstance(display_name, str) else "",
        summary=summary_of(reading.facts),
        price=price_sentence(reading.facts),
        request=request.cls,
        nested=tuple(request.nested.values()),
        output=MEDIA_OUTPUT if is_shared else tolerant(output.cls),
        output_nested=tuple(map(tolerant, output.nested.values())),
        output_is_shared=is_shared,
        choices=dict(reading.choices),
    )


def emit_endpoint(answers: Answers, package: str, task: EmitTask) -> EmittedEndpoint:
    """Emit the files of an endpoint."""
    try:
        return _emit(answers, package, task)
    except OSError:  # not a fault of the endpoint
        raise
    except Exception as error:  # must not stop the other endpoints
        return EmittedEndpoint((), [_fault(error)])


def _emit(answers: Answers, package: str, task: EmitTask) -> EmittedEndpoint:
    endpoint, namespace, source, corrected, problems, deprecation = task
    text = modules.endpoint_module(endpoint, answers, package, namespace, deprecation.reason)
    module, refused = checked(text, package)
    schemas = published_schema(source, corrected, endpoint)
    page = endpoint_page(endpoint, corrected, problems, package, deprecation.replacement)
    compact = compact_page(endpoint, corrected, problems)
    return EmittedEndpoint((HEADER + module, schemas, page, compact), refused)


def failure(source: EndpointSource, rule: str, reason: str) -> Problem:
    """Return the finding about a fault of the generator in one endpoint."""
    return source.input.problem(
        rule,
        "error",
        f"{source.model_id}: {reason}",
        "",
        "this is a bug in the generator: please report it",
    )


def _fault(error: Exception) -> str:
    """Describe an exception for a bug report. The path is left out, as it names the user's machine."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return f"cannot be generated: {type(error).__name__}: {error} ({where})"


def published_schema(source: EndpointSource, corrected: EndpointSource, endpoint: Endpoint) -> str:
    """Return what the SDK knows at run time: both schemas as published, and the catalogue's facts."""
    info: Mapping[str, Any] = source.endpoint.value
    schemas = {"input_schema": source.input.value, "output_schema": source.output.value}
    canonical = json.dumps(schemas, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    facts = {key: value for key, value in info.items() if key not in _NOT_IN_SDK}
    optional = {
        "reading": _corrections(source, corrected, endpoint),
        "field_help": _field_help(endpoint),
    }
    known = {key: value for key, value in optional.items() if value}
    return dumps({**facts, "schema_hash": f"sha256:{digest}", **schemas, **known})


def _field_help(endpoint: Endpoint) -> dict[str, str]:
    """Return the help of each option by wire name, for the SDK's command line."""
    texts = {field.wire: describe_option(field) for field in endpoint.request.fields}
    return {wire: text for wire, text in texts.items() if text}


def _corrections(
    source: EndpointSource, corrected: EndpointSource, endpoint: Endpoint
) -> dict[str, Any]:
    """Return how the classes differ from the published schema, so that the emulator can follow them."""
    example = as_object(corrected.endpoint.value.get("example"))
    corrections: dict[str, Any] = {}
    if corrected.input.value != source.input.value:
        corrections["input_schema"] = corrected.input.value
    names = [
        field.wire
        for field in endpoint.request.fields
        if _only_example_shows_one(field, example.get(field.wire))
    ]
    if names:
        corrections["one_or_many"] = names
    return corrections


def _only_example_shows_one(field: Field, example: Any) -> bool:
    """Return whether only the example shows that a list can also be given as a single value."""
    if not isinstance(example, str) or isinstance(field.default, str):
        return False
    return any(branch.get("type") == "array" for branch in field.type.get("anyOf", ()))


def _classes(endpoint: Endpoint) -> tuple[ObjectType, ...]:
    own_output = () if endpoint.output_is_shared else (*endpoint.output_nested, endpoint.output)
    return (*endpoint.nested, endpoint.request, *own_output)
