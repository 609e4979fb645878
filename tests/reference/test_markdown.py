"""Published text on a page stays text, in every reader of Markdown that we can ask."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from html.parser import HTMLParser

import markdown  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from runcomfy_codegen.site.website import MARKDOWN_EXTENSIONS
from runcomfy_codegen.text.markdown import code, fenced, json_text, prose
from runcomfy_codegen.text.untrusted import Untrusted, printable

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</code></td></table><b>x", "<!-- ", "-->", "<?x?>",
    "[a](javascript:alert(1))", "![a](http://x/y.png)", "[a][b]", "[b]: http://x", "<http://x.yz>", "http://x.yz/a",
    "www.example.com", "a@example.com", "mailto:a@example.com", "`a`", "``", "```", "```\n<b>\n```", "~~~", "~~a~~", "*a* **b** _c_ __d__",
    "snake_case __init__ _x", "# a", "## a ##", "> a", "- a", "+ a", "1. a", "1) a", "---", "===", "***", "a\n===", "a\n---\n",
    "| a | b |\n|---|---|", "a|b", "\\|", "\\", "a\\", "\\*a\\*", "&lt;b&gt;", "&#60;b&#62;", "&amp;", "&copy", "$a$ $$b$$", "^a^ ==a==",
    "{: .class #id onclick=x }", "{{ x }}", "{% x %}", "[TOC]", "!!! note", "??? note", "*[HTML]: x", "[^1]", "[^1]: x", ":smile:", "::: x",
    "    indented", "\tindented", "a  \nb", "\n\n# a\n\n", "\r\n<b>", "\x00\x1b[31m", "\u202e\u2066", "\u2028<b>", "é漢字🦊", "", " ", "it's \"x\"", "x" * 500,
    "--8<-- \"/etc/hosts\"", "%a% 50% off", "`a` | `b`", "`` ` ``", "a`", "`a", "  a  ", "a  b",
]  # fmt: skip


class Seen(HTMLParser):
    """The elements and the text of a page, and whether anything could run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            local = (value or "").startswith(("#", "__")) or (value or "").endswith("index.md")
            ours = name in ("class", "id", "style", "name") or (name == "href" and local)
            assert ours, (tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


logging.getLogger("markdown_it").setLevel(logging.INFO)  # it tells of every step it takes
_GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_SITE = markdown.Markdown(extensions=list(MARKDOWN_EXTENSIONS))


def github(page: str) -> str:
    return str(_GITHUB.render(page))


def site(page: str) -> str:
    return str(_SITE.reset().convert(page))


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


def seen(html: str) -> Seen:
    parser = Seen()
    parser.feed(html)
    parser.close()
    return parser


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
