"""Run a type checker over code that uses an SDK."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..text.json_types import is_array, is_object

CHECKERS = ("ty", "pyrefly", "pyright", "mypy")
"""In the order in which they are preferred: the first two are the fastest."""


class CheckerError(Exception):
    """A type checker that is missing, or whose answer cannot be read."""


class TypeProblem(NamedTuple):
    """An error that a type checker reports.

    Attributes:
        file: The path of the file, relative to the code.
        line: The line, from 1.
        column: The column, from 1.
        rule: What the checker calls this kind of error.
        message: What it says, on one line.
    """

    file: str
    line: int
    column: int
    rule: str
    message: str


class Check(NamedTuple):
    """One run of a checker.

    Attributes:
        program: The path of the checker.
        code: The folder of the code, in which the checker runs.
        files: The files to check, relative to it.
        sdk: The folder that holds the package of the SDK.
        python: The interpreter whose packages the code uses.
    """

    program: str
    code: Path
    files: Sequence[str]
    sdk: Path
    python: str


def find_checker(name: str = "") -> tuple[str, str]:
    """Return the name and the path of a type checker.

    Args:
        name: The checker that is wanted; empty for the first one that is installed.

    Raises:
        CheckerError: If it is not installed.
    """
    places = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ.get('PATH', '')}"
    for checker in (name,) if name else CHECKERS:
        if program := shutil.which(checker, path=places):
            return checker, program
    wanted = name or ", ".join(CHECKERS[:-1]) + f" or {CHECKERS[-1]}"
    raise CheckerError(f"a type checker must be installed: {wanted}; got none\npip install ty")


def type_problems(checker: str, check: Check) -> frozenset[TypeProblem]:
    """Return the errors that a checker reports in the code.

    Raises:
        CheckerError: If its answer cannot be read.
    """
    run, read = _RUNS[checker]
    with_config = {**os.environ, "MYPYPATH": str(check.sdk), "PYTHONUTF8": "1"}
    done = subprocess.run(  # noqa: S603 - no shell
        [check.program, *run(check)],
        cwd=check.code,
        env=with_config,
        capture_output=True,
        check=False,
    )
    output = done.stdout.decode(errors="replace")
    try:
        problems = [_placed(problem, check.code) for problem in read(output)]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        errors = " ".join(done.stderr.decode(errors="replace").split()) or output
        raise CheckerError(f"{checker}: must report errors as JSON; got {errors:.300}") from error
    return frozenset(problem for problem in problems if problem.file in check.files)


def _placed(problem: TypeProblem, code: Path) -> TypeProblem:
    """Return a problem whose file is relative to the code."""
    file = os.path.relpath(code.resolve() / problem.file, code.resolve())
    return problem._replace(file=file)


def _ty(check: Check) -> list[str]:
    options = ["--extra-search-path", str(check.sdk), "--python", check.python]
    return ["check", *options, "--output-format", "gitlab", "--exit-zero", *check.files]


def _pyrefly(check: Check) -> list[str]:
    options = ["--search-path", str(check.sdk), "--python-interpreter-path", check.python]
    return ["check", "--preset", "default", *options, "--output-format", "json", *check.files]


def _pyright(check: Check) -> list[str]:
    # Relative to the settings: pyright ignores other paths.
    files = [os.path.relpath(check.code.resolve() / file, check.sdk) for file in check.files]
    config = {"include": files, "exclude": [], "extraPaths": ["."], "reportDeprecated": False}
    (check.sdk / "pyrightconfig.json").write_text(json.dumps(config), "utf-8")
    return ["-p", str(check.sdk), "--pythonpath", check.python, "--outputjson"]


def _mypy(check: Check) -> list[str]:
    options = ["--output", "json", "--no-error-summary", "--cache-dir", os.devnull]
    python = ["--python-executable", check.python, "--explicit-package-bases"]
    return [*options, *python, *check.files]


def _from_ty(output: str) -> Iterator[TypeProblem]:
    for problem in _list(json.loads(output)):
        place = problem["location"]
        begin = place["positions"]["begin"]
        rule = problem["check_name"]
        message = str(problem["description"]).removeprefix(f"{rule}: ")
        if problem["severity"] in ("major", "critical", "blocker"):
            yield _problem(place["path"], begin["line"], begin["column"], rule, message)


def _from_pyrefly(output: str) -> Iterator[TypeProblem]:
    for problem in _list(json.loads(output)["errors"]):
        if problem["severity"] == "error":
            place = problem["path"], problem["line"], problem["column"]
            yield _problem(*place, problem["name"], problem["description"])


def _from_pyright(output: str) -> Iterator[TypeProblem]:
    for problem in _list(json.loads(output)["generalDiagnostics"]):
        if problem["severity"] == "error":
            start = problem["range"]["start"]
            place = problem["file"], start["line"] + 1, start["character"] + 1
            yield _problem(*place, problem.get("rule", ""), problem["message"])


def _from_mypy(output: str) -> Iterator[TypeProblem]:
    for line in output.splitlines():
        problem = json.loads(line)
        if problem["severity"] == "error":
            place = problem["file"], problem["line"], problem["column"] + 1
            yield _problem(*place, problem["code"] or "", problem["message"])


def _problem(file: str, line: int, column: int, rule: str, message: str) -> TypeProblem:
    return TypeProblem(file, line, column, rule, " ".join(message.split()))


def _list(value: object) -> Sequence[Any]:
    if not is_array(value) or not all(map(is_object, value)):
        raise TypeError("expected a list of objects")
    return value


_RUNS: Mapping[str, tuple[Callable[[Check], list[str]], Callable[[str], Iterator[TypeProblem]]]] = {
    "ty": (_ty, _from_ty),
    "pyrefly": (_pyrefly, _from_pyrefly),
    "pyright": (_pyright, _from_pyright),
    "mypy": (_mypy, _from_mypy),
}


def python_of(code: Path) -> str:
    """Return the interpreter of the code's own environment; else the one that runs this."""
    for folder in (code / ".venv", Path(os.environ.get("VIRTUAL_ENV") or sys.prefix)):
        for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe"):
            if path.is_file():
                return str(path.absolute())
    return sys.executable
