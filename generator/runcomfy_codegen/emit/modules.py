"""Render the modules of the SDK from the intermediate representation."""

from __future__ import annotations

import ast
from typing import NamedTuple

from ..ir.model import Endpoint, Field, MediaRule, ObjectType
from ..names.rules import RESERVED_CLASSES
from ..names.tree import Namespace
from ..runtime._validation.demands import Demand
from ..text.untrusted import Untrusted
from .annotations import MEDIA_TYPES, Annotator, for_requests, named_choices
from .docs import RUN_OPTIONS, SUBMIT_OPTIONS, arguments_section, demand_sentences, describe
from .shapes import Answers, annotations_of
from .templates import render

_TYPING = ("Annotated", "Any")
_USE = "Submit a job, run one to its end, or pick one up by its id."
_MEDIA = (*MEDIA_TYPES.values(), "SequenceNotStr")
_RAISED_BY_SUBMIT = """\
    InvalidRequestError: If any argument is invalid (lists all problems; nothing is sent).
    APIError: If the API refuses the request.
    SubmitOutcomeUnknown: If it is unknown whether the job was accepted."""
_RAISED_BY_WAIT = """\
    JobError: If the job fails, is cancelled or has no output.
    WaitTimeout: If the time is over before the job ends."""

EmittedRule = tuple[Untrusted, float, Untrusted]


class EmittedField(NamedTuple):
    """A field as the templates print it; `source` and `signature` are annotations as Python text."""

    name: str
    source: str
    signature: str
    required: bool
    nullable: bool
    doc: Untrusted


class EmittedClass(NamedTuple):
    """A class as the templates print it."""

    name: str
    fields: tuple[EmittedField, ...]
    rules: tuple[tuple[Untrusted, list[EmittedRule]], ...] = ()
    demands: tuple[Demand, ...] = ()

    @property
    def nullable(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.nullable)


def endpoint_module(
    endpoint: Endpoint,
    answers: Answers,
    package: str,
    namespace: Namespace | None,
    deprecation: str = "",
) -> str:
    """Return the module of an endpoint.

    Args:
        endpoint: The endpoint.
        answers: The annotations of all its shapes.
        package: The name of the SDK's package.
        namespace: Its node in the tree, if other ids begin with its id.
        deprecation: Why it should no longer be used; empty if it is in the catalogue.
    """
    prefix = endpoint.class_prefix
    classes = (endpoint.request, endpoint.output, *endpoint.nested, *endpoint.output_nested)
    definitions = named_choices(classes)
    reserved = RESERVED_CLASSES | _own_names(endpoint, namespace) | definitions.keys()
    emitted = _emitted(endpoint, Annotator(reserved, prefix), answers)
    if contested := emitted.annotator.contested(endpoint.choices):
        # Who came first must not depend on the order of the fields.
        emitted = _emitted(endpoint, Annotator(reserved, prefix, contested), answers)
    aliases = {**definitions, **emitted.annotator.aliases}
    names = set(emitted.annotator.names)
    if definitions:
        names.add("Literal")
    request, nested, outputs = emitted.request, emitted.nested, emitted.outputs
    inputs = (request, *nested)
    has_rules = any(cls.rules for cls in inputs)
    has_nullable = any(field.nullable and not field.required for field in request.fields)
    return render(
        "package/models/endpoint.py.jinja",
        package=package,
        model_id=Untrusted(endpoint.model_id),
        title=Untrusted(_title(endpoint)),
        prefix=prefix,
        aliases=aliases,
        nested=nested,
        request=request,
        endpoint_doc=Untrusted(
            "\n\n".join(filter(None, (_title(endpoint), endpoint.summary, _USE)))
        ),
        request_doc=Untrusted(f"The input of {endpoint.model_id}.{_demands_doc(endpoint.request)}"),
        nested_doc=Untrusted(f"A part of the input of {endpoint.model_id}."),
        output_doc=Untrusted(f"The output of {endpoint.model_id}, or a part of it."),
        fields=sorted(request.fields, key=lambda field: not field.required),
        outputs=outputs,
        shared_output=endpoint.output.class_name if endpoint.output_is_shared else None,
        submit_doc=Untrusted(_submit_doc(endpoint)),
        run_doc=Untrusted(_run_doc(endpoint)),
        typing_names=_needed(
            ("TYPE_CHECKING", namespace is not None),
            *((name, name in names) for name in _TYPING),
            ("ClassVar", True),
            ("Literal", "Literal" in names),
            ("TypeAlias", bool(aliases) or endpoint.output_is_shared),
        ),
        media_names=sorted(
            _needed(
                *((name, name in names) for name in _MEDIA),
                ("Rule", has_rules),
            )
        ),
        model_names=_needed(
            ("InputModel", bool(nested)),
            ("OneOf", "OneOf" in names),
            ("OutputModel", bool(outputs)),
            ("Request", True),
            ("Rules", has_rules),
            ("Secret", "Secret" in names),
            ("UrlLength", "UrlLength" in names),
        ),
        has_demands=any(cls.demands for cls in inputs),
        has_field="Field" in names,
        endpoint_names=_needed(
            ("AsyncNamespace", namespace is not None),
            ("Endpoint", True),
            ("JobT", True),
            ("Namespace", namespace is not None),
            ("Omit", has_nullable),
            ("RunT", True),
            ("SubmitT", True),
            ("omit", has_nullable),
        ),
        namespace=namespace,
        deprecation=Untrusted(deprecation),
        names_deprecated=bool(deprecation) or bool(namespace and namespace.names_deprecated),
    )


