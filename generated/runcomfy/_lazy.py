# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Names that are imported when they are first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from ._forks import NoFork


def lazy_exports(package: str, exports: Mapping[str, Sequence[str]]) -> None:
    """Give a package the names of its modules: module -> names; they load on first access."""
    homes = {name: module for module, names in exports.items() for name in names}
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
