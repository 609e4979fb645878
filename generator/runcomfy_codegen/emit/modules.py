"""The intermediate representation rendered through the templates, module by module."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..ir.model import Endpoint, Field, MediaRule, ObjectType
from ..names.rules import RESERVED_CLASSES
from ..names.tree import Namespace
from ..runtime._validation.demands import Demand
from ..text.markdown import code, fenced, prose
from ..text.untrusted import Untrusted, docstring, literal
from .annotations import MEDIA_TYPES, Annotator, for_requests, named_choices
from .docs import demand_sentences, describe, describe_argument
from .layout import LINE_LENGTH
from .shapes import Answers, annotations_of
from .toolchain import TEMPLATES

if TYPE_CHECKING:
    from jinja2 import Environment

_TYPING = ("Annotated", "Any", "Literal")
_USE = "Submit a job, run one to its end, or pick one up by its id."
_MEDIA = (*MEDIA_TYPES.values(), "SequenceNotStr")


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


def _imported_from(names: Sequence[str], module: str, indent: int = 0) -> str:
    """One import statement in black's layout."""
    line = f"from {module} import {', '.join(names)}"
    if indent + len(line) <= LINE_LENGTH:
        return line
    space = " " * indent
    return "".join(
        [f"from {module} import (\n", *(f"{space}    {name},\n" for name in names), f"{space})"]
    )


def _table(entries: Mapping[str, str], indent: int) -> str:
    """A dict with a line for each entry, so that branches can add some; its last comma makes black keep it so."""
    space = " " * indent
    lines = [f"{space}    {literal(key)}: {literal(value)},\n" for key, value in entries.items()]
    if not lines:
        return "{}"
    return f"{{\n{''.join(lines)}{space}}}"


def _choice(members: Sequence[str], alias: str) -> str:
    """A Literal in black's layout: nearly all statements that are too long for a line are one."""
    inside = ", ".join(members)
    if len(members) == 1 or len(f"{alias}: TypeAlias = Literal[{inside}]") <= LINE_LENGTH:
        return f"Literal[{inside}]"
    if len(f"    {inside}") > LINE_LENGTH:
        inside = ",\n    ".join(members) + ","
    return f"Literal[\n    {inside}\n]"


def _handed_on(names: Sequence[str], method: str) -> str:
    """Return what a generated method hands on: a dict of its fields, and the options of the call."""
    entries = [f"{literal(name)}: {name}" for name in names]
    line = f"{{{', '.join(entries)}}}, options"
    if len(f"        return self._{method}({line})") <= LINE_LENGTH:
        return line
    # The comma after the last entry makes black keep the lines.
    fields = "".join(f"                {entry},\n" for entry in entries)
    return f"\n            {{\n{fields}            }},\n            options,\n        "


def _demand(demand: Demand) -> str:
    """Return a call of the runtime's `Demand`."""
    parts = list(demand)
    while parts[-1] == ():
        parts.pop()
    return f"Demand({', '.join(map(literal, parts))})"


_FILTERS: dict[str, Callable[..., str]] = {
    "choice": _choice,
    "demand": _demand,
    "handed_on": _handed_on,
    "literal": literal,
    "docstring": docstring,
    "imported_from": _imported_from,
    "table": _table,
    "prose": prose,
    "code": code,
    "fenced": fenced,
}


@functools.cache
def environment() -> Environment:
    """Strict Jinja: an unknown name is an error, and published text has no way out but its two filters."""
    # Imported here: a run with nothing to do must not pay for it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from .compiled import bytecode_cache

    env = Environment(
        bytecode_cache=bytecode_cache(),
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # else each use looks at the file again
        autoescape=False,  # noqa: S701 (Python, not HTML)
    )
    env.filters.update(_FILTERS)
    return env


def render(template: str, **context: Any) -> str:
    """One template of `templates/` with its context."""
    return environment().get_template(template).render(context)


