"""The pure function under every command: a project in, the text of every file out.

read -> overlay -> lint -> normalise -> IR -> plan -> emit -> format -> guard -> publish
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from . import emit, lint
from .documents import dumps
from .formatting import format_module
from .guard import violations
from .ir import Endpoint, ObjectType
from .json_types import is_object
from .models import Annotations, ModelError, annotate
from .names import Names
from .namespaces import Namespace, namespace_tree
from .normalise import Normaliser
from .outputs import MEDIA_OUTPUT, is_generic, output_schema, tolerant
from .overlays import apply_overlay
from .problems import Problem, has_errors
from .readme_example import Example, example_of
from .runtime._verdict import TABLE as VERDICTS
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
        "ConnectionFailed",
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
        "ReplyLost",
        "RequestTimeout",
        "ResultNotReady",
        "RunComfyError",
        "ServerError",
        "ServerValidationError",
        "SubmitOutcomeUnknown",
        "TransportError",
        "WaitTimeout",
    ),
    "jobs": ("AsyncJob", "Job", "JobStatus", "Reply", "Result"),
    "media": ("AudioInput", "ImageInput", "MediaInput", "Rule", "VideoInput"),
}


@dataclass(frozen=True)
class Project:
    """Everything that determines the output.

    published: files of endpoints that were written earlier and are still wanted, path -> model id. What
    cannot be made now stays as it is: its files are left alone, and the namespaces go on naming it.
    """

    sources: tuple[EndpointSource, ...]
    names: Names = field(default_factory=Names)
    package: str = "runcomfy"
    version: str = "0.1.0"
    published: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Generation(Mapping[str, str]):
    """Path (relative to the output folder) -> text, with what was found on the way.

    Empty where no endpoint is left. names: all names, new ones included; endpoint_files: path -> model
    id; kept: ids whose earlier files must stay.
    """

    files: Mapping[str, str]
    problems: tuple[Problem, ...]
    names: Names
    endpoint_files: Mapping[str, str]
    kept: frozenset[str]

    def __getitem__(self, path: str) -> str:
        return self.files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def generate(project: Project, jobs: int = 1) -> Generation:
    """All files of the SDK, and all findings. Nothing is read but the templates and the runtime.

    jobs: processes that share the work; the result is the same for any number.
    """
    names = copy.deepcopy(project.names)
    sources = {source.model_id: source for source in project.sources}
    names.add_endpoints({*sources, *project.published.values()})
    problems: list[Problem] = []
    endpoints: dict[str, Endpoint] = {}
    for source in sources.values():
        corrected, found = apply_overlay(source)
        found += lint.run([corrected])
        if not has_errors(found):
            endpoint, more = _represent(corrected, names)
            found += more
            if not has_errors(found):
                endpoints[source.model_id] = endpoint
        problems += found
    annotations, refused = _annotate(endpoints, jobs)
    for model_id, reason in refused.items():
        del endpoints[model_id]
        problems.append(_failure(sources[model_id], "model", reason))
    tree, modules, kept, found = _endpoint_modules(project, endpoints, annotations, names)
    problems += found
    files: dict[str, str] = {}
    endpoint_files: dict[str, str] = {}
    for step in tree.walk():
        if step.model_id in endpoints:
            path = f"{project.package}/models/{step.file}"
            data = f"{project.package}/_schemas/{'/'.join(step.path)}.json"
            files |= {path: modules[step.model_id], data: published_schema(sources[step.model_id])}
            endpoint_files |= dict.fromkeys((path, data), step.model_id)
    if tree.children:
        made = (endpoints[step.model_id] for step in tree.walk() if step.model_id in endpoints)
        files |= _package_files(project, tree, annotations[_SHARED], example_of(made))
    unmade = names.endpoints.keys() - project.names.endpoints.keys() - {*endpoints, *kept}
    names.forget(unmade)
    return Generation(
        dict(sorted(files.items())), tuple(problems), names, endpoint_files, frozenset(kept)
    )


_SHARED = ""  # no model id
_WORTH_A_PROCESS = 100  # endpoints; loading the tools again takes as long as some fifty of them


def _represent(source: EndpointSource, names: Names) -> tuple[Endpoint, list[Problem]]:
    """The endpoint in the intermediate representation."""
    name = names.endpoints[source.model_id]
    path, prefix = name.attribute_path, name.class_prefix
    taken = {prefix, f"{prefix}Request", f"{prefix}Output", f"{prefix}Namespace"}
    info: Mapping[str, Any] = source.endpoint.value
    example, display_name = info.get("example"), info.get("display_name")
    known = example if is_object(example) else {}
    reader = Normaliser(source.input, names.properties_of, path, prefix, taken, known)
    request = reader.read(source.input.value, f"{prefix}Request")
    output_reader = Normaliser(source.output, names.properties_of, path, f"{prefix}Output", taken)
    schema, at = output_schema(source.output.value)
    output = output_reader.read(schema, f"{prefix}Output", at)
    shared = is_generic(tolerant(output))
    endpoint = Endpoint(
        model_id=source.model_id,
        attribute_path=path,
        class_prefix=prefix,
        display_name=display_name if isinstance(display_name, str) else "",
        request=request,
        nested=tuple(reader.nested),
        output=MEDIA_OUTPUT if shared else tolerant(output),
        output_nested=tuple(map(tolerant, output_reader.nested)),
        output_is_shared=shared,
    )
    return endpoint, reader.problems + output_reader.problems


def _classes(endpoint: Endpoint) -> tuple[ObjectType, ...]:
    own_output = () if endpoint.output_is_shared else (*endpoint.output_nested, endpoint.output)
    return (*endpoint.nested, endpoint.request, *own_output)


Groups = dict[str, tuple[ObjectType, ...]]
Annotated = tuple[dict[str, Annotations], dict[str, str]]
"""Annotations by group, and why a group is refused."""


def _annotate(endpoints: Mapping[str, Endpoint], jobs: int) -> Annotated:
    groups: Groups = {_SHARED: (MEDIA_OUTPUT,)}
    groups |= {model_id: _classes(endpoint) for model_id, endpoint in endpoints.items()}
    if jobs <= 1 or len(groups) < _WORTH_A_PROCESS:
        return _annotate_together(groups)
    chunks = [dict(list(groups.items())[start::jobs]) for start in range(jobs)]
    with ProcessPoolExecutor(jobs) as pool:
        parts = list(pool.map(_annotate_together, chunks))
    annotations = {key: value for made, _ in parts for key, value in made.items()}
    return annotations, {key: why for _, refused in parts for key, why in refused.items()}


def _annotate_together(groups: Groups) -> Annotated:
    """In one run of the tool; if it refuses, one by one to find the culprit."""
    try:
        return annotate(groups), {}
    except ModelError:
        annotations, refused = dict[str, Annotations](), dict[str, str]()
    for key, classes in groups.items():
        try:
            annotations |= annotate({key: classes})
        except ModelError as error:
            refused[key] = str(error)
    return annotations, refused


def _endpoint_modules(
    project: Project,
    endpoints: dict[str, Endpoint],
    annotations: Mapping[str, Annotations],
    names: Names,
) -> tuple[Namespace, dict[str, str], set[str], list[Problem]]:
    """The tree of namespaces, each endpoint's module, the ids that stay as published, and problems.

    An endpoint that is refused leaves `endpoints`, and the tree changes: then all is planned again.
    """
    problems: list[Problem] = []
    sources = {source.model_id: source for source in project.sources}
    earlier = set(project.published.values())
    modules: dict[str, str] = {}
    while True:
        kept = earlier - endpoints.keys()
        tree = namespace_tree((each, names.endpoints[each]) for each in (*endpoints, *kept))
        found = dict(_orphans(tree, endpoints.keys() - earlier, kept, sources))
        for step in tree.walk():
            if step.model_id in endpoints and step.model_id not in found:
                endpoint, namespace = endpoints[step.model_id], step if step.children else None
                text = emit.endpoint_module(
                    endpoint, annotations[step.model_id], project.package, namespace
                )
                modules[step.model_id], refused = _checked(text, project.package)
                if refused:
                    reason = "; ".join(refused)
                    found[step.model_id] = _failure(sources[step.model_id], "guard", reason)
        if not found:
            return tree, modules, kept, problems
        problems += found.values()
        for model_id in found:
            del endpoints[model_id]


def _orphans(
    tree: Namespace,
    new: AbstractSet[str],
    kept: AbstractSet[str],
    sources: Mapping[str, EndpointSource],
) -> Iterator[tuple[str, Problem]]:
    """New endpoints below one that stays as published: its module would have to name them."""
    for step in tree.walk():
        if step.model_id in kept:
            for below in step.walk():
                if below.model_id in new:
                    message = f"{below.model_id} has to wait for {step.model_id}, which cannot be made now"
                    source = sources[below.model_id].input
                    yield below.model_id, source.problem(
                        "waiting", "error", message, "", "mend that"
                    )


def _package_files(
    project: Project, tree: Namespace, shared: Annotations, example: Example
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
        "models/_outputs.py": emit.outputs_module(MEDIA_OUTPUT, shared, package),
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
    index = {step.model_id: str(step.endpoint) for step in tree.walk() if step.endpoint}
    files[f"{package}/_endpoints.json"] = dumps(dict(sorted(index.items())))
    files[f"{package}/py.typed"] = ""
    for template in ("LICENSE", "README.md", "pyproject.toml"):
        files[template] = emit.render(
            f"{template}.jinja",
            package=package,
            version=version,
            example=example,
            verdicts=VERDICTS,
        )
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
