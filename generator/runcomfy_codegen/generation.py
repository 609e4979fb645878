"""The pure function under every command: a project in, the text of every file out.

read -> overlay -> lint -> normalise -> IR -> plan -> emit -> format -> guard -> publish
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, starmap
from typing import Any

from . import emit, lint
from .documents import dumps
from .earlier import NOTHING, Earlier, Record, count_of, digest, seal
from .guard import checked
from .ir import Endpoint, ObjectType
from .json_types import is_object
from .models import Answers, ask_for, ordinary_questions, questions_of
from .names import Names
from .namespaces import Namespace, namespace_tree
from .normalise import Normaliser
from .outputs import MEDIA_OUTPUT, is_generic, output_schema, tolerant
from .overlays import apply_overlay
from .package_files import package_files, verbatim_files
from .problems import Problem, has_errors
from .readme_example import example_of
from .reference.facts import Facts, facts_of
from .reference.pages import endpoint_page, page_path
from .schemas_folder import EndpointSource
from .toolchain import tool_versions


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
    id; kept: ids whose earlier files must stay; record: for the next run; unread: what `lint` had found
    in the endpoints that were copied from an earlier run.
    """

    files: Mapping[str, str]
    problems: tuple[Problem, ...]
    names: Names
    endpoint_files: Mapping[str, str]
    kept: frozenset[str]
    record: Record = field(default_factory=Record)
    unread: tuple[str, ...] = ()

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
    return _Run(project, jobs, earlier).generation()


