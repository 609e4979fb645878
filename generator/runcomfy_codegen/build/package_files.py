"""List the files of the SDK that belong to no single endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import NamedTuple

from ..dialect.model_facts import ModelFacts
from ..dialect.outputs import MEDIA_OUTPUT
from ..emit import modules as emit
from ..emit.guard import checked
from ..emit.http_library import for_library
from ..emit.layout import HEADER
from ..emit.shapes import Answers
from ..emit.templates import render
from ..emit.toolchain import runtime_digest, runtime_files
from ..names.tree import Namespace
from ..reference.compact import llms_page
from ..reference.pages import index_page
from ..reference.readme_example import Example
from ..reference.skill import skill_page
from ..runtime._schemas.media_kinds import KINDS
from ..text.documents import dumps
from .incremental import digest

# Module -> the names that `from runcomfy import ...` finds there.
EXPORTS: Mapping[str, tuple[str, ...]] = {
    "_api.balance": ("Balance",),
    "_api.catalogue": ("CatalogueModel",),
    "_api.costs.estimate": ("Estimate",),
    "_client.catalogue": ("AsyncCatalogue", "Catalogue"),
    "_endpoint.finding": ("list_endpoints",),
    "_endpoint.info": ("EndpointInfo", "get_endpoint"),
    "_schemas.registry": ("UnknownEndpointError",),
    "batches": (
        "AsyncBatch",
        "Batch",
        "Journal",
        "Outcome",
        "Part",
        "Report",
        "contact_sheet",
        "partition",
        "read_jsonl",
    ),
    "client": ("AsyncRunComfy", "RunComfy"),
    "errors": (
        "APIError",
        "AuthenticationError",
        "ConfigurationError",
        "ConnectionFailed",
        "CostLimitReached",
        "DownloadError",
        "FieldProblem",
        "InsufficientBalanceError",
        "InvalidRequestError",
        "JobCancelled",
        "JobError",
        "JobFailed",
        "JournalError",
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
    "jobs": (
        *("AsyncJob", "DownloadProgress", "Job", "JobStatus", "OutputFile", "Reply", "Result"),
    ),
    "media": tuple(sorted(["MediaInput", "Rule", *(kind.input_type for kind in KINDS.values())])),
}


_DISTRIBUTION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


class Distribution(NamedTuple):
    """An SDK as its users see it.

    Attributes:
        package: The import name.
        version: The version.
        install: What pip is given for it; empty for its folder.
        http: The HTTP library that it depends on.
    """

    package: str
    version: str
    install: str
    http: str


class PackageFile(NamedTuple):
    """A file and how to render it, in this process or in another.

    Attributes:
        path: The path below the output folder.
        inputs: Digest of everything that the file is made from.
        render: Returns the text.
        package: The import name of the SDK if the file is a module, else empty.
    """

    path: str
    inputs: str
    render: Callable[[], str]
    package: str = ""

    def text(self) -> str:
        """Render the file. A module is formatted and guarded.

        Raises:
            AssertionError: If the guard refuses a module.
        """
        if not self.package:
            return self.render()
        module, refused = checked(self.render(), self.package)
        if refused:
            raise AssertionError(
                f"{self.path} holds no text of a vendor, but was refused: {refused}"
            )
        return HEADER + module


def package_files(
    distribution: Distribution,
    tree: Namespace,
    answers: Answers,
    example: Example,
    facts: Mapping[str, ModelFacts],
) -> Iterator[PackageFile]:
    """Yield each file that is rendered from a template.

    Args:
        distribution: What the SDK is called.
        tree: The namespaces.
        answers: Annotations by type shape.
        example: The call in the README.
        facts: ModelFacts of the generated endpoints by model id, for the index of the pages.
    """
    package, version, install, http = distribution

    def module(path: str, inputs: str, render: Callable[[], str]) -> PackageFile:
        return PackageFile(f"{package}/{path}", digest(path, inputs), render, package)

    def rendered(template: str, **context: object) -> Callable[[], str]:
        file = f"{template}.jinja"
        return partial(render, file, package=package, version=version, **context)

    all_names = sorted(chain(*EXPORTS.values()))
    top = rendered("package/__init__.py", exports=EXPORTS, all_names=all_names, install=install)
    yield module("__init__.py", digest(version, install), top)
    client_inputs = digest(version, tree.description)
    yield module("client.py", client_inputs, partial(emit.client_module, tree, package, version))
    yield module("models/__init__.py", "", rendered("package/models/__init__.py"))
    shared = "models/_outputs.py"
    yield module(shared, "", partial(emit.outputs_module, MEDIA_OUTPUT, answers, package))
    for node in tree.walk():
        if node.path and not node.endpoint:
            make = emit.renamed_module if node.renamed else emit.namespace_module
            render_module = partial(make, node, package)
            yield module(f"models/{node.file}", node.description, render_module)
    name = install if _DISTRIBUTION.fullmatch(install) else package
    for template in (".gitattributes", "LICENSE", "pyproject.toml"):
        inputs = digest(template, version, name, http)
        yield PackageFile(template, inputs, rendered(template, name=name, http=http))
    inputs = digest(version, install, http, repr(example), runtime_digest())
    yield PackageFile("README.md", inputs, partial(_readme, distribution, example))
    listed = digest(repr([(node.model_id, node.path) for node in tree.walk()]), repr(facts))
    yield PackageFile("docs/index.md", listed, partial(index_page, tree, facts, package))
    yield PackageFile("docs/llms.txt", listed, partial(llms_page, tree, facts, package))
    inputs = digest(listed, repr(example))
    yield PackageFile(f"{package}/SKILL.md", inputs, partial(skill_page, facts, example, package))


def _readme(distribution: Distribution, example: Example) -> str:
    # Imported here, as the README is rarely rendered.
    from ..runtime._api.verdict import TABLE
    from ..runtime._base.install import FOLDER, pip_install

    package, version, install, http = distribution
    return render(
        "README.md.jinja",
        http=http,
        package=package,
        version=version,
        example=example,
        verdicts=[(row.when, row.verdict, row.retry) for row in TABLE],
        is_published=bool(install),
        install=partial(pip_install, install or FOLDER, package=package),
    )


def verbatim_files(package: str, tree: Namespace, http: str) -> dict[str, str]:
    """Return the files that need no template: the runtime under a header, and the index of endpoints.

    http: the HTTP library whose imports the runtime has.
    """
    index = {node.model_id: str(node.endpoint) for node in tree.walk() if node.endpoint}
    files = {
        f"{package}/_endpoints.json": dumps(dict(sorted(index.items()))),
        f"{package}/py.typed": "",
    }
    for path, content in runtime_files().items():
        if path != "__init__.py":
            source = for_library(path, content.decode(), http)
            header = HEADER if path.endswith(".py") and content else ""
            files[f"{package}/{_published_path(path, package)}"] = header + source
    return files


def _published_path(path: str, package: str) -> str:
    """Return the path of a runtime file in the SDK. PyInstaller finds a hook by its package's name."""
    if path == "_plugins/pyinstaller/hook.py":
        return f"_plugins/pyinstaller/hook-{package}.py"
    return path
