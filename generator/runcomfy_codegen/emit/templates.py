"""Render the templates. They are compiled once and kept, as compiling takes longer than rendering."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..text.markdown import code, fenced, prose
from ..text.untrusted import docstring, literal
from .layout import choice, demand_call, handed_on, imported_from, table
from .toolchain import TEMPLATES, tool_versions

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.bccache import Bucket, FileSystemBytecodeCache

_FILTERS: dict[str, Callable[..., str]] = {
    "choice": choice,
    "demand": demand_call,
    "handed_on": handed_on,
    "literal": literal,
    "docstring": docstring,
    "imported_from": imported_from,
    "table": table,
    "prose": prose,
    "code": code,
    "fenced": fenced,
}


@functools.cache
def environment() -> Environment:
    """Return a strict Jinja environment.

    An unknown name is an error. Published text is `Untrusted`, which only the filters can print.
    """
    # Imported here: a run with nothing to do does not need it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        bytecode_cache=_bytecode_cache(),
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
    """Render a template of `templates/`."""
    return environment().get_template(template).render(context)


def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Return the folder of compiled templates.

    None where Python keeps no bytecode either (PYTHONDONTWRITEBYTECODE, a read-only folder).
    """
    from jinja2.bccache import FileSystemBytecodeCache

    if sys.dont_write_bytecode:
        return None
    folder = TEMPLATES / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None

    class Compiled(FileSystemBytecodeCache):
        def get_source_checksum(self, source: str) -> str:
            """Include the generator's code: options and filters of the environment shape the result."""
            return super().get_source_checksum(source + tool_versions()["generator"])

        def dump_bytecode(self, bucket: Bucket) -> None:
            """Write nothing where the folder is read-only: then templates are compiled each time."""
            with suppress(OSError):
                super().dump_bytecode(bucket)

    return Compiled(str(folder), pattern=f"%s.{sys.implementation.cache_tag}.pyc")
