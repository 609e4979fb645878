"""One batch of hostile endpoints through the whole program: captured, linted, compared, generated, imported.

What becomes of a case: "refused" with a clear problem, or "generated" with all that was promised of it.
Anything else is a failure of ours.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Literal

from click.testing import CliRunner
from runcomfy_codegen.cli.app import main
from runcomfy_codegen.dialect.words import UNTRANSLATED, is_rule
from runcomfy_codegen.emit.guard import violations
from runcomfy_codegen.names.model_ids import check_model_id

from .hostile_routes import CARRIES, ROUTES, Route, html_of, page_text
from .hostile_schemas import Case, as_json
from .hostile_watch import nothing_else_is_touched

Outcome = Literal["refused", "generated"]
PACKAGE = "sdk"
_LAYOUTS = cycle(("text", "markdown", "json"))  # in turn: each compares everything anew
_EMPTY = b'{"type": "object", "properties": {}}'


@dataclass
class Verdict:
    """The outcome of the cases, by model id, and everything that is wrong.

    rules: of the errors that `generate` reports; slowest: seconds of CPU of the command that took longest.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    rules: list[str] = field(default_factory=list[str])
    failures: list[str] = field(default_factory=list[str])
    slowest: float = 0.0


def judge(cases: Iterable[Case], root: Path, routes: Sequence[Route] = ROUTES) -> Verdict:
    """Run the program on all cases at once. root: an empty folder."""
    batch = _Batch(root, {case.model_id: case for case in cases})
    with nothing_else_is_touched(root, batch.verdict.failures):
        batch.capture(routes)
        batch.read()
        batch.diff()
        batch.generate()
    batch.compare(_imported(batch.out))
    return batch.verdict


