"""The pure function under every command: a project in, the text of every file out.

read -> overlay -> lint -> normalise -> IR -> plan -> emit -> format -> guard -> publish
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from typing import Any, NamedTuple

from ..dialect.model_facts import ModelFacts, facts_of
from ..dialect.outputs import MEDIA_OUTPUT
from ..emit.datamodel import ask_by_group, load_tool
from ..emit.shapes import shapes_of
from ..emit.toolchain import tool_versions
from ..ir.model import Endpoint
from ..names.lock import Names
from ..names.tree import Namespace, namespace_tree
from ..reference.pages import page_path
from ..reference.readme_example import example_of, simplicity
from ..schemas.folder import CHANGELOG, EndpointSource
from ..schemas.overlays import apply_overlay
from ..text.documents import dumps
from ..text.merging import lasting_text
from ..text.problems import Problem
from ..text.versions import FIRST
from .endpoint import ReadWork, Work, Written, failure, read_and_write, represented, write
from .incremental import NOTHING, BuildLock, Earlier, Texts, content_digest, count_of, digest
from .package_files import PackageFile, package_files, verbatim_files
from .workers import Workers


@dataclass(frozen=True)
class Project:
    """Everything that determines the output.

    changelog: published as it is, where there is one; install: what pip is given for the SDK, empty for
    its folder; published: files of endpoints that were written
    earlier and are still wanted, path -> model id. What cannot be made now stays as it is: its files are
    left alone, and the namespaces go on naming it.
    """

    sources: tuple[EndpointSource, ...]
    names: Names = field(default_factory=Names)
    package: str = "runcomfy"
    version: str = FIRST
    changelog: str = ""
    install: str = ""
    published: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Generation(Mapping[str, str]):
    """Path (relative to the output folder) -> text, with what was found on the way.

    Empty where no endpoint is left. names: all names, new ones included; endpoint_files: path -> model
    id; kept: ids whose earlier files must stay; lock: for the next run; answers: of
    datamodel-code-generator, for every later run; unread: what `lint` had found in the endpoints that
    were copied from an earlier run.
    """

    files: Mapping[str, str]
    problems: tuple[Problem, ...]
    names: Names
    endpoint_files: Mapping[str, str]
    kept: frozenset[str]
    lock: BuildLock = field(default_factory=BuildLock)
    answers: Texts = field(default_factory=dict[str, str])
    unread: tuple[str, ...] = ()

    @property
    def sources(self) -> Texts:
        """Model id -> digest of the schemas that were read."""
        return self.lock.sources

    @cached_property
    def lasting_digests(self) -> Texts:
        """Path -> digest of what of the file does not come and go with other endpoints."""
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


def generate(project: Project, jobs: int = 1, earlier: Earlier = NOTHING) -> Generation:
    """All files of the SDK, and all findings. Nothing is read but what is installed with the generator.

    jobs: processes that share the work; earlier: what need not be made again. For any of them the
    files are the same; the problems of what is copied from earlier are only counted, in `unread`.
    """
    with Workers(jobs) as workers:
        return _Run(project, workers, earlier).generation()


class _Run:
    """What one run has made so far, and what it found."""

    def __init__(self, project: Project, workers: Workers, earlier: Earlier) -> None:
        self._project, self._workers, self._earlier = project, workers, earlier
        self._package = project.package
        self._names = project.names.copy()
        self._sources = {source.model_id: source for source in project.sources}
        self._published = frozenset(project.published.values())
        self._names.add_endpoints(self._sources.keys() | self._published)
        self._tools = digest(project.package, *chain(*sorted(tool_versions().items())))
        self._answers = dict(earlier.answers)
        self._problems: list[Problem] = []
        self._endpoints: dict[str, Endpoint] = {}
        self._shapes: dict[str, frozenset[str]] = {}
        self._found: dict[str, list[Problem]] = {}
        self._findings: dict[str, str] = {}
        self._known_facts: dict[str, ModelFacts] = {}
        self._written: dict[str, Written] = {}
        self._made: dict[str, _Made] = {}

    def generation(self) -> Generation:
        tree, wanted = self._settle()
        kept = self._published - wanted
        files: dict[str, str] = {}
        owners: dict[str, str] = {}
        inputs: dict[str, str] = {}
        for model_id in sorted(wanted):
            made = self._made[model_id]
            files |= made.files
            owners |= dict.fromkeys(made.files, model_id)
            inputs[next(iter(made.files))] = made.inputs
        if tree.children:
            self._ask([])
            shared, made_from = self._shared(tree, wanted)
            files |= shared
            inputs |= made_from
        known = self._project.names.endpoints.keys()
        self._names.forget(self._names.endpoints.keys() - known - wanted - kept)
        made_of = {model_id: self._made[model_id] for model_id in sorted(wanted)}
        lock = BuildLock(
            files={path: self._earlier.digest_of(path, text) for path, text in files.items()},
            inputs=inputs,
            sources={model_id: made.source for model_id, made in made_of.items()},
            findings={model_id: made.findings for model_id, made in made_of.items()},
            owners=owners,
        )
        return Generation(
            dict(sorted(files.items())),
            tuple(self._problems),
            self._names,
            owners,
            frozenset(kept),
            lock,
            self._answers,
            tuple(self._made[each].findings for each in sorted(wanted - self._findings.keys())),
        )

    def _shared(
        self, tree: Namespace, wanted: AbstractSet[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the files that belong to no single endpoint, and the digests of what they are made from."""
        files: dict[str, str] = {}
        made_from: dict[str, str] = {}
        version = self._project.version
        facts = {model_id: self._facts(model_id) for model_id in sorted(wanted)}
        listed = [facts[step.model_id] for step in tree.walk() if step.model_id in wanted]
        simple_first = sorted(listed, key=simplicity)
        example = example_of(self._endpoint(each.model_id) for each in simple_first)
        due: list[PackageFile] = []
        install = self._project.install
        for file in package_files(
            self._package, version, install, tree, self._answers, example, facts
        ):
            made_from[file.path] = digest(self._tools, file.inputs)
            if reusable := self._earlier.reusable([file.path], made_from[file.path]):
                files |= reusable
            else:
                due.append(file)
        texts_made = self._workers.map(PackageFile.text, due)
        files |= {file.path: text for file, text in zip(due, texts_made, strict=True)}
        files |= verbatim_files(self._package, tree)
        files |= {CHANGELOG: self._project.changelog} if self._project.changelog else {}
        return files, made_from

    def _settle(self) -> tuple[Namespace, set[str]]:
        """The tree and the ids in it that are made: planned again, without what was refused, until
        nothing is."""
        wanted = set(self._sources)
        while True:
            kept = self._published - wanted
            tree = namespace_tree(wanted | kept, self._names)
            refused = self._orphans(tree, wanted - self._published, kept)
            due = self._stale(tree, wanted - refused)
            for stage in (self._read, self._ask, self._emit):
                refused |= stage([step for step in due if step.model_id not in refused])
            if not refused:
                return tree, wanted
            wanted -= refused

    def _orphans(self, tree: Namespace, new: AbstractSet[str], kept: AbstractSet[str]) -> set[str]:
        """New endpoints below one that stays as published: its module would have to name them."""
        found: set[str] = set()
        for step in tree.walk():
            below = {each.model_id for each in step.walk()} if step.model_id in kept else set[str]()
            for model_id in (below & new) - found:
                message = f"{model_id} has to wait for {step.model_id}, which cannot be made now"
                source = self._sources[model_id].input
                self._problems.append(source.problem("waiting", "error", message, "", "mend that"))
                found.add(model_id)
        return found

    def _stale(self, tree: Namespace, wanted: AbstractSet[str]) -> list[Namespace]:
        """The steps whose files have to be made; those of others are copied."""
        due: list[Namespace] = []
        properties = self._names.properties_by_module()
        for step in tree.walk():
            model_id = step.model_id
            if model_id not in wanted:
                continue
            inputs = self._inputs(step, properties)
            if model_id in self._made and self._made[model_id].inputs == inputs:
                continue
            if files := self._earlier.reusable(self._paths(step), inputs):
                lock = self._earlier.lock
                self._made[model_id] = _Made(
                    files, inputs, lock.findings.get(model_id, ""), lock.sources[model_id]
                )
            else:
                due.append(step)
        return due

    def _inputs(self, step: Namespace, properties: Mapping[str, Any]) -> str:
        """Digest of all that the files of an endpoint are made from."""
        source = self._sources[step.model_id]
        documents = (source.endpoint, source.input, source.output, source.overlay)
        return digest(
            self._tools,
            step.model_id,
            str(step.endpoint),
            json.dumps(properties.get(".".join(step.path)), sort_keys=True),
            json.dumps(self._names.classes.get(".".join(step.path)) or None, sort_keys=True),
            step.description if step.children else "",
            *(each.text or dumps(each.value) if each else "" for each in documents),
        )

    def _read(self, due: Sequence[Namespace]) -> set[str]:
        """Overlay, lint and normalise. Returns the ids that are refused, as every stage does.

        Most files are written in the same go: only a type that nobody has asked about has to wait.
        """
        refused: set[str] = set()
        unread = [step for step in due if step.model_id not in self._endpoints]
        ids = [step.model_id for step in unread]
        work = [
            ReadWork(self._sources[step.model_id], names, step if step.children else None)
            for step, names in zip(unread, self._names.apart(ids), strict=True)
        ]
        make = partial(read_and_write, dict(self._answers), self._package)
        reading = self._workers.map(make, work)
        if work and not self._answers:
            load_tool()  # while the processes read
        for model_id, (found, written) in zip(ids, reading, strict=True):
            if found.endpoint:
                self._endpoints[model_id] = found.endpoint
                self._shapes[model_id] = found.shapes
            else:
                refused.add(model_id)
            if found.facts:
                self._known_facts[model_id] = found.facts
            if written:
                self._written[model_id] = written
            self._names.properties |= found.names.properties
            self._names.classes |= found.names.classes
            self._found[model_id] = found.problems
            self._findings[model_id] = count_of(found.problems)
            self._problems += found.problems
        return refused

    def _ask(self, due: Sequence[Namespace]) -> set[str]:
        """Ask datamodel-code-generator for the annotations of new shapes. Returns the ids that are refused."""
        groups = {step.model_id: self._shapes[step.model_id] for step in due}
        unknown = set(chain(shapes_of([MEDIA_OUTPUT]), *groups.values())) - self._answers.keys()
        if not unknown:
            return set()
        answers, refused = ask_by_group(unknown, groups)
        self._answers |= answers
        for model_id, reason in refused.items():
            self._problems.append(failure(self._sources[model_id], "model", reason))
        return set(refused)

    def _emit(self, due: Sequence[Namespace]) -> set[str]:
        """The files of endpoints; what the guard refuses is a fault of ours."""
        refused: set[str] = set()
        properties = self._names.properties_by_module()
        written, self._written = self._written, {}  # for the tree of this round
        make = partial(write, self._answers, self._package)
        unwritten = [step for step in due if step.model_id not in written]
        work = [
            Work(
                self._endpoints[each.model_id],
                each if each.children else None,
                self._sources[each.model_id],
                self._found[each.model_id],
            )
            for each in unwritten
        ]
        for step, made in zip(unwritten, self._workers.map(make, work), strict=True):
            written[step.model_id] = made
        for step in due:
            model_id, source = step.model_id, self._sources[step.model_id]
            made = written[model_id]
            if made.refused:
                self._problems.append(failure(source, "guard", "; ".join(made.refused)))
                refused.add(model_id)
                continue
            files = dict(zip(self._paths(step), made.texts, strict=True))
            inputs = self._inputs(step, properties)
            made_of = _source_digest(source)
            self._made[model_id] = _Made(files, inputs, self._findings[model_id], made_of)
        return refused

    def _facts(self, model_id: str) -> ModelFacts:
        if model_id not in self._known_facts:
            self._known_facts[model_id] = facts_of(apply_overlay(self._sources[model_id])[0])
        return self._known_facts[model_id]

    def _paths(self, step: Namespace) -> tuple[str, str, str]:
        models = f"{self._package}/models"
        schemas = f"{models}/{'/'.join(step.path)}.json"
        return f"{models}/{step.file}", schemas, page_path(step.path)

    def _endpoint(self, model_id: str) -> Endpoint:
        """Of one that is made, whether in this run or before."""
        if model_id not in self._endpoints:
            corrected, _ = apply_overlay(self._sources[model_id])
            self._endpoints[model_id], _ = represented(
                corrected, self._facts(model_id), self._names
            )
        return self._endpoints[model_id]


class _Made(NamedTuple):
    """The files of one endpoint."""

    files: Mapping[str, str]
    inputs: str
    findings: str
    source: str


def _source_digest(source: EndpointSource) -> str:
    """Return a digest of the captured values: the layout of their files does not count."""
    documents = (source.endpoint, source.input, source.output, source.overlay)
    values = [document and document.value for document in documents]
    return digest(json.dumps(values, sort_keys=True))
