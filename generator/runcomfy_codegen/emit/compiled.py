"""Templates compiled once, and kept beside them as Python keeps its modules: compiling takes longer than rendering."""

from __future__ import annotations

import sys
from contextlib import suppress

from jinja2.bccache import Bucket, FileSystemBytecodeCache

from .toolchain import TEMPLATES, tool_versions

_FOLDER = TEMPLATES / "__pycache__"


class _Kept(FileSystemBytecodeCache):
    def get_source_checksum(self, source: str) -> str:
        """With the generator's own code: the environment's options and filters shape what is compiled."""
        return super().get_source_checksum(source + tool_versions()["generator"])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Nothing where the folder cannot be written to: then they are compiled each time."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def bytecode_cache() -> FileSystemBytecodeCache | None:
    """None where Python keeps no bytecode either (PYTHONDONTWRITEBYTECODE, a folder for reading only)."""
    if sys.dont_write_bytecode:
        return None
    try:
        _FOLDER.mkdir(exist_ok=True)
    except OSError:
        return None
    return _Kept(str(_FOLDER), pattern=f"%s.{sys.implementation.cache_tag}.pyc")
