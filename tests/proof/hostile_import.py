"""Imports a generated SDK where nothing may happen but imports, and tells what its classes hold.

    python -I -B hostile_import.py FOLDER PACKAGE

Prints JSON: model id -> what the imported classes say, or {"error": ...}.
"""

# ruff: noqa: PTH100, PTH109, PTH118
# pathlib raises audit events itself

from __future__ import annotations

import ast
import json
import os
import sys
import sysconfig
from collections.abc import Iterator
from importlib import import_module
from typing import Any

# Modules that do not depend on any schema; with them comes every dependency.
RUNTIME = (
    "_validation.base",
    "_endpoint.classes",
    "_client.untyped",
    "_client.verbs",
    "_schemas.registry",
    "_endpoint.info",
    "jobs",
    "media",
    "errors",
)
READS = (
    "open",
    "os.listdir",
    "os.scandir",
    "import",
    "marshal.loads",
    "sys._getframe",
    "builtins.id",
)
QUIET = (
    *READS,
    "object.__getattr__",
    "object.__setattr__",
    "object.__delattr__",
    "code.__new__",
    "gc.get_referrers",
)
ANNOTATION = (
    ast.Expression, ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.Subscript, ast.BinOp, ast.BitOr, ast.Call, ast.keyword, ast.UnaryOp, ast.USub,
)  # fmt: skip


class SideEffect(BaseException):
    """An import did what it must not do. No `except Exception` hides it."""


class Watch:
    """An audit hook (PEP 578): reading modules and evaluating annotations is all that is allowed."""

    def __init__(self, folder: str, package: str) -> None:
        self._own = os.path.join(folder, package) + os.sep
        self._homes = (self._own, *(path + os.sep for path in sysconfig.get_paths().values()))
        self._busy = False
        self.seen: list[str] = []

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self._busy or self._allowed(event, args):
            return
        self.seen.append(f"{event} {args!r:.200}")
        raise SideEffect(self.seen[-1])

    def _allowed(self, event: str, args: tuple[Any, ...]) -> bool:
        if event == "open":
            path, mode, flags = args
            writes = (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND) & (
                flags or 0
            )
            plain = isinstance(path, str) and os.path.abspath(path).startswith(self._homes)
            return plain and not writes and (mode is None or set(mode) <= set("rb"))
        if event == "exec":
            return args[0].co_filename == "<string>" or self._is_module(args[0].co_filename)
        if event == "compile":
            source, name = args
            return self._is_module(name) or self._is_annotation(source)
        return event in QUIET

    def _is_module(self, name: object) -> bool:
        return isinstance(name, str) and os.path.abspath(name).startswith(self._homes)

    def _is_annotation(self, source: Any) -> bool:
        """Pydantic evaluates annotations, as they are kept as text (PEP 563)."""
        if source is None:
            return False
        self._busy = True
        try:
            text = source.decode() if isinstance(source, bytes) else source
            tree = text if isinstance(text, ast.AST) else ast.parse(text, mode="eval")
            calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
            return all(isinstance(node, ANNOTATION) for node in ast.walk(tree)) and all(
                isinstance(func, ast.Name) and func.id in ("Field", "OneOf", "Secret", "UrlLength")
                for func in calls
            )
        except (SyntaxError, ValueError):
            return False
        finally:
            self._busy = False


def choices_in(annotation: Any) -> Iterator[Any]:
    """Return the values of every Literal and OneOf in an annotation."""
    from typing import Literal, get_args, get_origin

    yield from getattr(annotation, "numbers", ())
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from choices_in(part)


def facts(cls: Any) -> dict[str, Any]:
    """Return what a class says of its fields, by wire name."""
    return {
        name if field.alias is None else field.alias: {
            "choices": [
                *choices_in(field.annotation),
                *(each for part in field.metadata for each in choices_in(part)),
            ],
            "required": field.is_required(),
        }
        for name, field in cls.model_fields.items()
    }


def told(package: Any, model_id: str, model: Any, base: Any) -> dict[str, Any]:
    info = package.get_endpoint(model_id)
    module = sys.modules[info.request_type.__module__]
    prefix = info.request_type.__name__.removesuffix("Request")
    classes = [
        each for each in vars(module).values() if isinstance(each, type) and issubclass(each, base)
    ]
    own = [each for each in classes if each.__module__ == module.__name__]
    return {
        "model_id": info.request_type.model_id,
        "input_schema": info.input_schema,
        "output_schema": info.output_schema,
        "fields": facts(info.request_type),
        "output": sorted(facts(info.output_type)),
        "classes": [
            sorted(facts(each)) for each in own if each not in (info.request_type, info.output_type)
        ],
        "rules": {
            wire: [[rule.rule, rule.value, rule.message] for rule in rules]
            for wire, rules in info.rules.items()
        },
        "doc": getattr(module, prefix).submit.__doc__,
        "docs": [each.__doc__ for each in (module, *own, getattr(module, prefix)) if each.__doc__],
    }


def main(folder: str, package: str) -> None:
    sys.path.insert(0, folder)
    runtime = {name: import_module(f"{package}.{name}") for name in RUNTIME}
    top = import_module(package)
    before = (
        dict(os.environ),
        list(sys.path),
        os.getcwd(),
        sys.getrecursionlimit(),
        dict(vars(sys.modules["builtins"])),
    )
    watch = Watch(os.path.realpath(folder), package)
    sys.addaudithook(watch)
    answers: dict[str, Any] = {}
    try:
        import_module(f"{package}.client")
    except BaseException as error:
        answers["client"] = {"error": f"{type(error).__name__}: {error}"[:500]}
    from pydantic import BaseModel

    for model_id in runtime["_schemas.registry"].model_ids():
        try:
            answers[model_id] = told(top, model_id, runtime["_validation.base"], BaseModel)
        except BaseException as error:
            answers[model_id] = {"error": f"{type(error).__name__}: {error}"[:500]}
    after = (
        dict(os.environ),
        list(sys.path),
        os.getcwd(),
        sys.getrecursionlimit(),
        dict(vars(sys.modules["builtins"])),
    )
    answers[""] = {"effects": watch.seen, "same": before == after}
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
