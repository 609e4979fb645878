"""The last line of defence: an emitted module may contain only what our templates use."""

from __future__ import annotations

import ast

ALLOWED_NODES: tuple[type[ast.AST], ...] = (
    *(
        ast.Module,
        ast.Expr,
        ast.Assign,
        ast.AnnAssign,
        ast.ClassDef,
        ast.FunctionDef,
        ast.Return,
        ast.Pass,
    ),
    *(ast.Import, ast.ImportFrom, ast.alias, ast.If, ast.arguments, ast.arg, ast.keyword),
    *(
        ast.Name,
        ast.Attribute,
        ast.Subscript,
        ast.Constant,
        ast.Tuple,
        ast.List,
        ast.Dict,
        ast.Call,
    ),
    *(ast.BinOp, ast.BitOr, ast.UnaryOp, ast.USub, ast.Load, ast.Store),
)
ALLOWED_CALLS = frozenset(
    {
        "Field",
        "OneOf",
        "Rule",
        "TypeVar",
        "frozenset",
        "lazy_exports",
        "locals",
        "self._run",
        "self._submit",
    }
)
ALLOWED_DECORATORS = frozenset({"reports_all_problems"})
ALLOWED_MODULES = frozenset(
    {"__future__", "collections.abc", "typing", "typing_extensions", "pydantic"}
)


def violations(source: str, package: str) -> list[str]:
    """What the module contains that no template of ours writes, each with its line."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        return [f"not Python: {error}"]
    found: list[str] = []
    for node in ast.walk(tree):
        reason = _refused(node, package)
        if reason:
            found.append(f"line {getattr(node, 'lineno', 1)}: {reason}")
    return found


def _refused(node: ast.AST, package: str) -> str:
    if not isinstance(node, ALLOWED_NODES):
        return f"{type(node).__name__} is not used by any template"
    if isinstance(node, ast.Import):
        return "plain imports are not used by any template"
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        own = module == package or module.startswith((f"{package}.", "."))
        return "" if own or module in ALLOWED_MODULES else f"import from {module}"
    if isinstance(node, ast.Call):
        return (
            "" if ast.unparse(node.func) in ALLOWED_CALLS else f"call of {ast.unparse(node.func)}"
        )
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        names = {ast.unparse(decorator) for decorator in node.decorator_list}
        return f"decorator {', '.join(sorted(names))}" if names - ALLOWED_DECORATORS else ""
    if isinstance(node, ast.If):
        return (
            ""
            if ast.unparse(node.test) == "TYPE_CHECKING"
            else "a condition other than TYPE_CHECKING"
        )
    if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
        return f"access to {node.attr}"
    return ""
