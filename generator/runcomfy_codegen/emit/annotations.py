"""Write annotations as source text, for the class, the signature and the alias."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from ..ir.model import Field, ObjectType, inner_types
from ..names.rules import camel_case, unique
from ..runtime._schemas.media_kinds import KINDS
from ..text.untrusted import literal

MEDIA_TYPES = {kind.name: kind.input_type for kind in KINDS.values()}


@dataclass
class Annotator:
    """The annotations of one module. It hoists choices into aliases, and remembers the names in use.

    Attributes:
        reserved: Names that an alias must not take.
        fallback_prefix: Comes before an alias whose name is reserved.
        settled: The choices that get an alias that several fields want.
        wanted: Alias -> name and class of a field -> the choices that want it.
        aliases: Alias -> the members of a Literal.
        names: The names that the annotations use.
    """

    reserved: frozenset[str]
    fallback_prefix: str
    settled: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    wanted: dict[str, dict[tuple[str, str], tuple[str, ...]]] = field(
        default_factory=dict[str, dict[tuple[str, str], tuple[str, ...]]]
    )
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    names: set[str] = field(default_factory=set[str])

    def in_class(self, fld: Field, annotation: ast.expr, prefix: str = "") -> tuple[str, str]:
        """Return the annotation in the class and that in a signature, both without a default."""
        hoisted = self._hoist(annotation, prefix, fld.name)
        in_class = hoisted
        if fld.wire != fld.name:
            in_class = _with_keyword(in_class, "alias", fld.wire)
        if fld.deprecated:
            in_class = _with_keyword(in_class, "deprecated", True)
        if fld.secret:
            in_class = _annotated(in_class, ast.Call(ast.Name("Secret"), [], []))
        in_signature = rewrite(hoisted, _bare)
        for node in (*_nodes(in_class), *_nodes(in_signature)):
            if isinstance(node, ast.Name):
                self.names.add(node.id)
        return source(in_class), source(in_signature)

    def _hoist(self, annotation: ast.expr, prefix: str, field_name: str) -> ast.expr:
        """Give a choice a name, so that class and signatures do not repeat its values."""
        choices = list(filter(_is_literal, _nodes(annotation)))
        if len(choices) != 1:
            return annotation
        # Scripts without capitals: there the alias would hide behind the field of the same name.
        name = prefix + camel_case(field_name)
        taken = self.reserved | {field_name}
        alias = name if name not in taken else unique(self.fallback_prefix + name, taken, "")
        inside = choices[0].slice
        members = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        texts = tuple(map(source, members))
        self.wanted.setdefault(alias, {})[field_name, prefix] = texts
        if (
            self.settled.get(alias, texts) != texts
            or self.aliases.setdefault(alias, texts) != texts
        ):
            return annotation
        self.names.add("Literal")
        return rewrite(annotation, lambda node: ast.Name(alias) if node is choices[0] else None)

    def contested(self, holders: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, ...]]:
        """Return the names that several choices want, each with the choice that gets it.

        Args:
            holders: The fields that published aliases are called after; else it is what sorts first.
        """
        settled: dict[str, tuple[str, ...]] = {}
        for alias, fields in self.wanted.items():
            if len(set(fields.values())) > 1:
                known = [field for field in holders.values() if field in fields]
                settled[alias] = fields[min(known or fields)]
        return settled


def named_choices(classes: Iterable[ObjectType]) -> dict[str, tuple[str, ...]]:
    """Return the choices that have a definition of their own: alias -> the members of a Literal."""
    choices: dict[str, tuple[str, ...]] = {}
    for cls in classes:
        for fld in cls.fields:
            for type_ in inner_types(fld.type):
                if "name" in type_:
                    choices[type_["name"]] = tuple(map(literal, type_["enum"]))
    return dict(sorted(choices.items()))


def _nodes(annotation: ast.expr) -> list[ast.expr]:
    """List all expressions of an annotation: `ast.walk` looks for more kinds, and takes three times as long."""
    nodes = [annotation]
    for node in nodes:  # which grows
        match node:
            case ast.Subscript(outer, inner):
                nodes += (outer, inner)
            case ast.Tuple(elements):
                nodes += elements
            case ast.BinOp(left, _, right):
                nodes += (left, right)
            case ast.Call(func, arguments, keywords):
                nodes += (func, *arguments, *(keyword.value for keyword in keywords))
            case _:
                pass
    return nodes


def rewrite(node: ast.expr, change: Callable[[ast.expr], ast.expr | None]) -> ast.expr:
    """Return a copy of the annotation, with `change(node)` in place of each node for which it is not None."""
    if (changed := change(node)) is not None:
        return changed
    match node:
        case ast.Subscript(outer, inner):
            return ast.Subscript(rewrite(outer, change), rewrite(inner, change))
        case ast.Tuple(elements):
            return ast.Tuple([rewrite(element, change) for element in elements])
        case ast.BinOp(left, operator, right):
            return ast.BinOp(rewrite(left, change), operator, rewrite(right, change))
        case ast.Call(func, arguments, keywords):
            return ast.Call(
                func,
                [rewrite(argument, change) for argument in arguments],
                [ast.keyword(keyword.arg, rewrite(keyword.value, change)) for keyword in keywords],
            )
        case _:
            return node


def _bare(node: ast.expr) -> ast.expr | None:
    """Return the type without its constraints: a signature shows types, the docstring limits."""
    match node:
        case ast.Subscript(ast.Name("Annotated"), ast.Tuple([inner, *_])):
            return rewrite(inner, _bare)
        case _:
            return None


def for_requests(annotation: ast.expr) -> ast.expr:
    """Return the annotation of an argument: a list may be a tuple, but not a string."""
    return rewrite(
        annotation,
        lambda node: (
            ast.Name("SequenceNotStr") if isinstance(node, ast.Name) and node.id == "list" else None
        ),
    )


def _is_literal(node: ast.AST) -> TypeGuard[ast.Subscript]:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Literal"
    )


def _with_keyword(annotation: ast.expr, name: str, value: Any) -> ast.expr:
    """Return the annotation with one more argument of its `Field`."""
    added = ast.keyword(name, ast.Constant(value))
    match annotation:
        case ast.Subscript(
            value=ast.Name(id="Annotated"),
            slice=ast.Tuple(elts=[inner, ast.Call(func, [], keywords)]),
        ):
            elements = [inner, ast.Call(func, [], [added, *keywords])]
        case _:
            elements = [annotation, ast.Call(ast.Name("Field"), [], [added])]
    return ast.Subscript(ast.Name("Annotated"), ast.Tuple(elements))


def _annotated(annotation: ast.expr, metadata: ast.expr) -> ast.expr:
    """Return the annotation with one more piece of metadata."""
    match annotation:
        case ast.Subscript(ast.Name("Annotated"), ast.Tuple(elements)):
            elements = [*elements, metadata]
        case _:
            elements = [annotation, metadata]
    return ast.Subscript(ast.Name("Annotated"), ast.Tuple(elements))


def source(node: ast.expr) -> str:
    """Return an annotation as text.

    `ast.unparse` is not used, as its way of writing strings depends on the Python version.

    Raises:
        TypeError: If the expression is of a kind that annotations do not have.
    """
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=value):
            return literal(value)
        case ast.Tuple(elts=elements):
            return ", ".join(map(source, elements))
        case ast.Subscript(value=outer, slice=inner):
            return f"{source(outer)}[{source(inner)}]"
        case ast.BinOp(left=left, right=right):
            return f"{source(left)} | {source(right)}"
        case ast.UnaryOp(operand=operand):
            return f"-{source(operand)}"
        case ast.Call(func=func, args=args, keywords=keywords):
            named = (f"{keyword.arg}={source(keyword.value)}" for keyword in keywords)
            return f"{source(func)}({', '.join([*map(source, args), *named])})"
        case _:
            raise TypeError(f"{type(node).__name__} in an annotation")
