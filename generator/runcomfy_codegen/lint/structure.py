"""Parts of a schema that contradict each other."""

from __future__ import annotations

import keyword as python
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..dialect import words as dialect
from ..dialect.demands import is_demand
from ..schemas.folder import EndpointSource
from ..text.documents import pointer_to, sorted_line
from ..text.json_types import is_array, is_number, is_object
from .node import Node
from .rule import LintFinding, endpoint_rule, node_rule
from .samples import IS_TYPE, short

_BOUNDED = (
    (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")),
    (("minItems",), ("maxItems",)),
    (("minLength",), ("maxLength",)),
)


@node_rule(
    id="required-unknown",
    severity="warning",
    what="`required` names an unknown property",
    why="the name is wrong, or the property is missing",
    on="required anyOf oneOf dependentRequired",
)
def required_unknown(node: Node) -> Iterator[LintFinding]:
    properties: Any = node.schema.get("properties", {})
    if not is_object(properties):
        return
    hint = f"ignored; the properties are {', '.join(properties):.300}"
    for at, required in _required_lists(node):
        for index, name in enumerate(required):
            if isinstance(name, str) and name not in properties:
                message = f"required names {name!r}, which is not a property"
                yield LintFinding(message, at + pointer_to(index), hint)


def _required_lists(node: Node) -> Iterator[tuple[str, list[Any]]]:
    """Every list of demanded names with its place: also those of which one must be met."""
    required: Any = node.schema.get("required")
    if is_array(required):
        yield pointer_to("required"), required
    for keyword in ("anyOf", "oneOf"):
        branches: Any = node.schema.get(keyword)
        if is_demand(node.schema, keyword) and not node.is_refused(keyword):
            for index, branch in enumerate(branches):
                yield pointer_to(keyword, index, "required"), branch["required"]
    dependent: Any = node.schema.get("dependentRequired")
    for name, needed in dependent.items() if is_object(dependent) else ():
        if is_array(needed):
            yield pointer_to("dependentRequired", name), needed


@node_rule(
    id="required-duplicate",
    severity="note",
    what="`required` names a property twice",
    why="the list was edited by hand, and another name may be missing",
    on="required",
)
def required_duplicate(node: Node) -> Iterator[LintFinding]:
    for index, name in _repeated(node.schema["required"]):
        yield LintFinding(
            f"required names {name} twice", pointer_to("required", index), "read once"
        )


@node_rule(
    id="object-shape",
    severity="warning",
    what="malformed `properties` or `required` in an inner schema",
    why="the malformed part is ignored",
    on="properties required",
)
def object_shape(node: Node) -> Iterator[LintFinding]:
    properties, required = node.schema.get("properties"), node.schema.get("required")
    if node.type not in ("", "object"):
        return  # there they mean nothing at all: keyword-misplaced
    if "properties" in node.schema and not is_object(properties):
        yield LintFinding("properties must be an object", "/properties", "ignored")
    if "required" in node.schema and not (
        is_array(required) and all(isinstance(name, str) for name in required)
    ):
        yield LintFinding(
            "required must be a list of names", "/required", "anything else is ignored"
        )


@node_rule(
    id="name-odd",
    severity="note",
    what="a property name that is not a Python name",
    why="some begin with node numbers, such as 241_positive_prompt; they get a Python name",
    on="properties",
)
def name_odd(node: Node) -> Iterator[LintFinding]:
    properties = node.schema["properties"]
    for name in properties if is_object(properties) else ():
        if not (name.isascii() and name.isidentifier()) or python.iskeyword(name):
            at, hint = (
                pointer_to("properties", name),
                "the wire name is kept beside the Python name",
            )
            yield LintFinding(f"{name!r} is not a Python name", at, hint)


@node_rule(
    id="enum-shape",
    severity="warning",
    what="`enum` is not a list",
    why="it cannot be read as choices",
    on="enum",
)
def enum_shape(node: Node) -> Iterator[LintFinding]:
    if not is_array(node.schema["enum"]):
        yield LintFinding("enum must be a list", "/enum", "ignored")


@node_rule(
    id="enum-type",
    severity="warning",
    what="an enum or a const with values of another type",
    why="an integer enum given as strings must be sent as strings",
    on="enum const",
)
def enum_type(node: Node) -> Iterator[LintFinding]:
    fits = IS_TYPE.get(node.type)
    for keyword, at, value in _allowed(node) if node.type != "array" else ():
        if fits and value is not None and not fits(value):
            message = f"the {keyword} has {short(value)}, which is not of type {node.type}"
            yield LintFinding(message, at, f"the {keyword} is enforced")


@node_rule(
    id="enum-numeric-text",
    severity="note",
    what="numbers given as text in an enum",
    why="the number must be sent as text",
    on="enum",
)
def enum_numeric_text(node: Node) -> Iterator[LintFinding]:
    digits = [choice for choice in _choices(node) if isinstance(choice, str) and choice.isdigit()]
    if node.type == "string" and digits:
        yield LintFinding(f"numbers as text, such as {short(digits[0])}", "/enum", "sent as text")


@node_rule(
    id="enum-duplicate",
    severity="note",
    what="an enum that lists a value twice, or in two letter cases",
    why="one of the two may be a mistake",
    on="enum",
)
def enum_duplicate(node: Node) -> Iterator[LintFinding]:
    for index, value in _repeated(_choices(node)):
        yield LintFinding(f"the enum has {value} twice", pointer_to("enum", index))


@node_rule(
    id="enum-single",
    severity="note",
    what="an enum of a single value",
    why="other values may have been forgotten",
    on="enum",
)
def enum_single(node: Node) -> Iterator[LintFinding]:
    if len(choices := _choices(node)) == 1:
        yield LintFinding(f"the only choice is {short(choices[0])}", "/enum")


@node_rule(
    id="enum-bounds",
    severity="warning",
    what="an enum or a const with values outside the published bounds",
    why="the enum is enforced, the bounds are not",
    on="enum const",
)
def enum_bounds(node: Node) -> Iterator[LintFinding]:
    least, most = node.schema.get("minimum"), node.schema.get("maximum")
    for keyword, at, value in _allowed(node):
        if is_number(value) and (
            (is_number(least) and value < least) or (is_number(most) and value > most)
        ):
            bounds = f"{short(least)} to {short(most)}"
            message = f"the {keyword} has {short(value)}, the bounds are {bounds}"
            yield LintFinding(message, at, f"the {keyword} is enforced")


@node_rule(
    id="bounds-empty",
    severity="warning",
    what="a lower bound above the upper one",
    why="no value fits, so no request is valid",
    on="minimum exclusiveMinimum minItems minLength",
)
def bounds_empty(node: Node) -> Iterator[LintFinding]:
    for lows, highs in _BOUNDED:
        for low in lows:
            for high in highs:
                least, most = node.schema.get(low), node.schema.get(high)
                if not is_number(least) or not is_number(most):
                    continue
                if least > most or (least == most and "exclusive" in low + high):
                    message = f"nothing fits {low} {short(least)} and {high} {short(most)}"
                    yield LintFinding(message, pointer_to(low))


@node_rule(
    id="bound-unusable",
    severity="warning",
    what="a constraint that does not apply to its type, or has no effect",
    why="it cannot be enforced",
    on=" ".join(dialect.BOUND_KEYWORDS),
)
def bound_unusable(node: Node) -> Iterator[LintFinding]:
    for keyword in sorted(dialect.BOUND_KEYWORDS & node.schema.keys()):
        published = node.schema[keyword]
        if node.type and keyword not in dialect.CONSTRAINT_KEYWORDS.get(node.type, ()):
            message = f"{keyword} has no effect on type {node.type}"
        elif not dialect.is_usable(keyword, published):
            message = f"{keyword} cannot be {short(published)}"
        else:
            continue
        yield LintFinding(message, pointer_to(keyword), "not enforced")


@node_rule(
    id="items-missing",
    severity="warning",
    what="an array whose elements are not described",
    why="only lists of media may omit `items`",
    on="type",
)
def items_missing(node: Node) -> Iterator[LintFinding]:
    described = node.schema.keys() & {"anyOf", "oneOf", "prefixItems"} or node.schema.get("items")
    if is_array(node.schema.get("enum")) or node.is_media:
        return
    if node.type == "array" and not described:
        yield LintFinding("no items", "/type", "any JSON is accepted as an element")


@endpoint_rule(
    id="output-wrapped",
    severity="note",
    what="the output schema inside an `output` key",
    why="pages print the schema inside this key",
)
def output_wrapped(source: EndpointSource) -> Iterator[LintFinding]:
    published = source.output.value
    if "properties" not in published and is_object(published.get("output")):
        hint = "read as the schema of the reply's output"
        yield LintFinding("the schema is wrapped in `output`", "/output", hint, source.output)


@endpoint_rule(
    id="example-missing",
    severity="warning",
    what="an example without a required property",
    why="the example, or `required`, is wrong",
)
def example_missing(source: EndpointSource) -> Iterator[LintFinding]:
    example = source.endpoint.value.get("example")
    schema: dict[str, Any] = source.input.value
    properties: Any = schema.get("properties", {})
    for name in dict.fromkeys(schema.get("required", ())) if is_object(example) else ():
        if name in properties and name not in example:
            yield LintFinding(f"the example lacks {name!r}", "/example")


@endpoint_rule(
    id="example-unknown",
    severity="warning",
    what="an example with an unknown property",
    why="the page and the schema name it differently",
)
def example_unknown(source: EndpointSource) -> Iterator[LintFinding]:
    example = source.endpoint.value.get("example")
    for name in example if is_object(example) else ():
        if name not in source.input.value.get("properties", {}):
            yield LintFinding(
                f"the example has an unknown property {name!r}", pointer_to("example", name)
            )


def _choices(node: Node) -> list[Any]:
    published = node.schema.get("enum")
    return published if is_array(published) else []


def _allowed(node: Node) -> Iterator[tuple[str, str, Any]]:
    """Yield each value that the schema lists, with its keyword and its place."""
    for index, value in enumerate(_choices(node)):
        yield "enum", pointer_to("enum", index), value
    if "const" in node.schema:
        yield "const", pointer_to("const"), node.schema["const"]


def _repeated(values: Any) -> Iterator[tuple[int, str]]:
    """Index and JSON of every value that was there before, whatever its letter case."""
    seen = Counter[str]()
    for index, value in enumerate(values if is_array(values) else ()):
        folded = sorted_line(value).casefold()
        if seen[folded]:
            yield index, short(value)
        seen[folded] += 1
