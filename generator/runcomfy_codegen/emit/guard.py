"""Refuse emitted modules that contain anything that the templates do not write.

This is the last line of defence: a small grammar of statements, types and data.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from .layout import format_module

# Names that may be imported from outside the package.
IMPORTS: Mapping[str, frozenset[str]] = {
    "__future__": frozenset({"annotations"}),
    "collections.abc": frozenset({"Coroutine"}),
    "pydantic": frozenset({"Field"}),
    "typing": frozenset({"TYPE_CHECKING", "Annotated", "Any", "ClassVar", "Literal", "TypeAlias"}),
    "typing_extensions": frozenset({"Unpack", "deprecated"}),
}
BUILTINS = frozenset({"bool", "dict", "float", "int", "list", "object", "str"})
FIELD_KEYWORDS = frozenset(
    {"alias", "deprecated", "ge", "gt", "le", "lt", "max_length", "min_length", "multiple_of"}
)
CLASS_DATA = frozenset({"_children", "_renamed", "_user_agent", "model_id"})
CLASS_VARIABLES: Mapping[str, str] = {
    "demands": "tuple[Demand, ...]",
    "nullable": "frozenset[str]",
    "rules": "Rules",
}


def checked(text: str, package: str) -> tuple[str, list[str]]:
    """Return the formatted module, and the reasons to refuse it."""
    try:
        module = format_module(text)
    except ValueError as error:
        return "", [f"not Python: {error}"]
    return module, violations(module, package)


def violations(source: str, package: str) -> list[str]:
    """Return what the module contains that no template writes, each with its line."""
    try:
        tree = ast.parse(source)
        # The grammar alone accepts more than programs, such as two arguments of one name.
        compile(tree, "<module>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [f"not Python: {error}"]
    bound = Counter(_bound(tree.body))
    checker = _Checker(package, BUILTINS | bound.keys())
    twice = [f"line 1: {name} is defined twice" for name, count in bound.items() if count > 1]
    return twice + [
        f"line {getattr(node, 'lineno', 1)}: {reason}"
        for node, reason in checker.block(tree.body, checker.in_module)
    ]


Findings = Iterator[tuple[ast.AST, str]]


def _bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that a module defines at its top level."""
    for node in body:
        match node:
            case ast.ImportFrom(names=names):
                yield from (alias.name for alias in names)
            case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.If(body=inner):
                yield from _bound(inner)
            case _:
                pass