def endpoint_module(
    endpoint: Endpoint, answers: Answers, package: str, namespace: Namespace | None
) -> str:
    """The module of one endpoint; namespace: where its id is also the beginning of others."""
    prefix = endpoint.class_prefix
    classes = (endpoint.request, endpoint.output, *endpoint.nested, *endpoint.output_nested)
    own_names = {prefix, f"{prefix}Output"}.union(cls.class_name for cls in classes)
    definitions = named_choices(classes)
    own_names |= definitions.keys()
    if namespace:
        children = namespace.children.values()
        own_names |= {name for child in children for name in child.exported_classes}
        own_names |= {namespace.sync_class, namespace.async_class}
    annotator = Annotator(RESERVED_CLASSES | own_names, prefix)
    nested, request, outputs = _emitted(endpoint, annotator, answers)
    if contested := annotator.contested():  # who came first must not depend on the order of fields
        annotator = Annotator(annotator.reserved, prefix, contested)
        nested, request, outputs = _emitted(endpoint, annotator, answers)
    names = annotator.names
    aliases = {**definitions, **annotator.aliases}
    if definitions:
        names.add("Literal")
    has_nullable = any(field.nullable and not field.required for field in request.fields)
    endpoint_names = (
        ("AsyncNamespace", namespace),
        ("Endpoint", True),
        ("JobT", True),
        ("Namespace", namespace),
        ("Omit", has_nullable),
        ("RunT", True),
        ("SubmitT", True),
        ("omit", has_nullable),
    )
    fields = sorted(request.fields, key=lambda field: not field.required)
    arguments = _demands_doc(endpoint.request) + _arguments_doc(endpoint.request.fields)
    return render(
        "package/models/endpoint.py.jinja",
        package=package,
        model_id=Untrusted(endpoint.model_id),
        title=Untrusted(_title(endpoint)),
        prefix=prefix,
        aliases=aliases,
        nested=nested,
        request=request,
        endpoint_doc=Untrusted("\n\n".join(filter(None, (_title(endpoint), endpoint.about, _USE)))),
        request_doc=Untrusted(f"The input of {endpoint.model_id}.{_demands_doc(endpoint.request)}"),
        nested_doc=Untrusted(f"A part of the input of {endpoint.model_id}."),
        output_doc=Untrusted(f"What {endpoint.model_id} delivers, or a part of it."),
        fields=fields,
        outputs=outputs,
        shared_output=endpoint.output.class_name if endpoint.output_is_shared else None,
        submit_doc=Untrusted(f"Submit a job to {endpoint.model_id}.{arguments}"),
        run_doc=Untrusted(f"Run {endpoint.model_id} and wait for its result.{arguments}"),
        typing_names=[
            *(["TYPE_CHECKING"] if namespace else []),
            *(name for name in _TYPING if name in names),
            *(["TypeAlias"] if aliases or endpoint.output_is_shared else []),
        ],
        media_names=sorted(
            [name for name in _MEDIA if name in names]
            + (["Rule"] if any(cls.rules for cls in (request, *nested)) else [])
        ),
        model_names=sorted(
            name
            for name, needed in (
                ("Request", True),
                ("InputModel", nested),
                ("OutputModel", outputs),
                ("OneOf", "OneOf" in names),
                ("Secret", "Secret" in names),
                ("UrlLength", "UrlLength" in names),
            )
            if needed
        ),
        has_demands=any(cls.demands for cls in (request, *nested)),
        has_field="Field" in names,
        endpoint_names=[name for name, needed in endpoint_names if needed],
        namespace=namespace,
    )


def _emitted(
    endpoint: Endpoint, annotator: Annotator, answers: Answers
) -> tuple[list[EmittedClass], EmittedClass, list[EmittedClass]]:
    """Return the nested classes, that of the request, and those of the output."""
    nested = [_input_class(annotator, cls, answers, cls.class_name) for cls in endpoint.nested]
    request = _input_class(annotator, endpoint.request, answers, "")
    if endpoint.output_is_shared:
        return nested, request, []
    classes = (*endpoint.output_nested, endpoint.output)
    return nested, request, [_output_class(annotator, cls, answers) for cls in classes]


def outputs_module(shared: ObjectType, answers: Answers, package: str) -> str:
    """The module of the output class that endpoints share."""
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


def _arguments_doc(fields: Iterable[Field]) -> str:
    """What the docstrings of both methods say after their first line."""
    described = ((field.name, " ".join(describe_argument(field).split())) for field in fields)
    arguments = "".join(f"\n    {name}: {text}" for name, text in described if text)
    promise = (
        "InvalidRequestError lists all that is wrong with the arguments, before anything is sent."
    )
    return f"\n\n{promise}" + (f"\n\nArgs:{arguments}" if arguments else "")


def namespace_module(namespace: Namespace, package: str) -> str:
    """The `__init__.py` of a step of the path that is no endpoint itself."""
    return render("package/models/namespace.py.jinja", package=package, namespace=namespace)


def renamed_module(step: Namespace, package: str) -> str:
    """Return the module that a renamed endpoint had: it leads to the one that it has now."""
    context = {"now": step.now, "former": step.former}
    return render("package/models/renamed.py.jinja", package=package, **context)


def client_module(providers: Namespace, package: str, version: str) -> str:
    """`client.py`: both clients with an attribute for each provider."""
    return render("package/client.py.jinja", package=package, namespace=providers, version=version)
