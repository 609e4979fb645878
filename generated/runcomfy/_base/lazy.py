# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Names that are imported when they are first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from .forks import NoFork

# Pickles and scripts of version 0.1 name these modules; they work for one more minor version.
_MOVED = {
    "_effects": "_transport.effects",
    "_endpoint_info": "_endpoint.info",
    "_files.hosts": "_transport.hosts",
    "_mime": "media._mime",
    "_model": "_validation.base",
    "_options": "_api.options",
    "_pace": "_transport.retry",
    "_preflight": "media._preflight",
    "_protocol": "_api.protocol",
    "_registry": "_schemas.registry",
    "_result": "_api.result",
    "_untyped": "_client.untyped",
}


def lazy_exports(package: str, exports: Mapping[str, Sequence[str]]) -> None:
    """Give a package the names of its modules: module -> names; they load on first access."""
    homes: dict[str, str] = {}
    for module_name, names in exports.items():
        homes.update(dict.fromkeys(names, module_name))
    namespace = vars(sys.modules[package])

    def load(name: str) -> Any:
        if name not in homes:
            import difflib  # not for everybody who imports the package

            near = difflib.get_close_matches(name, homes, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise AttributeError(f"module {package!r} has no attribute {name!r}{hint}")
        with NoFork():
            module = import_module(f"{package}.{homes[name]}")
        namespace[name] = getattr(module, name)
        return namespace[name]

    namespace["__getattr__"] = load
    namespace["__dir__"] = lambda: sorted({*namespace, *homes})


def keep_moved_modules(package: str) -> None:
    """Let the former modules of an SDK lead to the ones that took their places."""
    for old, new in _MOVED.items():
        _leave_behind(f"{package}.{old}", f"{package}.{new}")


def _leave_behind(old: str, new: str) -> None:
    """Let a former module lead to the one that took its place, which is imported when it is used."""

    def load(name: str) -> Any:
        if name.startswith("__"):  # whoever walks over `sys.modules` asks for `__file__`
            raise AttributeError(f"module {old!r} has no attribute {name!r}")
        return getattr(import_module(new), name)

    module = sys.modules.setdefault(old, ModuleType(old, f"Moved to {new}."))
    vars(module)["__getattr__"] = load


def renamed_module(module: str, now: str, old_prefix: str, new_prefix: str) -> None:
    """Let the former module of an endpoint lead to the one that it has now.

    Args:
        module: The former module, which is being imported.
        now: The module that took its place.
        old_prefix: What the former class names began with.
        new_prefix: What the class names begin with now.
    """
    import warnings

    # 3: whoever imports the former module. Python leaves out its own frames between the two.
    warnings.warn(f"{module} was renamed: import {now}", DeprecationWarning, stacklevel=3)

    def load(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        if name.startswith(old_prefix):
            name = new_prefix + name.removeprefix(old_prefix)
        return getattr(import_module(now), name)

    vars(sys.modules[module])["__getattr__"] = load


class LazyModule:
    """A module for annotations: it is imported when somebody evaluates them."""

    def __init__(self, name: str, package: str | None) -> None:
        self._name = name
        self._package = package

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name, self._package), attribute)
