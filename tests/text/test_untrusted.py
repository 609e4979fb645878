"""Published text in Python source: it stays text, and it arrives unchanged."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from jinja2 import UndefinedError
from runcomfy_codegen.emit.guard import violations
from runcomfy_codegen.emit.layout import format_module
from runcomfy_codegen.emit.templates import environment
from runcomfy_codegen.text.untrusted import Untrusted, docstring, literal, printable

from .._support.generator import errors, generated, module_of, source

HOSTILE = [
    '"', "'", '"""', "'''", '""""""', 'x"', '"x', "\\", "\\\\", "x\\", '\\"""', '"""\\', '\\"',
    '"""\nimport os\nos.system("x")\n"""', "\n", "\r\n", "\r", "a\n\n\nb", "\t", "\x00", "\x1b[31m",
    "\x0b\x0c\x1c\x1d\x1e\x85", "\u2028\u2029", "\u202e\u2066", "\u200b", "\ufeff", "\U000e0041",
    "{{ 7 * 7 }}", "{% raw %}", "{# #}", "{0} {x!r}", "%s %(x)s", "# coding: latin-1", "# type: ignore",
    "\\N{BULLET}", "\\x41\\u0041\\777", "${HOME}", "`id`", "é漢字🦊", "x" * 300, "word " * 60, " lead", "trail ",
    "    indented\n        more", "-" * 120 + ' """ ' + "-" * 120,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_literal_is_the_text(text: str) -> None:
    source_text = literal(Untrusted(text))
    assert ast.literal_eval(source_text) == text
    assert ast.literal_eval(format_module(f"x = {source_text}\n")[4:]) == text
    assert "\n" not in source_text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("indent", [0, 4, 8])
def test_a_docstring_is_a_docstring(text: str, indent: int) -> None:
    """One statement, whose words are the text's words, at any place in it."""
    for placed in (text, f"before {text}", f"{text} after", f"a\n{text}\nb"):
        body = f"{' ' * indent}{docstring(Untrusted(placed), indent)}\n"
        module = "".join(f"{' ' * depth}class X:\n" for depth in range(0, indent, 4)) + body
        formatted = format_module(module)
        tree = ast.parse(formatted)
        (statement,) = tree.body
        while isinstance(statement, ast.ClassDef):
            (statement,) = statement.body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Constant)
        assert str(statement.value.value).split() == printable(placed).split()
        assert format_module(formatted) == formatted


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_nothing_invisible_is_left(text: str) -> None:
    shown = docstring(text) + literal(text)
    assert all(char.isprintable() or char == "\n" for char in shown)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (-5, "-5"),
        (0.0625, "0.0625"),
        (1e300, "1e+300"),
        ("a", '"a"'),
        (("a",), '("a",)'),
        ((), "()"),
        (["a", 1], '["a", 1]'),
        ({"a": [None]}, '{"a": [None]}'),
    ],
)
def test_literals(value: Any, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1}, b"x", 1j])
def test_what_is_no_json_has_no_literal(value: Any) -> None:
    with pytest.raises(TypeError):
        literal(value)


@pytest.mark.parametrize(
    "template",
    ["{{ x }}", "{{ x ~ 'a' }}", "{{ 'a' ~ x }}", "{{ [x] | join }}", "{{ x | string }}", "{{ x | upper }}",
     "{{ x | e }}", "{{ '%s' | format(x) }}", "{{ x | trim }}", "{{ x | safe }}"],
)  # fmt: skip
def test_a_template_cannot_print_untrusted_text(template: str) -> None:
    with pytest.raises(TypeError, match="must pass through"):
        environment().from_string(template).render(x=Untrusted("text"))


def test_a_template_can_print_it_as_a_literal_or_a_docstring() -> None:
    template = environment().from_string("{{ x | literal }} {{ x | docstring }}")
    assert template.render(x=Untrusted('"')) == "'\"' " + '"""\\" """'


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ y }}").render()


def test_hostile_text_everywhere_in_an_endpoint() -> None:
    """In names, titles, descriptions, defaults, choices, rules, titles and the example."""
    properties: dict[str, Any] = {
        f"{index} {text}": {
            "type": "array" if index % 3 == 0 else "string",
            "items": {"type": "string", "enum": [text, "plain"]},
            "title": text,
            "description": text,
            "default": text,
            "enum": [text, f"{text}{text}", "plain"],
            "format": "image_uri" if index % 2 else text,
            "validations": [
                {"validation_rule": text, "validation_value": 1, "validation_error": text}
            ],
        }
        for index, text in enumerate(HOSTILE)
    }
    properties["nested"] = {
        "type": "object",
        "properties": {t: {"description": t} for t in HOSTILE},
    }
    output = {
        "type": "object",
        "properties": {t: {"type": "string", "description": t} for t in HOSTILE},
    }
    published = source(
        "acme/it's {{ x }} # %s", properties, output=output, display_name='"""\n' + HOSTILE[13],
        example=dict.fromkeys(properties, '"""'),
    )  # fmt: skip
    generation = generated(published)
    assert not errors(generation)
    module = module_of(generation, published.model_id)
    assert not violations(module, "runcomfy")
    tree = ast.parse(module)
    constants = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert constants | {"nested"} >= {*HOSTILE, *properties, published.model_id}
    assert not any(isinstance(node, ast.Name) and node.id == "os" for node in ast.walk(tree))
    for path, text in generation.items():
        if path.endswith(".py"):
            compile(text, path, "exec", dont_inherit=True)
