"""Texts that try to be Markdown or HTML, and the readers that show them."""

from __future__ import annotations

from html.parser import HTMLParser

import markdown  # type: ignore[import-untyped]
from runcomfy_codegen.site.website import MARKDOWN_EXTENSIONS

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


_SITE = markdown.Markdown(extensions=list(MARKDOWN_EXTENSIONS))


def site(page: str) -> str:
    return str(_SITE.reset().convert(page))


def seen(html: str) -> Seen:
    parser = Seen()
    parser.feed(html)
    parser.close()
    return parser