class _Run:
    """What one run has made so far, and what it found."""

    def __init__(self, project: Project, jobs: int, earlier: Earlier) -> None:
        self._project, self._jobs, self._earlier = project, jobs, earlier
        self._package = project.package
        self._names = project.names.copy()
        self._sources = {source.model_id: source for source in project.sources}
        self._published = frozenset(project.published.values())
        self._names.add_endpoints(self._sources.keys() | self._published)
        self._tools = digest(project.package, *chain(*sorted(tool_versions().items())))
        self._answers = dict(earlier.record.answers)
        self._problems: list[Problem] = []
        self._endpoints: dict[str, Endpoint] = {}
        self._found: dict[str, list[Problem]] = {}
        self._findings: dict[str, str] = {}
        self._made: dict[str, _Made] = {}

    def generation(self) -> Generation:
        tree, wanted = self._settle()
        kept = self._published - wanted
        files: dict[str, str] = {}
        endpoint_files: dict[str, str] = {}
        seals: dict[str, str] = {}
        findings: dict[str, str] = {}
        for model_id in sorted(wanted):
            made = self._made[model_id]
            files |= made.files
            endpoint_files |= dict.fromkeys(made.files, model_id)
            seals[next(iter(made.files))] = self._seal(made.files, made.inputs, made.findings)
            findings |= {model_id: made.findings} if made.findings else {}
        if tree.children:
            self._ask([])
            example = example_of(
                self._endpoint(step.model_id) for step in tree.walk() if step.model_id in wanted
            )
            version = self._project.version
            facts = {model_id: self._facts(model_id) for model_id in sorted(wanted)}
            for file in package_files(self._package, version, tree, self._answers, example, facts):
                inputs = digest(self._tools, file.inputs)
                made_again = self._earlier.again([file.path], inputs) or {file.path: file.make()}
                files |= made_again
                seals[file.path] = self._seal(made_again, inputs)
            files |= verbatim_files(self._package, tree)
        known = self._project.names.endpoints.keys()
        self._names.forget(self._names.endpoints.keys() - known - wanted - kept)
        return Generation(
            dict(sorted(files.items())),
            tuple(self._problems),
            self._names,
            endpoint_files,
            frozenset(kept),
            Record(
                seals,
                findings,
                {each: self._answers[each] for each in sorted(ordinary_questions())},
            ),
            tuple(self._made[each].findings for each in sorted(wanted - self._findings.keys())),
        )

    def _settle(self) -> tuple[Namespace, set[str]]:
        """The tree and the ids in it that are made: planned again, without what was refused, until
        nothing is."""
        wanted = set(self._sources)
        while True:
            kept = self._published - wanted
            tree = namespace_tree(wanted | kept, self._names)
            refused = self._orphans(tree, wanted - self._published, kept)
            due = self._stale(tree, wanted - refused)
            for stage in (self._represent, self._ask, self._emit):
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
            noted = self._earlier.record.findings.get(model_id, "")
            if files := self._earlier.again(self._paths(step), inputs, noted):
                self._made[model_id] = _Made(files, inputs, noted)
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
            step.description if step.children else "",
            *(each.text or dumps(each.value) if each else "" for each in documents),
        )

    def _represent(self, due: Sequence[Namespace]) -> set[str]:
        """Overlay, lint and normalise. Returns the ids that are refused, as every stage does."""
        refused: set[str] = set()
        for step in due:
            model_id = step.model_id
            if model_id in self._endpoints:
                continue
            corrected, found = apply_overlay(self._sources[model_id])
            found += lint.run([corrected])
            if not has_errors(found):
                self._endpoints[model_id], more = _represented(corrected, self._names)
                found += more
            if has_errors(found):
                refused.add(model_id)
            self._found[model_id] = found
            self._findings[model_id] = count_of(found)
            self._problems += found
        return refused

    def _ask(self, due: Sequence[Namespace]) -> set[str]:
        """The answers of datamodel-code-generator to what nobody has asked before."""
        groups = {
            step.model_id: questions_of(_classes(self._endpoints[step.model_id])) for step in due
        }
        unknown = set(chain(ordinary_questions(), *groups.values())) - self._answers.keys()
        if not unknown:
            return set()
        answers, refused = ask_for(unknown, groups)
        self._answers |= answers
        for model_id, reason in refused.items():
            self._problems.append(_failure(self._sources[model_id], "model", reason))
        return set(refused)

    def _emit(self, due: Sequence[Namespace]) -> set[str]:
        """The files of endpoints; what the guard refuses is a fault of ours."""
        refused: set[str] = set()
        properties = self._names.properties_by_module()
        for step, (module, wrong, page) in zip(due, self._texts(due), strict=True):
            model_id, source = step.model_id, self._sources[step.model_id]
            if wrong:
                self._problems.append(_failure(source, "guard", "; ".join(wrong)))
                refused.add(model_id)
                continue
            texts = (module, published_schema(source), page)
            files = dict(zip(self._paths(step), texts, strict=True))
            inputs = self._inputs(step, properties)
            self._made[model_id] = _Made(files, inputs, self._findings[model_id])
        return refused

    def _texts(self, due: Sequence[Namespace]) -> list[tuple[str, list[str], str]]:
        """Each module, why it is refused, if it is, and its page; by several processes where that pays."""
        make = partial(_texts, self._answers, self._package)
        work = [
            (
                self._endpoints[each.model_id],
                each if each.children else None,
                apply_overlay(self._sources[each.model_id])[0],
                self._found[each.model_id],
            )
            for each in due
        ]
        if self._jobs == 1 or len(work) < WORTH_A_PROCESS:
            return [make(each) for each in work]
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(self._jobs) as pool:
            return list(pool.map(make, work, chunksize=25))

    def _facts(self, model_id: str) -> Facts:
        return facts_of(apply_overlay(self._sources[model_id])[0])

    def _seal(self, files: Mapping[str, str], inputs: str, findings: str = "") -> str:
        return seal(inputs, starmap(self._earlier.digest_of, files.items()), findings)

    def _paths(self, step: Namespace) -> tuple[str, str, str]:
        data = f"{self._package}/_schemas/{'/'.join(step.path)}.json"
        return f"{self._package}/models/{step.file}", data, page_path(step.path)

    def _endpoint(self, model_id: str) -> Endpoint:
        """Of one that is made, whether in this run or before."""
        if model_id not in self._endpoints:
            corrected, _ = apply_overlay(self._sources[model_id])
            self._endpoints[model_id], _ = _represented(corrected, self._names)
        return self._endpoints[model_id]


@dataclass(frozen=True)
class _Made:
    """The files of one endpoint."""

    files: Mapping[str, str]
    inputs: str
    findings: str


# Endpoints: each process loads black and the templates again, and below it saves half a second at most.
WORTH_A_PROCESS = 500


def _texts(
    answers: Answers,
    package: str,
    work: tuple[Endpoint, Namespace | None, EndpointSource, list[Problem]],
) -> tuple[str, list[str], str]:
    endpoint, namespace, source, found = work
    module, wrong = checked(emit.endpoint_module(endpoint, answers, package, namespace), package)
    return module, wrong, endpoint_page(endpoint, source, found, package)


def _represented(source: EndpointSource, names: Names) -> tuple[Endpoint, list[Problem]]:
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


def published_schema(source: EndpointSource) -> str:
    """What the SDK knows of an endpoint at run time: both schemas as published, and the catalogue's facts."""
    info: Mapping[str, Any] = source.endpoint.value
    schemas = {"input_schema": source.input.value, "output_schema": source.output.value}
    canonical = json.dumps(schemas, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    facts = {key: value for key, value in info.items() if key not in ("example", "source")}
    return dumps({**facts, "schema_hash": f"sha256:{digest}", **schemas})


def _failure(source: EndpointSource, rule: str, reason: str) -> Problem:
    return source.input.problem(
        rule, "error", f"{source.model_id}: {reason}", "", "this is a fault of the generator"
    )
