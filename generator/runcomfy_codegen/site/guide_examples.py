"""Rewrite the examples of the guides for an SDK that does not have the model that they call."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from ..build.reading import Reading
from ..ir.values import body_of
from ..reference.readme_example import plain_call, simplicity
from ..runtime._base.json_values import is_array, is_object, map_texts
from ..runtime._schemas.media_kinds import KINDS
from ..text.untrusted import literal

SHOWN = "openai/gpt-image-2/edit"
"""The model that the guides call."""
_CALLED = "client.openai.gpt_image_2.edit"
_CLASS = "GptImage2Edit"
_PLAIN_NAMES = {"Path", "number"}  # what a value that can be replaced may refer to
_FIELDS = {"prompt", "images", "resolution", "aspect_ratio", "quality", "output_format"}
_OPTIONS = {"extra_body"}
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_REST = re.compile(r"gpt.image.2", re.IGNORECASE)
_TYPESCRIPT_BODY = re.compile(r"(?<=body: )\{ prompt: [^}]*\}")
_LEFT_OUT = "*(The example is left out: no model of this SDK fits.)*\n"
_FILES = {kind.sample_url: kind.readme_file for kind in KINDS.values()}


class GuideModel(NamedTuple):
    """The model that the examples call instead.

    Attributes:
        model_id: Its id.
        path: Its attribute path.
        prefix: What the names of its classes begin with.
        names: Wire name -> Python name of each parameter.
        body: The smallest request, with URLs as media.
        command: The same on the command line, with files as media.
    """

    model_id: str
    path: str
    prefix: str
    names: Mapping[str, str]
    body: Mapping[str, Any]
    command: str

    @property
    def takes_pictures(self) -> bool:
        """Whether the request holds a picture."""
        return KINDS["image"].sample_url in self.json()

    def arguments(self, files: bool) -> str:
        """Return the arguments of a call in Python, with media as paths or as URLs."""
        return ", ".join(
            f"{self.names[wire]}={_python(value, files)}" for wire, value in self.body.items()
        )

    def json(self, medium: Callable[[str], Any] | None = None) -> str:
        """Return the request as JSON. `medium` makes the value of a file's name; without it, media are URLs."""
        if medium is None:
            return json.dumps(self.body)
        return json.dumps(
            map_texts(self.body, lambda text: medium(_FILES[text]) if text in _FILES else text)
        )


class _CannotRewriteError(Exception):
    """An example says more than another model can say."""


def guide_models(readings: Iterable[Reading]) -> tuple[GuideModel, GuideModel] | None:
    """Return the model of most guides, and that of the guide to media.

    None if the SDK has the model that the guides call, or none that can take its place.
    """
    by_simplicity = sorted(readings, key=lambda reading: simplicity(reading.facts))
    if any(reading.source.model_id == SHOWN for reading in by_simplicity):
        return None
    models = [model for model in map(_guide_model, by_simplicity) if model]
    if not models:
        return None
    with_pictures = [model for model in models if model.takes_pictures]
    return models[0], (with_pictures or models)[0]


def _guide_model(reading: Reading) -> GuideModel | None:
    request, name = reading.input.cls, reading.name
    example = plain_call(reading.source.model_id, name.attribute_path, request)
    if example is None or not example.command or "'" in example.command:
        return None
    return GuideModel(
        reading.source.model_id,
        name.attribute_path,
        name.class_prefix,
        {field.wire: field.name for field in request.fields},
        body_of(request, reading.input.nested),
        example.command,
    )


def rewritten(text: str, model: GuideModel) -> str:
    """Return a guide whose examples call another model; those that cannot are left out."""

    def block(match: re.Match[str]) -> str:
        if not (_REST.search(match[2]) or "openai/*" in match[2]):
            return match[0]
        try:
            code = _REWRITERS[match[1]](match[2], model)
        except _CannotRewriteError:
            return _LEFT_OUT
        return _LEFT_OUT if _REST.search(code) else f"```{match[1]}\n{code}```\n"

    return _BLOCK.sub(block, text)


def _in_shell(code: str, model: GuideModel) -> str:
    code = code.replace(f'{SHOWN} --prompt "a dog" --images saw.png', model.command)
    start = code.find('{"prompt"')
    while start >= 0:
        _, length = json.JSONDecoder().raw_decode(code[start:])
        files = '"$file"' in code[start : start + length]
        body = model.json(lambda file: {"$file": file}) if files else model.json()
        if "'" in body:
            raise _CannotRewriteError
        code = code[:start] + body + code[start + length :]
        start = code.find('{"prompt"', start + len(body))
    return _in_text(code, model)


def _in_typescript(code: str, model: GuideModel) -> str:
    return _in_text(_TYPESCRIPT_BODY.sub(lambda _: model.json(), code), model)


def _in_text(code: str, model: GuideModel) -> str:
    return code.replace(SHOWN, model.model_id).replace("openai/*", model.model_id)


