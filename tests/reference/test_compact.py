"""The pages for language models: short, linked, and safe from what a vendor wrote."""

from __future__ import annotations

import posixpath
import re
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from runcomfy_codegen.build.generation import Generation
from runcomfy_codegen.reference.compact import MOST_BYTES, compact_path
from runcomfy_codegen.schemas.folder import EndpointSource

from .._support.generator import source
from .._support.markdown_readers import HOSTILE, seen, site
from .._support.reference import generated, source_of, sources
from .._support.sdk import properties

IMAGE = {"type": "string", "format": "image_uri"}
INFO: dict[str, Any] = {
    "description": "Paints *what* you say.",
    "categories": ["image-to-image"],
    "base_price_usd": 0.036,
    "price_unit": "output",
    "pricing_note": "2K costs double",
}
LINK = re.compile(r"\]\(([^)]*)\)")


def compact(generation: Generation, *parts: str) -> str:
    return generation[compact_path(parts)]


def page_with(*required: str, **described: Any) -> str:
    return compact(generated(source_of("acme/paint", properties(*required, **described), **INFO)), "acme", "paint")  # fmt: skip


def test_a_page_has_signature_values_price_and_doubts() -> None:
    size = {"type": "string", "enum": ["1k", "2k"], "default": "3k", "description": "How large."}
    page = page_with("image", image=IMAGE, size=size, **{"241_steps": {"type": "integer", "minimum": 1, "maximum": 9}})  # fmt: skip
    for part in (
        "# acme/paint\n",
        "Paints &#42;what&#42; you say.",
        "Price: &#36;0.036 per output; 2K costs double.",
        "Call: `client.acme.paint.run(image, size=, field_241_steps=)`.",
        "- `image`: image; required.",
        '- `size`: text; `"1k"`, `"2k"`; server default `"3k"`. How large.',
        "- `field_241_steps` (sent as `241_steps`): integer; 1 to 9.",
        'Unclear in the schema:\n\n- size: the default has "3k", which is not in the enum',
        "[Full page](../../acme/paint.md)",
    ):
        assert part in page, page


def test_demands_and_nested_objects_are_named() -> None:
    loras = {"type": "array", "items": {"type": "object", "required": ["path"], "properties": {"path": {"type": "string"}}}}  # fmt: skip
    case = properties(loras=loras, a={"type": "string"}, b={"type": "string"})
    case.input["anyOf"] = [{"required": ["a"]}, {"required": ["b"]}]  # type: ignore[index]
    page = compact(generated(source_of("acme/paint", case)), "acme", "paint")
    assert re.search(r"- `\w+` has `path`\.", page)
    assert re.search(r"(?m)^- .*\ba\b.*\bb\b.*\.$", page)


def test_a_model_that_is_gone_says_so() -> None:
    generation = generated(source_of("acme/old", properties(), gone=True))
    assert "**Gone:" in compact(generation, "acme", "old")
    assert "(llms/acme/old.md): gone; " in generation["docs/llms.txt"]
    assert "acme" not in generation["runcomfy/SKILL.md"].partition("## Models")[2]


@pytest.fixture(scope="module")
def all_models() -> Generation:
    return generated(*sources())


def test_every_page_is_short(all_models: Generation) -> None:
    pages = {path: text for path, text in all_models.items() if path.startswith("docs/llms/")}
    assert len(pages) == len(set(all_models.endpoint_files.values()))
    long = {
        path: len(text.encode()) for path, text in pages.items() if len(text.encode()) > MOST_BYTES
    }
    assert long == {}


def test_a_page_of_a_hundred_parameters_is_short_and_says_what_is_left_out() -> None:
    many = {f"parameter_{number}": {"type": "string", "description": "Long words. " * 30, "enum": [f"choice-{n}" for n in range(50)]} for number in range(100)}  # fmt: skip
    page = page_with("parameter_0", **many)
    assert len(page.encode()) <= MOST_BYTES
    assert "more parameters" in page
    assert page.count("\n- `parameter_") >= 5


def test_every_link_leads_to_a_page(all_models: Generation) -> None:
    listed = LINK.findall(all_models["docs/llms.txt"])
    assert len(listed) == 1 + len(set(all_models.endpoint_files.values()))
    for path in ["docs/llms.txt", *(path for path in all_models if path.startswith("docs/llms/"))]:
        for link in LINK.findall(all_models[path]):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
            assert target in all_models, (path, link)


def test_the_skill_has_the_front_matter_that_agents_read() -> None:
    generation = generated(
        source_of("acme/paint", properties("image", image=IMAGE), **INFO), source("beta/x y/4k")
    )
    text = generation["runcomfy/SKILL.md"]
    _, front, body = text.split("---\n", 2)
    matter = yaml.safe_load(front)
    assert matter["name"] == "runcomfy"
    assert 50 < len(matter["description"]) < 1024
    assert body.endswith(":\n\n- `acme`: image-to-image\n- `beta`: other\n")


def test_hostile_texts_make_no_structure() -> None:
    """Wherever a text can stand: the page has the same elements as with harmless words."""

    def shown(number: int, text: str) -> list[str]:
        texts = {"title": text, "description": text, "default": text, "enum": [text, "x"]}
        case = properties(x={"type": "string", **texts})
        facts: dict[str, Any] = {"description": f"a {text}", "pricing_note": f"a {text}"}
        facts |= {"categories": [f"a {text}"], "price_unit": f"a {text}", "base_price_usd": 1}
        made: EndpointSource = source_of(f"acme/m{number}", case, **facts)
        generation = generated(made)
        pages = (compact(generation, "acme", f"m{number}"), generation["docs/llms.txt"])
        return [re.sub(r"\]\([^)]*\)", "](index.md)", page) for page in pages]

    plain = [seen(site(page)).tags for page in shown(0, "plain words")]
    for number, text in enumerate(HOSTILE):
        for page, tags in zip(shown(number, text), plain, strict=True):
            found = seen(site(page)).tags
            assert set(found) <= {*tags, "code"}, (text, page)
