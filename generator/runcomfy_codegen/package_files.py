"""The files of the SDK that belong to no single endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import emit
from .documents import dumps
from .earlier import digest
from .guard import checked
from .models import Answers
from .namespaces import Namespace
from .outputs import MEDIA_OUTPUT
from .readme_example import Example
from .reference.facts import Facts
from .reference.pages import index_page
from .runtime._verdict import TABLE as VERDICTS

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
class PackageFile:
    """inputs: digest of all that it is made from; make: writes it. Raises AssertionError."""

    path: str
    inputs: str
    make: Callable[[], str]


def package_files(
    package: str,
    version: str,
    tree: Namespace,
    answers: Answers,
    example: Example,
    facts: Mapping[str, Facts],
) -> Iterator[PackageFile]:
    """Everything that a template is rendered for; modules formatted and guarded.

    facts: of the endpoints that can be read now, for the index of the pages.
    """

    def module(path: str, inputs: str, text: Callable[[], str]) -> PackageFile:
        return PackageFile(
            f"{package}/{path}", digest(path, inputs), lambda: _own_module(path, text(), package)
        )

    def rendered(template: str, **context: object) -> Callable[[], str]:
        return lambda: emit.render(f"{template}.jinja", package=package, version=version, **context)

    def namespace(step: Namespace) -> Callable[[], str]:
        return lambda: emit.namespace_module(step, package)

    all_names = sorted(name for names in EXPORTS.values() for name in names)
    top = rendered("package/__init__.py", exports=EXPORTS, all_names=all_names)
    yield module("__init__.py", version, top)
    client_inputs = digest(version, tree.description)
    yield module("client.py", client_inputs, lambda: emit.client_module(tree, package, version))
    yield module("models/__init__.py", "", rendered("package/models/__init__.py"))
    shared = "models/_outputs.py"
    yield module(shared, "", lambda: emit.outputs_module(MEDIA_OUTPUT, answers, package))
    for step in tree.walk():
        if step.path and not step.endpoint:
            yield module(f"models/{step.file}", step.description, namespace(step))
    verdicts = [(row.when, row.verdict, row.retry) for row in VERDICTS]
    for template in ("LICENSE", "README.md", "pyproject.toml"):
        inputs = digest(template, version, repr(example), repr(verdicts))
        yield PackageFile(template, inputs, rendered(template, example=example, verdicts=verdicts))
    listed = digest(repr([(step.model_id, step.path) for step in tree.walk()]), repr(facts))
    yield PackageFile("docs/index.md", listed, lambda: index_page(tree, facts, package))


def verbatim_files(package: str, tree: Namespace) -> dict[str, str]:
    """What needs no template: the runtime as it is, and the index of endpoints."""
    index = {step.model_id: str(step.endpoint) for step in tree.walk() if step.endpoint}
    files = {
        f"{package}/_endpoints.json": dumps(dict(sorted(index.items()))),
        f"{package}/py.typed": "",
    }
    for file in sorted(RUNTIME.rglob("*.py")):
        relative = file.relative_to(RUNTIME).as_posix()
        if relative != "__init__.py":
            files[f"{package}/{relative}"] = file.read_text("utf-8")
    return files


def _own_module(path: str, text: str, package: str) -> str:
    module, refused = checked(text, package)
    if refused:
        raise AssertionError(f"{path} is made of our own text, and yet: {refused}")
    return module
