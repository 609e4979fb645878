"""Run Python examples, several at a time, each in a folder of its own: JSON on stdin, JSON on stdout.

Starting Python and loading the SDK takes longer than most examples, so they share processes.

The argument is the package of the SDK, by default `runcomfy`.
Input: a list of [folder, code]. Output: for each the traceback, empty if there is none, and what it printed.
"""

from __future__ import annotations

import io
import json
import logging
import os
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import pytest

PACKAGE = sys.argv[1] if len(sys.argv) > 1 else "runcomfy"
_QUIET = ("-p", "no:cacheprovider")


def run_block(block: tuple[str, str]) -> tuple[str, str]:
    """Run one example: with pytest if it has tests, else as a script."""
    folder, code = block
    os.chdir(folder)
    printed = io.StringIO()
    failure = ""
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            if "\ndef test_" in code:
                _run_tests(Path(folder, "test_example.py"), code)
            else:
                exec(
                    compile(code, "<example>", "exec", dont_inherit=True), {"__name__": "__main__"}
                )
        except Exception:
            failure = traceback.format_exc(limit=-3)
    logging.getLogger().handlers.clear()
    return failure, printed.getvalue()


def _run_tests(file: Path, code: str) -> None:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = (
        "1"  # loading those of this project takes seconds
    )
    file.write_text(code, "utf-8")
    plugin = f"{PACKAGE}._plugins.pytest_fixtures"  # as an installed SDK registers it
    code_of_pytest = pytest.main(
        ["-q", "--import-mode=importlib", "-p", plugin, *_QUIET, str(file)]
    )
    assert code_of_pytest == 0, f"pytest ended with {code_of_pytest}"


if __name__ == "__main__":
    import_module(f"{PACKAGE}.client")
    import_module(f"{PACKAGE}.testing")
    with ProcessPoolExecutor(4, get_context("fork")) as pool:
        results = list(pool.map(run_block, json.load(sys.stdin)))
    json.dump(results, sys.stdout)