def _own_names(endpoint: Endpoint, namespace: Namespace | None) -> set[str]:
    """Return the classes that the module defines or imports."""
    prefix = endpoint.class_prefix
    classes = (endpoint.request, endpoint.output, *endpoint.nested, *endpoint.output_nested)
    names = {prefix, f"{prefix}Output"}.union(cls.class_name for cls in classes)
    if namespace:
        names |= {namespace.sync_class, namespace.async_class}
        for child in namespace.children.values():
            names.update(child.exported_classes)
    return names


def _needed(*imports: tuple[str, bool]) -> list[str]:
    """Return the names whose flag is set; they are given in the order in which they are imported."""
    return [name for name, is_needed in imports if is_needed]


class _Emitted(NamedTuple):
    """The classes of an endpoint, and the annotator that knows which names they use."""

    annotator: Annotator
    nested: list[EmittedClass]
    request: EmittedClass
    outputs: list[EmittedClass]


def _emitted(endpoint: Endpoint, annotator: Annotator, answers: Answers) -> _Emitted:
    nested = [_input_class(annotator, cls, answers, cls.class_name) for cls in endpoint.nested]
    request = _input_class(annotator, endpoint.request, answers, "")
    outputs: list[EmittedClass] = []
    if not endpoint.output_is_shared:
        classes = (*endpoint.output_nested, endpoint.output)
        outputs = [_output_class(annotator, cls, answers) for cls in classes]
    return _Emitted(annotator, nested, request, outputs)


def outputs_module(shared: ObjectType, answers: Answers, package: str) -> str:
    """Return the module of the output class that endpoints share."""
    cls = _output_class(Annotator(RESERVED_CLASSES, ""), shared, answers)
    return render("package/models/_outputs.py.jinja", package=package, cls=cls)


def _input_class(
    annotator: Annotator, cls: ObjectType, answers: Answers, prefix: str
) -> EmittedClass:
    annotations = annotations_of(cls, answers)
    fields = tuple(
        _field(annotator, field, for_requests(annotations[field.name]), prefix)
        for field in cls.fields
    )
    rules = tuple(
        (Untrusted(field.wire), [_rule(rule) for rule in field.rules])
        for field in cls.fields
        if field.rules
    )
    return EmittedClass(cls.class_name, fields, rules, cls.demands)


def _output_class(annotator: Annotator, cls: ObjectType, answers: Answers) -> EmittedClass:
    annotations = annotations_of(cls, answers)
    fields = tuple(
        _field(annotator, field, annotations[field.name], cls.class_name) for field in cls.fields
    )
    return EmittedClass(cls.class_name, fields)


def _field(annotator: Annotator, field: Field, annotation: ast.expr, prefix: str) -> EmittedField:
    source, signature = annotator.in_class(field, annotation, prefix)
    return EmittedField(
        field.name, source, signature, field.required, field.nullable, Untrusted(describe(field))
    )


def _rule(rule: MediaRule) -> EmittedRule:
    value = int(rule.value) if float(rule.value).is_integer() else rule.value
    return Untrusted(rule.rule), value, Untrusted(rule.message)


def _title(endpoint: Endpoint) -> str:
    named = endpoint.display_name and endpoint.display_name != endpoint.model_id
    return f"{endpoint.model_id}: {endpoint.display_name}" if named else endpoint.model_id


def _demands_doc(request: ObjectType) -> str:
    """Return what has to be given together, as sentences."""
    return "".join(f" {sentence}" for sentence in demand_sentences(request))


def _submit_doc(endpoint: Endpoint) -> str:
    """Return the docstring of `submit`."""
    summary = f"Submit a job to {endpoint.model_id}."
    return _call_doc(endpoint, summary, SUBMIT_OPTIONS, "The job.", _RAISED_BY_SUBMIT)


def _run_doc(endpoint: Endpoint) -> str:
    """Return the docstring of `run`."""
    summary = f"Run {endpoint.model_id} and wait for its result."
    raised = f"{_RAISED_BY_SUBMIT}\n{_RAISED_BY_WAIT}"
    return _call_doc(endpoint, summary, RUN_OPTIONS, "The result.", raised)


def _call_doc(
    endpoint: Endpoint, summary: str, options: dict[str, str], returned: str, raised: str
) -> str:
    sections = (
        f"{summary}{_demands_doc(endpoint.request)}",
        endpoint.price,
        arguments_section(endpoint.request.fields, options),
        f"Returns:\n    {returned} Its output is a `{endpoint.class_prefix}Output`.",
        f"Raises:\n{raised}",
    )
    return "\n\n".join(filter(None, sections))


def namespace_module(namespace: Namespace, package: str) -> str:
    """Return the `__init__.py` of a node that is not an endpoint itself."""
    return render("package/models/namespace.py.jinja", package=package, namespace=namespace)


def renamed_module(step: Namespace, package: str) -> str:
    """Return the module that a renamed endpoint had: it leads to the one that it has now."""
    context = {"now": step.now, "former": step.former}
    return render("package/models/renamed.py.jinja", package=package, **context)


def client_module(providers: Namespace, package: str, version: str) -> str:
    """Return `client.py`: both clients, with an attribute for each provider."""
    return render("package/client.py.jinja", package=package, namespace=providers, version=version)