def _in_python(code: str, model: GuideModel) -> str:
    starts = [0]
    for line in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def place(node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        return start, starts[node.end_lineno - 1] + node.end_col_offset

    edits = [(*place(node), new) for node, new in _edits(ast.parse(code), code, model)]
    for start, end, new in sorted(edits, reverse=True):
        code = code[:start] + new + code[end:]
    return _with_imports(code)


def _edits(
    node: ast.AST, code: str, model: GuideModel
) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Yield the outermost nodes to replace, with their new text."""
    if isinstance(node, ast.JoinedStr):
        return  # Python 3.11 gives no places inside of it
    if isinstance(node, (ast.expr, ast.stmt)):
        new = _replacement(node, code, model)
        if new is not None:
            yield node, new
            return
    for child in ast.iter_child_nodes(node):
        yield from _edits(child, code, model)


def _replacement(node: ast.expr | ast.stmt, code: str, model: GuideModel) -> str | None:
    """Return the new text of a node; None if it stays, or only parts of it change."""
    if isinstance(node, ast.Assign) and ast.unparse(node.value) == _CALLED:
        raise _CannotRewriteError  # calls by another name
    if isinstance(node, ast.Call):
        return _call(node, code, model)
    if isinstance(node, ast.Dict):
        keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
        return _dict(node, model) if keys and keys <= _FIELDS else None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _constant(node.value, model)
    if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(_CALLED[7:]):
        package = (node.module or "").partition(".")[0]
        return f"from {package}.models.{model.path} import {model.prefix}Request"
    return f"client.{model.path}" if ast.unparse(node) == _CALLED else None


def _call(node: ast.Call, code: str, model: GuideModel) -> str | None:
    callee = ast.unparse(node.func)
    if callee == f"{_CLASS}Request":
        callee = f"{model.prefix}Request"
    elif callee in (f"{_CALLED}.submit", f"{_CALLED}.run"):
        callee = f"client.{model.path}.{callee.rpartition('.')[2]}"
    else:
        return None
    names = [keyword.arg for keyword in node.keywords]
    if None in names:  # **request["input"]
        return None
    texts = {keyword.arg: ast.get_source_segment(code, keyword) or "" for keyword in node.keywords}
    wrong = [text for name, text in texts.items() if name not in _FIELDS | _OPTIONS]
    if wrong:  # an example of a mistake
        return f"{callee}({', '.join(wrong)})"
    fields = [keyword.value for keyword in node.keywords if keyword.arg in _FIELDS]
    options = [text for name, text in texts.items() if name in _OPTIONS]
    arguments = model.arguments(_names_files(fields))
    return f"{callee}({', '.join([arguments, *options] if arguments else options)})"


def _dict(node: ast.Dict, model: GuideModel) -> str:
    files = _names_files(node.values)
    items = [f"{literal(wire)}: {_python(value, files)}" for wire, value in model.body.items()]
    return f"{{{', '.join(items)}}}"


def _names_files(values: Iterable[ast.expr]) -> bool:
    """Tell whether media are given as paths. Raises if a value says more than that."""
    nodes = chain.from_iterable(map(ast.walk, values))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    if not names <= _PLAIN_NAMES:
        raise _CannotRewriteError
    return "Path" in names


def _constant(text: str, model: GuideModel) -> str | None:
    words = {
        SHOWN: model.model_id,
        "openai/*": model.model_id,
        "openai_gpt_image_2_edit": model.path.replace(".", "_"),
        f"submit{_CLASS}": f"submit{model.prefix}",
    }
    if text in words:
        return literal(words[text])
    if text.startswith('{"prompt"'):
        return literal(model.json(str))
    return None


def _python(value: Any, files: bool) -> str:
    """Return a JSON value as Python text; with files, the paths of media."""
    if files and isinstance(value, str) and value in _FILES:
        return f'Path("{_FILES[value]}")'
    if is_array(value):
        return f"[{', '.join(_python(item, files) for item in value)}]"
    if is_object(value):
        items = (f"{literal(name)}: {_python(item, files)}" for name, item in value.items())
        return f"{{{', '.join(items)}}}"
    return literal(value)


def _with_imports(code: str) -> str:
    """Import Path if it is used, and only then."""
    line = "from pathlib import Path\n"
    if line in code and not re.search(r"\bPath\b", code.replace(line, "")):
        return code.replace(line, "").lstrip("\n")
    if line in code or "Path(" not in code:
        return code
    head, separator, rest = code.partition("\n\n")
    module = re.match(r"(?:import|from) (\w+)", code)
    if module and module[1] in sys.stdlib_module_names:
        return f"{head}\n{line.rstrip()}{separator}{rest}"
    return f"{line}\n{code}"


_REWRITERS: Mapping[str, Callable[[str, GuideModel], str]] = {
    "python": _in_python,
    "sh": _in_shell,
    "typescript": _in_typescript,
    "json": _in_text,
}