class _Checker:
    """The grammar of one module, whose expressions may refer to some names only."""

    def __init__(self, package: str, names: frozenset[str] | set[str]) -> None:
        self._package = package
        self._names = names

    def block(self, body: Iterable[ast.stmt], check: Callable[[ast.stmt], Findings]) -> Findings:
        for node in body:
            if not _is_docstring(node):
                yield from check(node)

    def in_module(self, node: ast.stmt) -> Findings:
        match node:
            case ast.ImportFrom():
                yield from self._import(node)
            case ast.If(test=ast.Name("TYPE_CHECKING"), body=body, orelse=[]):
                yield from self.block(body, self._import)
            case ast.Assign(
                targets=[ast.Name("__all__" | "__install__" | "__version__")], value=value
            ):
                yield from self._data(value)
            case ast.AnnAssign(target=ast.Name(), annotation=ast.Name("TypeAlias"), value=value):
                yield from self._type(value)
            case ast.Expr(ast.Call(ast.Name("lazy_exports"), [ast.Name("__name__"), table], [])):
                yield from self._data(table)
            case ast.Expr(
                ast.Call(
                    ast.Name("keep_moved_modules" | "refuse_removed" | "explain_removed"),
                    [ast.Name("__name__")],
                    [],
                )
            ):
                pass
            case ast.Expr(ast.Call(ast.Name("renamed_module"), [ast.Name("__name__"), *texts], [])):
                for text in texts:
                    yield from self._data(text)
            case ast.ClassDef(decorator_list=marks, keywords=[], bases=bases, body=body) if _plain(
                node
            ) and all(map(_is_deprecation, marks)):
                for base in bases:
                    yield from self._type(base)
                yield from self.block(body, self._in_class)
            case _:
                yield _refused(node)

    def _import(self, node: ast.stmt) -> Findings:
        match node:
            case ast.ImportFrom(module=str(module), names=names, level=0):
                own = module == self._package or module.startswith(f"{self._package}.")
                for alias in names:
                    known = alias.name in IMPORTS.get(module, ()) or (own and alias.name != "*")
                    if alias.asname or not known:
                        yield node, f"import of {alias.name} from {module}"
            case _:
                yield _refused(node)

    def _in_class(self, node: ast.stmt) -> Findings:
        match node:
            case ast.AnnAssign(
                target=ast.Name(name), annotation=ast.Subscript(ast.Name("ClassVar"), kind)
            ) if CLASS_VARIABLES.get(name) == ast.unparse(kind):
                yield from self._data(node.value)
            case ast.AnnAssign(
                target=ast.Name("request_type"), annotation=annotation, value=ast.Name(request)
            ) if (ast.unparse(annotation) == f"ClassVar[type[{request}]]"):
                yield from self._type(node.value)
            case ast.AnnAssign(target=ast.Name(), annotation=annotation, value=value):
                yield from self._type(annotation)
                if not (value is None or _is_none(value)):
                    yield value, "a default other than None"
            case ast.Assign(targets=[ast.Name("output_type")], value=value):
                yield from self._type(value)
            case ast.Assign(targets=[ast.Name(name)], value=value) if name in CLASS_DATA:
                yield from self._data(value)
            case ast.FunctionDef(
                name="submit" | "run" as name,
                decorator_list=marks,
                args=ast.arguments([], [ast.arg("self", None)], None, defaults=[]),
                body=[
                    *documentation,
                    ast.Return(
                        ast.Call(
                            ast.Attribute(ast.Name("self"), attr),
                            [ast.Dict(keys, values), ast.Name("options")],
                            [],
                        )
                    ),
                ],
            ) if (
                _plain(node)
                and all(map(_is_docstring, documentation))
                and all(map(_is_deprecation, marks))
                and attr == f"_{name}"
                and _hands_on(node, keys, values)
            ):
                yield from self._signature(node)
            case _:
                yield _refused(node)

    def _signature(self, node: ast.FunctionDef) -> Findings:
        arguments = node.args.kwonlyargs + ([node.args.kwarg] if node.args.kwarg else [])
        for annotation in (node.returns, *(argument.annotation for argument in arguments)):
            yield from self._type(annotation)
        for default in node.args.kw_defaults:
            if not (default is None or _is_none(default) or _is_name(default, "omit")):
                yield default, "a default other than None"

    def _type(self, node: ast.expr | None) -> Findings:
        match node:
            case ast.Constant(None):
                pass
            case ast.Name(id=name) if name in self._names:
                pass
            case ast.Subscript(ast.Name("Literal"), choices):
                yield from self._data(choices)
            case ast.Subscript(ast.Name("Annotated"), ast.Tuple([inner, *metadata])):
                yield from self._type(inner)
                for part in metadata:
                    yield from self._metadata(part)
            case ast.Subscript(ast.Name() as generic, ast.Tuple(arguments)):
                for part in (generic, *arguments):
                    yield from self._type(part)
            case ast.Subscript(ast.Name() as generic, argument):
                yield from self._type(generic)
                yield from self._type(argument)
            case ast.BinOp(left, ast.BitOr(), right):
                yield from self._type(left)
                yield from self._type(right)
            case _:
                yield _refused(node, "in a type")

    def _metadata(self, node: ast.expr) -> Findings:
        match node:
            case ast.Call(ast.Name("Field"), [], keywords) if all(
                keyword.arg in FIELD_KEYWORDS for keyword in keywords
            ):
                values = [keyword.value for keyword in keywords]
            case ast.Call(ast.Name("OneOf" | "Secret" | "UrlLength"), numbers, []):
                values = numbers
            case _:
                yield _refused(node, "in Annotated")
                return
        for value in values:
            yield from self._data(value)

    def _data(self, node: ast.expr | None) -> Findings:
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str()):
                pass
            case ast.UnaryOp(ast.USub(), ast.Constant(value=int() | float())):
                pass
            case ast.Tuple(elements) | ast.List(elements):
                for element in elements:
                    yield from self._data(element)
            case ast.Dict(keys, values):
                for pair in zip(keys, values, strict=True):
                    for member in pair:
                        yield from self._data(member)
            case ast.Call(ast.Name("frozenset" | "Rule" | "Demand"), arguments, []):
                for element in arguments:
                    yield from self._data(element)
            case _:
                yield _refused(node, "in data")


def _hands_on(
    method: ast.FunctionDef, keys: Iterable[ast.expr | None], values: Iterable[ast.expr]
) -> bool:
    """Return whether the dict holds the keyword arguments of the method, each under its own name."""
    expected = [(argument.arg, argument.arg) for argument in method.args.kwonlyargs]
    named = [key.value if isinstance(key, ast.Constant) else None for key in keys]
    handed_on = [value.id if isinstance(value, ast.Name) else None for value in values]
    return list(zip(named, handed_on, strict=True)) == expected


def _plain(node: ast.stmt) -> bool:
    """Return whether a statement has no type parameters (PEP 695), which only newer Pythons parse."""
    return not getattr(node, "type_params", [])


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and _is_text(node.value)


def _is_deprecation(node: ast.expr) -> bool:
    """Return whether it is `deprecated("...", category=None)`."""
    match node:
        case ast.Call(
            ast.Name("deprecated"),
            [ast.Constant(str())],
            [ast.keyword("category", ast.Constant(None))],
        ):
            return True
        case _:
            return False


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _refused(node: ast.AST | None, where: str = "here") -> tuple[ast.AST, str]:
    refused = node or ast.Module([], [])
    return refused, f"{type(node).__name__} {where} is not used by any template"
