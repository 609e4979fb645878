"""The pure function under every command: a project in, the text of every file out.

read -> overlay -> lint -> normalise -> IR -> plan -> emit -> format -> guard -> publish
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from . import emit
from .documents import dumps
from .formatting import format_module
from .guard import violations
from .ir import Endpoint, ObjectType
from .json_types import is_object
from .models import Annotations, ModelError, annotate
from .names import Names
from .namespaces import Namespace, namespace_tree
from .normalise import Normaliser
from .outputs import merged, output_schema, shared_name, tolerant
from .overlays import apply_overlay
from .problems import Problem, has_errors
from .schemas_folder import EndpointSource

TOOLS = ("black", "datamodel-code-generator", "jinja2")
RUNTIME = Path(__file__).parent / "runtime"

# module -> what `from runcomfy import ...` finds there
EXPORTS: Mapping[str, tuple[str, ...]] = {
    "_registry": ("EndpointInfo", "UnknownEndpointError", "get_endpoint", "list_endpoints"),
    "client": ("AsyncRunComfy", "RunComfy"),
    "errors": (
        "APIError",
        "AuthenticationError",
        "ConfigurationError",
        "DownloadError",
        "FieldProblem",
        "InsufficientBalanceError",
        "InvalidRequestError",
        "JobCancelled",
        "JobError",
        "JobFailed",
        "MissingTokenError",
        "NotFoundError",
        "OutputMissing",
        "PermissionDeniedError",
        "RateLimitError",
        "RequestTimeout",
        "ResultNotReady",
        "RunComfyError",
        "ServerError",
        "ServerValidationError",
        "SubmitOutcomeUnknown",
        "TransportError",
        "WaitTimeout",
    ),
    "jobs": ("AsyncJob", "Job", "JobStatus", "Result"),
    "media": ("AudioInput", "ImageInput", "MediaInput", "Rule", "VideoInput"),
}


@dataclass(frozen=True)
class Project:
    """Everything that determines the output.

    kept: ids that were published earlier and cannot be read now; their files stay as they are,
    and the namespaces go on naming them.
    """

    sources: tuple[EndpointSource, ...]
    names: Names = field(default_factory=Names)
    package: str = "runcomfy"
    version: str = "0.1.0"
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Generation(Mapping[str, str]):
    """Path (relative to the output folder) -> text, with what was found on the way.

    names: all names, new ones included; endpoint_files: path -> model id; failed: ids left out.
    """

    files: Mapping[str, str]
    problems: tuple[Problem, ...]
    names: Names
    endpoint_files: Mapping[str, str]
    failed: frozenset[str]

    def __getitem__(self, path: str) -> str:
        return self.files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def generate(project: Project) -> Generation:
    """All files of the SDK. Nothing is read or written but the templates and the runtime."""
    names = copy.deepcopy(project.names)
    names.add_endpoints(source.model_id for source in project.sources)
    problems: list[Problem] = []
    endpoints: dict[str, Endpoint] = {}
    published: dict[str, EndpointSource] = {}
    for source in project.sources:
        corrected, found = apply_overlay(source)
        if not has_errors(found):
            endpoint, more = _represent(corrected, names)
            found += more
            if not has_errors(found):
                endpoints[source.model_id], published[source.model_id] = endpoint, source
        problems += found
    annotations, refused = _annotate(endpoints.values())
    for model_id, reason in refused.items():
        del endpoints[model_id]
        problems.append(_failure(published[model_id], "model", reason))
    files, endpoint_files, rejected = _emit(project, endpoints, published, annotations, names)
    problems += rejected
    failed = {source.model_id for source in project.sources} - set(endpoint_files.values())
    return Generation(files, tuple(problems), names, endpoint_files, frozenset(failed))


def _represent(source: EndpointSource, names: Names) -> tuple[Endpoint, list[Problem]]:
    """The endpoint in the intermediate representation."""
    name = names.endpoints[source.model_id]
    prefix = name.class_prefix
    info: Mapping[str, Any] = source.endpoint.value
    example = info.get("example")
    reader = Normaliser(source.input, names.properties_of, example if is_object(example) else {})
    request = reader.read_object(source.input.value, f"{prefix}Request", nested_prefix=prefix)
    output_reader = Normaliser(source.output, names.properties_of)
    schema, pointer = output_schema(source.output.value)
    output = tolerant(output_reader.read_object(schema, f"{prefix}Output", pointer))
    shared = shared_name(output)
    endpoint = Endpoint(
        model_id=source.model_id,
        attribute_path=name.attribute_path,
        class_prefix=prefix,
        display_name=str(info.get("display_name") or ""),
        request=request,
        nested=tuple(reader.nested),
        output=ObjectType(shared, output.fields) if shared else output,
        output_nested=tuple(map(tolerant, output_reader.nested)),
        output_is_shared=shared is not None,
    )
    return endpoint, reader.problems + output_reader.problems


def _shared_outputs(endpoints: Iterable[Endpoint]) -> list[ObjectType]:
    blocks: dict[str, list[ObjectType]] = {}
    for endpoint in endpoints:
        if endpoint.output_is_shared:
            blocks.setdefault(endpoint.output.class_name, []).append(endpoint.output)
    return [merged(blocks[name], name) for name in sorted(blocks)]


def _classes(endpoint: Endpoint) -> tuple[ObjectType, ...]:
    own_output = () if endpoint.output_is_shared else (*endpoint.output_nested, endpoint.output)
    return (*endpoint.nested, endpoint.request, *own_output)


def _annotate(endpoints: Iterable[Endpoint]) -> tuple[Annotations, dict[str, str]]:
    """The annotations of all classes in one run; if the tool refuses, one by one to find the culprit."""
    everything = list(endpoints)
    shared = _shared_outputs(everything)
    try:
        return (
            annotate([*shared, *(cls for endpoint in everything for cls in _classes(endpoint))]),
            {},
        )
    except ModelError:
        annotations: dict[str, Any] = dict(annotate(shared))
    refused: dict[str, str] = {}
    for endpoint in everything:
        try:
            annotations.update(annotate(_classes(endpoint)))
        except ModelError as error:
            refused[endpoint.model_id] = error.reason
    return annotations, refused


def _emit(
    project: Project,
    endpoints: Mapping[str, Endpoint],
    published: Mapping[str, EndpointSource],
    annotations: Annotations,
    names: Names,
) -> tuple[dict[str, str], dict[str, str], list[Problem]]:
    package = project.package
    problems: list[Problem] = []
    files: dict[str, str] = {}
    endpoint_files: dict[str, str] = {}
    planned = namespace_tree(
        (model_id, names.endpoints[model_id]) for model_id in (*endpoints, *project.kept)
    )
    steps = {step.path: step for step in planned.walk()}
    for model_id, endpoint in endpoints.items():
        step = steps[names.endpoints[model_id].parts]
        text = emit.endpoint_module(endpoint, annotations, package, step if step.children else None)
        module, refused = _checked(text, package)
        if refused:
            problems += (_failure(published[model_id], "guard", reason) for reason in refused)
            continue
        path = f"{package}/models/{step.file}"
        data = f"{package}/_schemas/{'/'.join(step.path)}.json"
        files |= {path: module, data: published_schema(published[model_id])}
        endpoint_files |= dict.fromkeys((path, data), model_id)
    succeeded = {*endpoint_files.values(), *project.kept}
    tree = namespace_tree((model_id, names.endpoints[model_id]) for model_id in succeeded)
    files |= _package_files(
        project, tree, names, succeeded, _shared_outputs(endpoints.values()), annotations
    )
    return dict(sorted(files.items())), endpoint_files, problems


def _package_files(
    project: Project,
    tree: Namespace,
    names: Names,
    model_ids: Iterable[str],
    shared: list[ObjectType],
    annotations: Annotations,
) -> dict[str, str]:
    """Everything that belongs to no single endpoint."""
    package, version = project.package, project.version
    modules = {
        "__init__.py": emit.render(
            "package/__init__.py.jinja",
            package=package,
            version=version,
            exports=EXPORTS,
            all_names=sorted(name for names_ in EXPORTS.values() for name in names_),
        ),
        "client.py": emit.client_module(tree, package, version),
        "models/__init__.py": emit.render("package/models/__init__.py.jinja"),
        "models/_outputs.py": emit.outputs_module(shared, annotations, package),
    }
    for step in tree.walk():
        if step.path and not step.endpoint:
            modules[f"models/{step.file}"] = emit.namespace_module(step, package)
    files: dict[str, str] = {}
    for path, text in modules.items():
        module, refused = _checked(text, package)
        if refused:
            raise AssertionError(f"{path} is made of our own text, and yet: {refused}")
        files[f"{package}/{path}"] = module
    index = {
        model_id: f"{names.endpoints[model_id].attribute_path}:{names.endpoints[model_id].class_prefix}"
        for model_id in sorted(model_ids)
    }
    files[f"{package}/_endpoints.json"] = dumps(index)
    files[f"{package}/py.typed"] = ""
    for template in ("LICENSE", "README.md", "pyproject.toml"):
        files[template] = emit.render(f"{template}.jinja", package=package, version=version)
    for file in sorted(RUNTIME.rglob("*.py")):
        relative = file.relative_to(RUNTIME).as_posix()
        if relative != "__init__.py":
            files[f"{package}/{relative}"] = file.read_text("utf-8")
    return files


def _checked(text: str, package: str) -> tuple[str, list[str]]:
    """The module formatted and guarded, and why it is refused, if it is."""
    try:
        module = format_module(text)
    except ValueError as error:
        return "", [f"not Python: {error}"]
    return module, violations(module, package)


def published_schema(source: EndpointSource) -> str:
    """What the SDK knows of an endpoint at run time: both schemas as published, and the catalogue's facts."""
    info: Mapping[str, Any] = source.endpoint.value
    schemas = {"input_schema": source.input.value, "output_schema": source.output.value}
    canonical = json.dumps(schemas, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    facts = {key: value for key, value in info.items() if key not in ("example", "source")}
    return dumps({**facts, "schema_hash": f"sha256:{digest}", **schemas})


def tool_versions() -> dict[str, str]:
    """The versions of everything that shapes the output."""
    return {tool: metadata.version(tool) for tool in ("runcomfy-codegen", *TOOLS)}


def _failure(source: EndpointSource, rule: str, reason: str) -> Problem:
    return source.input.problem(
        rule, "error", f"{source.model_id}: {reason}", "", "this is a fault of the generator"
    )
