"""The tests of the SDK with the lowest and the newest versions that we claim to support, on every Python.

    python -m tests.e2e.matrix [3.11 3.13 ...]

Environments are kept under .venv/matrix. Also audits the pinned requirements, where the data is reachable.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tests.proof.table import Row, table

from . import frozen, same_bytes
from .pythons import VERSIONS, environment, interpreter

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".venv" / "matrix"
REQUIREMENTS = ROOT / ".ci" / "requirements.txt"
TESTS = ("runtime", "sdk", "contract")

_RANGE = re.compile(r'"(?P<name>[a-z0-9-]+)(?:\[[a-z,]+\])?>=(?P<lowest>[0-9.]+)[^"]*"')
_NAME = re.compile(r"[a-z0-9-]+")
# What these tests do without: they run neither the checkers nor the website.
_NOT_NEEDED = frozenset(
    {
        *("ruff", "mypy", "pyright", "ty", "pyrefly", "deptry", "codespell", "pytest-cov"),
        *("mkdocs-material", "playwright", "pyinstaller", "openapi-spec-validator"),
    }
)
# Frameworks that agents use need newer versions of what the SDK needs; no test imports them there.
_FRAMEWORKS = frozenset({"mcp", "fastmcp", "pydantic-ai-slim", "langchain-core"})
_DONE = re.compile(r"(\d+) passed")


def ranges() -> dict[str, str]:
    """Lowest versions by name: what the generator and the SDK, with its extras, need at run time."""
    generator = (ROOT / "pyproject.toml").read_text("utf-8").partition("dev = [")[0]
    sdk = (ROOT / "generated" / "pyproject.toml").read_text("utf-8").partition("[project]")[2]
    found: dict[str, str] = {}
    for match in _RANGE.finditer(generator + sdk):
        if match["name"] != "pytest":  # these tests need a newer one than the fixture does
            found[match["name"]] = match["lowest"]
    return found


def tools() -> list[str]:
    """List what the tests need beside the SDK: their tools, and what the generator pins."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = (need for need in settings["dependency-groups"]["dev"] if isinstance(need, str))
    wanted = [need for need in needed if _name_of(need) not in _NOT_NEEDED]
    return wanted + [need for need in settings["project"]["dependencies"] if "==" in need]


def _name_of(requirement: str) -> str:
    name: str = _NAME.findall(requirement)[0]
    return name


def main(versions: Sequence[str]) -> int:
    """versions: of Python; all that are known if empty. Returns 1 if anything failed."""
    chosen = versions or VERSIONS
    # The lowest versions on the oldest Python: on the others, some of them cannot be installed at all.
    rows = [_tested(VERSIONS[0], low=True)] if VERSIONS[0] in chosen else []
    rows += [_tested(version, low=False) for version in chosen]
    rows += [_generated(version) for version in chosen]
    rows.append(frozen.row())
    rows.append(_audited())
    print(table(rows))
    return int(any(row.failures for row in rows))


def _tested(version: str, *, low: bool) -> Row:
    name = f"Python {version}, {'lowest' if low else 'newest'}"
    if not (python := interpreter(version)):
        return Row(name, "tests of the SDK", 0, (), "skipped: it is not on this machine")
    print(f"{name} ...", file=sys.stderr, flush=True)
    lowest, wanted = ranges(), tools()
    if low:
        lowest = {name: bound for name, bound in lowest.items() if name not in _FRAMEWORKS}
        wanted = [tool for tool in wanted if _name_of(tool) not in _FRAMEWORKS]
    pins = [f"{name}{'==' if low else '>='}{bound}" for name, bound in lowest.items()]
    try:
        scripts = environment(
            KEPT / f"{version}-{'lowest' if low else 'newest'}",
            python,
            hashlib.sha256(json.dumps([pins, wanted]).encode()).hexdigest(),
            ["--only-binary", ":all:", *pins, *wanted],
            ["--no-deps", "--no-build-isolation", "-e", ROOT],
        )
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.startswith("ERROR")]
        return Row(name, "tests of the SDK", 0, (" ".join(said)[:300] or "pip failed",))
    tests = [str(ROOT / "tests" / folder) for folder in TESTS]
    if low:
        tests.append(f"--ignore={ROOT / 'tests' / 'sdk' / 'tools'}")
    command: list[str | Path] = [
        scripts / "python",
        "-m",
        "pytest",
        "-n",
        "auto",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)
    passed = sum(map(int, _DONE.findall(done.stdout)))
    # Of the summary: what was logged by a failed test may begin like that, too.
    wrong = re.findall(r"^(?:FAILED|ERROR) tests/.*", done.stdout, re.MULTILINE)
    if done.returncode and not wrong:
        wrong = [f"pytest ended with {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}"]
    return Row(name, "tests of the SDK", passed, wrong, _versions(scripts))


def _generated(version: str) -> Row:
    name, tried = f"Python {version}, pinned tools", "the same bytes, and the demo"
    if not (python := interpreter(version)):
        return Row(name, tried, 0, (), "skipped: it is not on this machine")
    try:
        with tempfile.TemporaryDirectory() as folder:
            return Row(name, tried, 1, same_bytes.wrong(version, python, Path(folder).resolve()))
    except subprocess.CalledProcessError as error:
        return Row(name, tried, 1, (f"pip failed: {error.stderr[-300:]}",))


def _versions(scripts: Path) -> str:
    show = (
        "import httpx, pydantic; print(f'httpx {httpx.__version__}, pydantic {pydantic.VERSION}')"
    )
    return subprocess.run(
        [scripts / "python", "-c", show], capture_output=True, text=True, check=True
    ).stdout.strip()


def _audited() -> Row:
    """Known vulnerabilities of what is pinned, as pip-audit finds them."""
    pinned = re.findall(r"^([a-z0-9-]+==[^ ;]+)", REQUIREMENTS.read_text("utf-8"), re.MULTILINE)
    try:
        scripts = environment(KEPT / "audit", sys.executable, "pip-audit", ["pip-audit"])
        # Without its data it finds nothing either, so one package is asked about first.
        for asked in (pinned[:1], pinned):
            found = _audit(scripts, asked)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        reason = str(error).splitlines()[-1][:120]
        return Row("pip-audit", "pinned requirements", 0, (), f"skipped: {reason}")
    return Row("pip-audit", "pinned requirements", len(pinned), found)


def _audit(scripts: Path, pinned: Sequence[str]) -> list[str]:
    """Audit the requirements. Raises ValueError where its data cannot be reached."""
    listed = KEPT / "audited.txt"
    listed.write_text("\n".join(pinned), "utf-8")
    options: list[str | Path] = ["--no-deps", "--disable-pip", "--format", "json", "-r", listed]
    command: list[str | Path] = [scripts / "pip-audit", "--progress-spinner", "off", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise ValueError(f"its data is not reachable: {done.stderr.strip()[-80:]}")
    packages = json.loads(done.stdout)["dependencies"]
    for package in packages:
        if "skip_reason" in package:
            raise ValueError(f"its data is not reachable: {package['skip_reason']}")
    return [
        f"{package['name']} {package['version']}: {vulnerability['id']}"
        for package in packages
        for vulnerability in package["vulns"]
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
