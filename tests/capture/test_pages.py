"""Pages in many forms: languages, wrappings, line ends, ids."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from runcomfy_codegen.capture import CapturedEndpoint, read_page

from .._support.capture import BODY, INPUT, MODEL_ID, OUTPUT, as_lines, as_spans, make_page, pretty

LANGUAGES = {
    "German": ("Los geht's", "Eingabe", "Ausgabe"),
    "Russian": ("Начало", "Ввод", "Вывод"),
    "Japanese": ("はじめに", "入力", "出力"),
    "Arabic": ("\u202bالبداية\u202c", "المدخلات", "المخرجات"),
    "Hebrew": ("התחלה", "קלט", "פלט"),
    "keys": ("doc_navStart", "doc_navIn", "doc_navOut"),
    "misleading": ("Output schema", "Output", "Input schema"),
    "inch marks": ('a 5" screen', "it's", '7" and {more}'),
}


def captured(text: str) -> CapturedEndpoint:
    endpoint, problems = read_page(text, "page")
    assert problems == []
    assert endpoint is not None
    return endpoint


def assert_whole(endpoint: CapturedEndpoint) -> None:
    assert endpoint.model_id == MODEL_ID
    assert endpoint.endpoint["example"] == BODY
    assert json.dumps(endpoint.input) == json.dumps(INPUT)
    assert json.dumps(endpoint.output) == json.dumps(OUTPUT)


@pytest.mark.parametrize("saved_as", [str, as_spans, as_lines])
@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_words_do_not_matter(words: tuple[str, str, str], saved_as: Callable[[str], str]) -> None:
    assert_whole(captured(saved_as(make_page(words))))


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.replace("\n", "\r\n"),
        lambda page: page.replace("\n", "\r"),
        lambda page: "\ufeff" + page,
        lambda page: page.replace("  ", "\xa0 "),
        lambda page: page.replace("'OPEN'", r"'\''OPEN'\''").replace("it's", r"it'\''s"),
        lambda page: page + '\n{"output": {"images": ["https://a.example/1.png"]}}',
        lambda page: page + '\n{"request_id": "r-1", "status": "in_queue"} {"half": ',
    ],
    ids=["crlf", "cr", "bom", "no-break", "shell-quoted", "result-example", "broken-prose"],
)
def test_how_it_was_saved_does_not_matter(change: Callable[[str], str]) -> None:
    assert_whole(captured(change(make_page())))


@pytest.mark.parametrize(
    ("written", "model_id"),
    [
        ("minimax/Hailuo Video 01 Live", "minimax/Hailuo Video 01 Live"),
        ("minimax/Hailuo%20Video%2001%20Live", "minimax/Hailuo Video 01 Live"),
        ("minimax/Hailuo\xa0Video", "minimax/Hailuo Video"),
        ("wan-ai/wan-2.7/text.to.video", "wan-ai/wan-2.7/text.to.video"),
        ("kling/kling-video-o3/4K/text-to-video", "kling/kling-video-o3/4K/text-to-video"),
        ("a/b?x=1", "a/b"),
        ("a/b --header 'x: y'", "a/b"),
    ],
)
def test_the_id_is_what_the_url_says(written: str, model_id: str) -> None:
    url = f"https://127.0.0.1:9/v1/models/{written}"
    assert captured(make_page(url=url)).model_id == model_id
    assert captured(as_spans(make_page(url=url))).model_id == model_id


def test_a_quoted_url_is_read() -> None:
    assert captured(make_page(url=f'"https://x.example/v1/models/{MODEL_ID}"')).model_id == MODEL_ID


def test_a_command_in_one_line_is_read() -> None:
    page = make_page(body=json.dumps(BODY)).replace(" \\\n", "")
    assert_whole(captured(page))


@pytest.mark.parametrize("flag", ["-d", "--data-raw"])
def test_the_short_form_of_curl_is_read(flag: str) -> None:
    page = re.sub(r"curl[^\n]*\n\s*--url ", "curl -X POST ", make_page()).replace(
        "--data ", f"{flag} "
    )
    assert "--url" not in page
    assert_whole(captured(page))


def test_published_no_break_spaces_stay() -> None:
    schema = {"type": "object", "properties": {"a": {"description": "Prix\xa0: 5"}}}
    page = make_page(input_schema=pretty(schema))
    assert captured(page).input == schema
    assert captured(page.replace("\n  ", "\n\xa0 ")).input == schema


def test_an_empty_example_is_an_example() -> None:
    assert captured(make_page(body="{}")).endpoint["example"] == {}


def test_two_examples_are_noticed_and_the_first_is_kept() -> None:
    page = make_page()
    last = page.rindex("'OPEN'")
    endpoint, problems = read_page(page[:last] + "'SHUT'" + page[last + 6 :], "page")
    assert endpoint is not None
    assert endpoint.endpoint["example"] == BODY
    assert [(problem.rule, problem.severity) for problem in problems] == [
        ("page-two-submits", "warning")
    ]


@pytest.mark.parametrize(
    "noise",
    ["{" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000, '{"a": 1} ' * 10_000, '{"a\n}' * 3_000],
    ids=["open", "nested", "objects", "broken"],
)
def test_much_noise_before_the_parts_does_not_hide_them(noise: str) -> None:
    assert_whole(captured(noise + make_page()))
