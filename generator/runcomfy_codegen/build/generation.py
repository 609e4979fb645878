"""Generate an SDK: a project goes in, and the texts of all files come out.

Stages: read (overlay, lint, normalise) -> plan -> emit -> format -> guard. `publish` writes the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from typing import Any

from ..dialect.outputs import MEDIA_OUTPUT
from ..dialect.replacements import replacements
from ..emit.datamodel import ask_by_group, load_tool
from ..emit.docs import summary_of
from ..emit.http_library import HTTP_LIBRARIES
from ..emit.shapes import shapes_of
from ..emit.toolchain import tool_versions
from ..ir.model import Endpoint
from ..names.lifetimes import bring_up_to, record_removed
from ..names.lock import Names
from ..names.tree import Deprecation, Namespace, namespace_tree
from ..reference.readme_example import example_of, simplicity
from ..schemas.folder import CHANGELOG, EndpointSource
from ..text.merging import lasting_text
from ..text.problems import Problem
from ..text.versions import FIRST
from .endpoint import (
    EmitTask,
    EmittedEndpoint,
    ReadTask,
    emit_endpoint,
    endpoint_of,
    failure,
    read_and_emit,
)
from .endpoint_files import deprecation_of, endpoint_inputs, endpoint_paths, namespace_of
from .incremental import NO_BUILD, BuildLock, PreviousBuild, Texts, content_digest, count_of, digest
from .package_files import Distribution, PackageFile, package_files, verbatim_files
from .reading import read_corrected
from .removed_files import removed_endpoints, removed_files
from .state import EndpointOutput, EndpointState, source_digest
from .workers import Workers


@dataclass(frozen=True)
class Project:
    """The inputs that determine the output.

    Attributes:
        sources: The endpoints.
        names: The names of the lock.
        package: The import name of the SDK.
        version: The version of the SDK.
        changelog: A text that is published unchanged; empty for none.
        install: What users give to pip to install the SDK; empty for its folder.
        http: The HTTP library that the SDK depends on.
        published: Files of endpoints that an earlier run wrote, path -> model id. Files of endpoints
            that fail in this run are kept, and stay importable.
        absent: Ids of endpoints that have names in the lock, and no schemas any more.
    """

    sources: tuple[EndpointSource, ...]
    names: Names = field(default_factory=Names)
    package: str = "runcomfy"
    version: str = FIRST
    changelog: str = ""
    install: str = ""
    http: str = HTTP_LIBRARIES[0]
    published: Mapping[str, str] = field(default_factory=dict[str, str])
    absent: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Generation(Mapping[str, str]):
    """The generated files, path relative to the output folder -> text, and what was found on the way.

    Empty if no endpoint could be generated.

    Attributes:
        files: The files.
        problems: All findings, except those in endpoints that were reused.
        names: All names, including new ones.
        endpoint_files: Path -> model id, of files of one endpoint.
        kept: Ids of endpoints whose published files must stay.
        lock: What the next run needs to know.
        answers: Annotations by type shape, as datamodel-code-generator gave them.
        reused_counts: How many problems earlier runs found in each endpoint that was reused.
    """

    files: Mapping[str, str]
    problems: tuple[Problem, ...]
    names: Names
    endpoint_files: Mapping[str, str]
    kept: frozenset[str]
    lock: BuildLock = field(default_factory=BuildLock)
    answers: Texts = field(default_factory=dict[str, str])
    reused_counts: tuple[str, ...] = ()

    @property
    def sources(self) -> Texts:
        """Model id -> digest of the schemas that were read."""
        return self.lock.sources

    @cached_property
    def lasting_digests(self) -> Texts:
        """Path -> digest of the file without the rows that come and go with other endpoints."""
        digests: dict[str, str] = {}
        for path, text in self.files.items():
            lasting = lasting_text(path, text)
            known = self.lock.files.get(path) if lasting is text else None
            digests[path] = known or content_digest(lasting)
        return digests

    def __getitem__(self, path: str) -> str:
        return self.files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def generate(project: Project, jobs: int = 1, previous: PreviousBuild = NO_BUILD) -> Generation:
    """Generate all files of an SDK. Reads nothing but what is installed with the generator.

    The files do not depend on `jobs` or `previous`.

    Args:
        project: What to generate.
        jobs: Number of processes that share the work.
        previous: Files to reuse if their inputs have not changed. Problems in endpoints that are reused
            are only counted, in `Generation.reused_counts`.

    Returns:
        The files and all findings.

    Raises:
        ChildProcessError: If the system ends one of the processes.
    """
    with Workers(jobs) as workers:
        return _Run(project, workers, previous).generation()


class _Run:
    """One run of the generator, stage by stage."""

    def __init__(self, project: Project, workers: Workers, previous: PreviousBuild) -> None:
        self._project, self._workers, self._previous = project, workers, previous
        self._package = project.package
        self._names = project.names.copy()
        self._states = {source.model_id: EndpointState(source) for source in project.sources}
        self._published = frozenset(project.published.values())
        self._names.add_endpoints(self._states.keys() | self._published)
        record_removed(self._names, project.absent - self._published, project.version, {})
        bring_up_to(self._names, project.version)
        self._deprecations = dict(self._deprecated())
        self._summaries = {
            model_id: summary_of(state.facts) for model_id, state in self._states.items()
        }
        self._tools = digest(project.package, *chain(*sorted(tool_versions().items())))
        self._answers = dict(previous.answers)
        self._problems: list[Problem] = []

    def generation(self) -> Generation:
        """Run all stages."""
        tree, wanted = self._plan()
        kept = self._published - wanted
        states = {model_id: self._states[model_id] for model_id in sorted(wanted)}
        files: dict[str, str] = {}
        owners: dict[str, str] = {}
        inputs: dict[str, str] = {}
        for model_id, state in states.items():
            output = state.output
            files |= output.files
            owners |= dict.fromkeys(output.files, model_id)
            inputs[next(iter(output.files))] = output.inputs
        if tree.children:
            self._ask([])
            shared_files, shared_inputs = self._shared(tree, states)
            files |= shared_files
            inputs |= shared_inputs
        known = self._project.names.endpoints.keys()
        self._names.forget(self._names.endpoints.keys() - known - wanted - kept)
        lock = BuildLock(
            files={path: self._previous.digest_of(path, text) for path, text in files.items()},
            inputs=inputs,
            sources={model_id: state.output.source_digest for model_id, state in states.items()},
            findings={model_id: state.output.problem_counts for model_id, state in states.items()},
            owners=owners,
        )
        reused = [state.output for state in states.values() if state.result is None]
        return Generation(
            files=dict(sorted(files.items())),
            problems=tuple(self._problems),
            names=self._names,
            endpoint_files=owners,
            kept=frozenset(kept),
            lock=lock,
            answers=self._answers,
            reused_counts=tuple(output.problem_counts for output in reused),
        )

    def _shared(
        self, tree: Namespace, states: Mapping[str, EndpointState]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the files that belong to no single endpoint, and the digests of their inputs."""
        files: dict[str, str] = {}
        inputs: dict[str, str] = {}
        project = self._project
        removed = removed_endpoints(self._names, project.absent, tree)
        facts = {model_id: state.facts for model_id, state in states.items()}
        listed = [facts[node.model_id] for node in tree.walk() if node.model_id in states]
        simplest_first = sorted(listed, key=simplicity)
        example = example_of(self._endpoint(model.model_id) for model in simplest_first)
        distribution = Distribution(project.package, project.version, project.install, project.http)
        due: list[PackageFile] = []
        for file in (
            *package_files(distribution, tree, self._answers, example, facts),
            *removed_files(removed, tree, self._package),
        ):
            inputs[file.path] = digest(self._tools, file.inputs)
            if reusable := self._previous.reusable([file.path], inputs[file.path]):
                files |= reusable
            else:
                due.append(file)
        texts = self._workers.map(PackageFile.text, due)
        files |= {file.path: text for file, text in zip(due, texts, strict=True)}
        files |= verbatim_files(self._package, tree, project.http)
        files |= {CHANGELOG: project.changelog} if project.changelog else {}
        return files, inputs

    def _plan(self) -> tuple[Namespace, set[str]]:
        """Return the namespace tree, and the ids of the endpoints that are generated.

        A refused endpoint changes the tree, so plan again until none is refused.
        """
        wanted = set(self._states)
        while True:
            known = wanted | self._published
            tree = namespace_tree(known, self._names, self._deprecations, self._summaries)
            refused = self._run_stages(tree, wanted)
            if not refused:
                return tree, wanted
            wanted -= refused

    def _deprecated(self) -> Iterator[tuple[str, Deprecation]]:
        """Yield each endpoint that is gone from the catalogue, and what to say about it."""
        sources = {model_id: state.source for model_id, state in self._states.items()}
        for model_id, heir in replacements(sources).items():
            path = self._names.endpoints[heir].attribute_path if heir else ""
            advice = f": use client.{path}" if heir else ""
            yield model_id, Deprecation(f"{model_id} is gone from the catalogue{advice}", path)

    def _run_stages(self, tree: Namespace, wanted: AbstractSet[str]) -> set[str]:
        """Read and emit what the tree needs. Returns the refused ids; so does each stage."""
        refused = self._orphans(tree, wanted)
        due = self._due(tree, wanted - refused)
        for stage in (self._read, self._ask, self._emit):
            refused |= stage([node for node in due if node.model_id not in refused])
        return refused

    def _orphans(self, tree: Namespace, wanted: AbstractSet[str]) -> set[str]:
        """Reject new endpoints below one that stays as published, as its module cannot name them."""
        new, kept = wanted - self._published, self._published - wanted
        refused: set[str] = set()
        for node in tree.walk():
            if node.model_id not in kept:
                continue
            below = {inner.model_id for inner in node.walk()}
            for model_id in (below & new) - refused:
                message = f"{model_id} is not generated until {node.model_id} is, which has errors"
                advice = f"correct the errors in {node.model_id}"
                source = self._states[model_id].source.input
                self._problems.append(source.problem("waiting", "error", message, "", advice))
                refused.add(model_id)
        return refused

    def _due(self, tree: Namespace, wanted: AbstractSet[str]) -> list[Namespace]:
        """Return the nodes of endpoints that must be emitted. The files of the others are reused."""
        due: list[Namespace] = []
        properties = self._names.properties_by_module()
        lock = self._previous.lock
        for node in tree.walk():
            model_id = node.model_id
            if model_id not in wanted:
                continue
            state = self._states[model_id]
            inputs = self._inputs(node, properties)
            if state.output.inputs == inputs:
                continue
            if files := self._previous.reusable(endpoint_paths(self._package, node), inputs):
                counts, source = lock.findings.get(model_id, ""), lock.sources[model_id]
                state.output = EndpointOutput(files, inputs, counts, source)
            else:
                due.append(node)
        return due

    def _inputs(self, node: Namespace, properties: Mapping[str, Any]) -> str:
        source = self._states[node.model_id].source
        return endpoint_inputs(node, source, self._names, properties, self._tools)

    def _read(self, due: Sequence[Namespace]) -> set[str]:
        """Read endpoints, and emit those whose annotations are all known."""
        refused: set[str] = set()
        unread = [node for node in due if self._states[node.model_id].result is None]
        ids = [node.model_id for node in unread]
        tasks = [
            ReadTask(
                self._states[node.model_id].source, names, namespace_of(node), deprecation_of(node)
            )
            for node, names in zip(unread, self._names.apart(ids), strict=True)
        ]
        work = partial(read_and_emit, dict(self._answers), self._package)
        results = self._workers.map(work, tasks)
        if tasks and not self._answers:
            load_tool()  # while the processes read
        for model_id, (result, emitted) in zip(ids, results, strict=True):
            state = self._states[model_id]
            state.result, state.endpoint, state.emitted = result, result.endpoint, emitted
            if result.endpoint is None:
                refused.add(model_id)
            self._names.properties |= result.names.properties
            self._names.classes |= result.names.classes
            self._problems += result.problems
        return refused

    def _ask(self, due: Sequence[Namespace]) -> set[str]:
        """Ask datamodel-code-generator for the annotations of new shapes."""
        groups = {node.model_id: self._states[node.model_id].shapes for node in due}
        unknown = set(chain(shapes_of([MEDIA_OUTPUT]), *groups.values())) - self._answers.keys()
        if not unknown:
            return set()
        answers, refused = ask_by_group(unknown, groups)
        self._answers |= answers
        for model_id, reason in refused.items():
            self._problems.append(failure(self._states[model_id].source, "model", reason))
        return set(refused)

    def _emit(self, due: Sequence[Namespace]) -> set[str]:
        """Emit endpoints. A module that the guard refuses is a fault of the generator."""
        refused: set[str] = set()
        properties = self._names.properties_by_module()
        for node, emitted in self._emitted(due):
            state = self._states[node.model_id]
            if emitted.refused:
                reason = "; ".join(emitted.refused)
                self._problems.append(failure(state.source, "guard", reason))
                refused.add(node.model_id)
                continue
            state.output = EndpointOutput(
                files=dict(zip(endpoint_paths(self._package, node), emitted.texts, strict=True)),
                inputs=self._inputs(node, properties),
                problem_counts=count_of(state.problems),
                source_digest=source_digest(state.source),
            )
        return refused

    def _emitted(self, due: Sequence[Namespace]) -> list[tuple[Namespace, EmittedEndpoint]]:
        """Return the texts of each endpoint, emitting those that were not emitted with the reading."""
        texts: dict[str, EmittedEndpoint] = {}
        tasks: list[EmitTask] = []
        for node in due:
            state = self._states[node.model_id]
            if state.emitted:
                texts[node.model_id] = state.emitted
                state.emitted = None  # the next tree may differ
            elif state.endpoint:
                source, corrected = state.source, state.corrected
                task = EmitTask(
                    state.endpoint,
                    namespace_of(node),
                    source,
                    corrected,
                    state.problems,
                    deprecation_of(node),
                )
                tasks.append(task)
        work = partial(emit_endpoint, self._answers, self._package)
        for task, emitted in zip(tasks, self._workers.map(work, tasks), strict=True):
            texts[task.source.model_id] = emitted
        return [(node, texts[node.model_id]) for node in due]

    def _endpoint(self, model_id: str) -> Endpoint:
        """Return an endpoint in the intermediate representation, even if its files were reused."""
        state = self._states[model_id]
        if state.endpoint is None:
            reading, _ = read_corrected(state.corrected, self._names)
            state.endpoint = endpoint_of(reading)
        return state.endpoint
