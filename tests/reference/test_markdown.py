"""Published text on a page stays text, in every reader of Markdown that we can ask."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from runcomfy_codegen.text.markdown import code, fenced, json_text, prose
from runcomfy_codegen.text.untrusted import Untrusted, printable

from .._support.markdown_readers import HOSTILE, seen, site

logging.getLogger("markdown_it").setLevel(logging.INFO)  # it tells of every step it takes
_GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def github(page: str) -> str:
    return str(_GITHUB.render(page))


Reader = Callable[[str], str]
READERS = pytest.mark.parametrize(
    "reader", [github, site], ids=["CommonMark and GFM", "the site's"]
)
PLACES = {  # where a text stands, with what is shown around it
    "a paragraph": ("{}\n\nend\n", ["p", "p"], "", "end"),
    "a heading": ("# x {}\n", ["h1"], "x", ""),
    "a list": ("- {}\n- end\n", ["ul", "li", "li"], "", "end"),
    "a cell": (
        "| x | y |\n|---|---|\n| {} | end |\n",
        ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"],
        "xy",
        "end",
    ),
}


def words(text: str) -> str:
    return "".join(text.split())


def check(reader: Reader, text: str) -> None:
    expected = printable(text)
    for place, (template, tags, before, after) in PLACES.items():
        if words(expected):
            found = seen(reader(template.format(prose(Untrusted(text)))))
            assert found.tags == tags, place
            assert words(found.text) == f"{before}{words(expected)}{after}", place
        found = seen(reader(template.format(code(Untrusted(text)))))
        assert [tag for tag in found.tags if tag != "code"] == tags, place
        assert found.tags.count("code") == 1
        assert words(found.text) == before + words(expected.replace("\n", "\\n")) + after, place


@READERS
def test_hostile_text(reader: Reader) -> None:
    for text in HOSTILE:
        check(reader, text)


@READERS
@settings(max_examples=80, deadline=None, database=None)
@given(
    text=st.lists(
        st.sampled_from([*"\\`*_{}[]()<>#+-.!|~$^:=&;\"'/% \n@w1a", "é", "```", "**", "://", "<b>"])
    ).map("".join)
)
def test_any_text(reader: Reader, text: str) -> None:
    check(reader, text)


def test_nothing_that_github_links_by_itself() -> None:
    """Bare addresses (GFM §6.9), which none of the readers here knows."""
    for text in HOSTILE:
        assert not re.search(r"://|www\.|@", prose(text))


@READERS
def test_a_block_ends_where_it_should(reader: Reader) -> None:
    for text in HOSTILE:
        found = seen(reader(f"{fenced(text, 'json')}\n\nend\n"))
        assert found.tags[-1] == "p"
        assert {*found.tags} <= {"pre", "code", "p", "div", "span", "a"}
        assert found.text.strip().endswith("end")


def test_json_is_the_value_and_shows_all_of_it() -> None:
    for text in HOSTILE:
        written = json_text({"a": text, text: [1.5, None]})
        assert json.loads(written) == {"a": text, text: [1.5, None]}
        assert all(char.isprintable() for line in written.split("\n") for char in line)


def test_published_text_has_no_other_way_out() -> None:
    with pytest.raises(TypeError, match="must pass through"):
        f"{Untrusted('x')}"
