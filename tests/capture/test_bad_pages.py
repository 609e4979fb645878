"""Every way a page can fail, with the place and the reason that are reported."""

from __future__ import annotations

import pytest
from runcomfy_codegen.capture import read_page
from runcomfy_codegen.text.problems import Problem

from .._support.capture import INPUT, as_spans, make_page, pretty


def failure(text: str) -> list[Problem]:
    endpoint, problems = read_page(text, "saved.txt")
    assert endpoint is None
    assert all(problem.file == "saved.txt" and problem.line > 0 for problem in problems)
    return problems


def test_nothing_at_all() -> None:
    assert [problem.rule for problem in failure("Not the page you look for")] == [
        "page-no-submit",
        "page-no-input-schema",
        "page-no-output-schema",
    ]


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        (make_page(input_schema=""), "page-no-input-schema"),
        (make_page(output_schema=""), "page-no-output-schema"),
        (make_page(url="https://api.example/v1/requests/r-1"), "page-no-submit"),
        (make_page(input_schema='{"input": ' + pretty(INPUT) + "}"), "page-no-input-schema"),
        (make_page(input_schema='{"output": {"type": "object"}}'), "page-no-input-schema"),
    ],
)
def test_a_missing_part_is_named_with_where_it_was_looked_for(page: str, rule: str) -> None:
    problem = failure(page)[0]
    assert problem.rule == rule
    assert " in the JSON objects in lines 5" in problem.message


def test_a_url_without_data_is_pointed_at() -> None:
    (problem,) = failure(make_page().replace("--data", "--form"))
    assert (problem.rule, problem.line) == ("page-no-submit", 3)
    assert "the --url in line 3" in problem.message


@pytest.mark.parametrize("part", ["body", "input_schema", "output_schema"])
def test_broken_json_is_pointed_at(part: str) -> None:
    good = {"body": '{\n"prompt": "x"}', "input_schema": pretty(INPUT)}
    broken = good.get(part, '{\n"output": {"type": "object"}}').replace(":", ";", 1)
    page = make_page(**{part: broken})  # type: ignore[arg-type]
    problem = next(problem for problem in failure(page) if problem.rule == "json-syntax")
    line = page.split("\n")[problem.line - 1]
    assert line[problem.column - 1] == ";"
    assert "expected ':', found ';'" in problem.message


def test_a_cut_page_does_not_pass_an_inner_object_for_the_schema() -> None:
    cut = pretty(INPUT).replace('"required"', "required")
    assert {problem.rule for problem in failure(make_page(input_schema=cut))} == {
        "page-no-input-schema",
        "json-syntax",
    }
    assert "page-no-output-schema" in {
        problem.rule for problem in failure(make_page(input_schema=pretty(INPUT)[:-40]))
    }


def test_duplicate_keys_are_broken_json() -> None:
    page = make_page(input_schema='{"type": "object", "type": "object", "properties": {}}')
    problem = failure(page)[1]
    assert (problem.rule, problem.pointer) == ("json-duplicate-key", "/type")


def test_in_html_the_position_is_that_of_the_nearest_tag() -> None:
    page = make_page(input_schema=pretty(INPUT).replace('"title":', '"title";'))
    problem = next(found for found in failure(as_spans(page)) if found.rule == "json-syntax")
    assert (
        as_spans(page)
        .split("\n")[problem.line - 1][problem.column - 1 :]
        .startswith("<span>&quot;title&quot;;")
    )


def test_two_ids() -> None:
    page = make_page()
    last = page.rindex("acme/demo/paint")
    (problem,) = failure(page[:last] + "acme/other" + page[last + 15 :])
    assert problem.rule == "page-two-ids"
    assert "'acme/other' after 'acme/demo/paint'" in problem.message


def test_two_input_schemas() -> None:
    other = pretty({**INPUT, "title": "Another"})
    (problem,) = failure(make_page(input_schema=pretty(INPUT) + "\n" + other))
    assert problem.rule == "page-two-input-schemas"


def test_a_schema_of_the_wrong_shape_is_refused() -> None:
    schema = '{"type": "object", "required": [1], "properties": {"a": 3}}'
    problems = failure(make_page(input_schema=schema))
    assert [problem.pointer for problem in problems] == ["/properties/a", "/required/0"]


@pytest.mark.parametrize(
    "model_id",
    ["../../etc/x", "a/%2e%2e/b", "one", "a//b", "a/b/", "a/{model}", "a/b\u202etxt", "a/%ff"],
)
def test_an_id_that_is_no_folder_is_refused(model_id: str) -> None:
    (problem,) = failure(make_page(url=f"https://api.example/v1/models/{model_id}"))
    assert (problem.rule, problem.line) == ("model-id", 3)


def test_curly_quotes_get_a_hint_not_a_guess() -> None:
    page = make_page(body="{ “prompt”: “x” }")
    problems = [problem for problem in failure(page) if problem.rule == "json-syntax"]
    assert all("curly quotes" in problem.hint for problem in problems)
    assert len(problems) == 2


def test_dashes_for_hyphens_get_a_hint() -> None:
    problem = failure(make_page().replace("--", "—"))[0]
    assert problem.rule == "page-no-submit"
    assert "dashes" in problem.hint


def test_a_huge_object_is_not_a_schema() -> None:
    huge = '{"a": "' + "x" * 3_000_000 + '"}'
    assert "page-block-size" in {problem.rule for problem in failure(huge)}