class _Batch:
    def __init__(self, root: Path, cases: dict[str, Case]) -> None:
        self.cases, self.verdict = cases, Verdict()
        self.schemas, self.out, self.pages = (
            root / "deep" / name for name in ("schemas", "out", "pages")
        )
        for folder in (self.schemas, self.pages):
            folder.mkdir(parents=True)
        self.said = ""
        self.carried: list[str] = []

    def run(self, *arguments: str | Path) -> str:
        """Run a command and return its data. Whatever it says must be fit for a terminal."""
        where = ["--schemas", str(self.schemas)]
        if arguments[0] in ("generate", "demo", "site"):
            where += ["--out", str(self.out), "--package", PACKAGE]
        started = time.process_time()
        result = CliRunner().invoke(main, [*map(str, arguments), *where])
        self.verdict.slowest = max(self.verdict.slowest, time.process_time() - started)
        label = " ".join(map(str, arguments[:3]))
        if result.exception and not isinstance(result.exception, SystemExit):
            self.fail(label, f"{type(result.exception).__name__}: {result.exception!s:.300}")
        elif result.exit_code not in (0, 1, 2):
            self.fail(label, f"exit code {result.exit_code}")
        for stream in (result.stdout, result.stderr):
            if odd := invisible(stream):
                self.fail(label, f"shows {odd}")
        self.said += result.stderr
        return result.stdout

    def fail(self, where: str, what: str) -> None:
        self.verdict.failures.append(f"{where!a}: {what!a}")

    def capture(self, routes: Sequence[Route]) -> None:
        """Each case by the first of its routes that can carry it, in turn."""
        chosen: dict[Route, list[Case]] = {route: [] for route in ROUTES}
        for number, case in enumerate(self.cases.values()):
            for offset in range(len(routes)):
                route = routes[(number + offset) % len(routes)]
                if CARRIES[route](case):
                    chosen[route].append(case)
                    self.carried.append(case.model_id)
                    break
        if listed := chosen["catalogue"]:
            self._sync(listed)
        if saved := {
            self._page(case, at): case for at, case in enumerate(chosen["page"] + chosen["html"])
        }:
            self._add(saved, set(map(id, chosen["html"])))
        for case in chosen["folder"]:
            if case.model_id.count("/") and self._is_there(case):
                continue
            folder = self.schemas / case.model_id
            folder.mkdir(parents=True, exist_ok=True)
            parts = {
                "endpoint": {**case.info, "model_id": case.model_id},
                "input": case.input,
                "output": case.output,
                "overlay": case.overlay,
            }
            for name, value in parts.items():
                if value is not None:
                    (folder / f"{name}.json").write_text(
                        as_json(value, plain=len(case.model_id) % 2 == 0), "utf-8"
                    )

    def _page(self, case: Case, at: int) -> Path:
        return self.pages / f"{at}.txt"

    def _is_there(self, case: Case) -> bool:
        return (self.schemas / case.model_id / "input.json").exists()

    def _sync(self, cases: list[Case]) -> None:
        entries = [
            {**case.info, "model_id": case.model_id, "input_schema": case.input} for case in cases
        ]
        saved = self.pages / "catalogue.json"
        saved.write_text(as_json({"models": entries, "total": len(entries)}), "utf-8")
        self.run("sync", "--from", saved)
        for at, case in enumerate(cases):
            named = f"/models/{at}/" in self.said or _words(
                f"/schemas/{case.model_id}: error"
            ) in _words(self.said)
            self._captured(case, named)

    def _add(self, saved: dict[Path, Case], as_html: set[int]) -> None:
        for path, case in saved.items():
            text = page_text(case)
            path.write_text(html_of(text) if id(case) in as_html else text, "utf-8")
        self.run("add", *saved)
        for path, case in saved.items():
            self._captured(case, f"{path.as_posix()}:" in self.said)

    def _captured(self, case: Case, named: bool) -> None:
        """Either it is there as it was published, or a problem says why not."""
        if check_model_id(case.model_id) is not None or not self._is_there(case):
            self.verdict.outcomes[case.model_id] = "refused"
            if not named:
                self.fail(case.model_id, "was not captured, and no problem says why")
            return
        found = json.loads((self.schemas / case.model_id / "input.json").read_text("utf-8"))
        if _text(found) != _text(json.loads(as_json(case.input))):
            self.fail(case.model_id, "input.json is not what was published")

    def read(self) -> None:
        for layout in ("text", "json", "github"):
            found = self.run("lint", "--format", layout)
            if layout == "json" and found:
                json.loads(found)
            if layout == "github" and (
                odd := [line for line in found.splitlines() if not line.startswith("::")]
            ):
                self.fail("lint --format github", f"a line that is no command: {odd[0]}")

    def diff(self) -> None:
        """Against the same endpoints, each with the schema of another one."""
        older = self.pages / "older"
        shutil.copytree(self.schemas, older)
        files = sorted(older.rglob("input.json"))
        published = [file.read_bytes() for file in files]
        for file, content in zip(files, [_EMPTY, *published], strict=False):
            file.write_bytes(content)
        layout = next(_LAYOUTS)
        found = self.run("diff", older, "--format", layout)
        if layout == "json" and found:
            json.loads(found)

    def generate(self) -> None:
        self.said = ""
        self.run("generate", "--jobs", "1")
        said = self.said
        if "this is a bug in the generator" in said:
            at = said.index("this is a bug in the generator")
            self.fail("generate", said[max(0, at - 400) : at])
        self.verdict.rules = re.findall(r": error: .*\[([a-z0-9-]+)\]$", said, re.MULTILINE)
        self.made = (
            set(json.loads(text))
            if (text := _read(self.out / PACKAGE / "_endpoints.json"))
            else set[str]()
        )
        said_words = _words(said)
        for model_id in self.carried:
            if model_id in self.verdict.outcomes:
                continue
            self.verdict.outcomes[model_id] = "generated" if model_id in self.made else "refused"
            if model_id not in self.made and _words(f"/schemas/{model_id}") not in said_words:
                self.fail(model_id, "was not generated, and no problem says why")
        if strange := self.made - self.cases.keys():
            self.fail("generate", f"endpoints out of nowhere: {strange}")
        if self.made and self.run("generate", "--check", "--jobs", "1"):
            self.fail("generate --check", "the output is stale at once")

    def compare(self, answers: dict[str, Any]) -> None:
        """Return what the classes say against what was published."""
        rest = answers.pop("", {"effects": [], "same": True})
        for effect in rest["effects"]:
            self.fail("import", effect)
        if not rest["same"]:
            self.fail("import", "the interpreter is not as it was")
        if "client" in answers and "error" in answers["client"]:
            self.fail("client.py", answers["client"]["error"])
        for path in (self.out / PACKAGE).rglob("*.py"):
            text = path.read_text("utf-8")
            if (self.out / PACKAGE / "models") in path.parents and (
                odd := violations(text, PACKAGE) or invisible(text)
            ):
                self.fail(str(path), str(odd))
        for path in self.out.glob("*.*"):
            if path.suffix != ".json" and (odd := invisible(path.read_text("utf-8"))):
                self.fail(path.name, str(odd))
        for model_id in self.made & self.cases.keys():
            for wrong in differences(
                self._published(model_id), answers.get(model_id, {"error": "it is not in the SDK"})
            ):
                self.fail(model_id, wrong)

    def _published(self, model_id: str) -> Case:
        """Return the text as it lies in schemas/."""
        folder = self.schemas / model_id
        input_, output = (
            json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("input", "output")
        )
        return Case(model_id, input_, output, overlay=(folder / "overlay.json").exists() or None)


def differences(case: Case, told: dict[str, Any]) -> Iterator[str]:
    """Return how the imported classes differ from the schema."""
    if "error" in told:
        yield told["error"]
        return
    if told["model_id"] != case.model_id:
        yield f"model_id is {told['model_id']!r}"
    for name, published in (("input_schema", case.input), ("output_schema", case.output)):
        if _text(told[name]) != _text(published):
            yield f"{name} is not as published"
    for text in told["docs"]:
        if odd := invisible(text):
            yield f"a docstring shows {odd}"
    if case.overlay is not None:
        return  # what it corrects is not what is published
    properties: dict[str, Any] = case.input["properties"]
    if told["fields"].keys() != properties.keys():
        yield f"wire names are {sorted(told['fields'])}, published are {sorted(properties)}"
        return
    keys = [sorted(each) for each in _objects([case.input, case.output])]
    for names in (*told["classes"], told["output"]):
        if names and names not in keys and names != ["image", "images", "video", "videos"]:
            yield f"a class with the wire names {names}, which no schema has"
    required = {name for name in case.input.get("required", ()) if name in properties}
    doc = _words(told["doc"])
    for wire, schema in properties.items():
        property_: dict[str, Any] = schema if isinstance(schema, dict) else {}  # true, or false
        found = told["fields"][wire]
        if found["required"] != (wire in required):
            yield f"{wire!r} is {'' if found['required'] else 'not '}required"
        # Only the one value of a `const` can be right, whatever the choices are.
        choices = [property_["const"]] if "const" in property_ else property_.get("enum")
        expected = (
            [each for each in choices if each is not None] if isinstance(choices, list) else None
        )
        if expected is not None and _distinct(found["choices"]) != _distinct(expected):
            yield f"choices of {wire!r} are {found['choices']}, published are {expected}"
        entries = property_.get("validations")
        rules = [
            [each["validation_rule"], each["validation_value"]]
            for each in (entries if isinstance(entries, list) else ())
            if is_rule(each)
        ]
        if [each[:2] for each in told["rules"].get(wire, [])] != rules:
            yield f"rules of {wire!r} are {told['rules'].get(wire)}"
        described = property_.get("description")
        if (
            isinstance(described, str)
            and not UNTRANSLATED.fullmatch(described.strip())
            and _words(described) not in doc
        ):
            yield f"{wire!r} is not described as {described!r}"


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every `properties` at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict):
            yield value["properties"]
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def _distinct(values: Iterable[Any]) -> set[tuple[str, Any]]:
    whole = (
        int(each) if isinstance(each, float) and each.is_integer() else each for each in values
    )
    return {(type(each).__name__, each) for each in whole}


def _words(text: str) -> str:
    """Return the text as it was, on one line: what is shown as <U+202E> is U+202E again."""
    original = re.sub(r"<U\+([0-9A-F]{4,6})>", lambda match: chr(int(match[1], 16)), text)
    return " ".join(re.sub("[\u180e\u3164]", " ", original).split())


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


# The line end, and signs around Arabic, Syriac and Kaithi numbers: format characters that are seen.
_SEEN = {
    *"\n\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
}


def invisible(text: str) -> str:
    """Characters that a terminal obeys or a reader does not see."""
    odd = {char for char in set(text) if char > "~" or char < " "} - _SEEN
    odd = {char for char in odd if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    return ", ".join(f"U+{ord(char):04X}" for char in sorted(odd))


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _imported(out: Path) -> dict[str, Any]:
    if not (out / PACKAGE).exists():
        return {}
    script = Path(__file__).with_name("hostile_import.py")
    done = subprocess.run(
        [sys.executable, "-I", "-B", str(script), str(out), PACKAGE],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {
            "": {
                "effects": [f"the interpreter ended with {done.returncode}: {done.stderr[-1500:]}"],
                "same": True,
            }
        }
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers
