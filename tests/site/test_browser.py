"""The website as a person uses it: in a real browser, beside the emulator, on this machine alone."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.cli.emulator import emulated
from runcomfy_codegen.runtime.testing import Behaviour, Emulator
from runcomfy_codegen.runtime.testing._media import png
from runcomfy_codegen.site.serving import site_app
from runcomfy_codegen.site.website import build_site

from .._support.browsed_site import EVERY, EVIL, FILM, FLAGS, SOUND, Site
from .._support.reference import source_of
from .._support.sdk import Case, seeds

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("no chromium here: .ci/setup installs it where it can", allow_module_level=True)
playwright = pytest.importorskip("playwright.sync_api")


PRICES: dict[str, dict[str, Any]] = {
    "acme/voice/text-to-audio": {"base_price_usd": 0.04, "price_unit": "request"},
    "acme/film/image-to-video": {"base_price_usd": 0.2, "price_unit": "video"},
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, Any, Path]]:
    """One site, one emulator and one browser for all tests."""
    cases: dict[str, Case] = {
        **seeds(),
        "acme/film/image-to-video": FILM,
        "acme/voice/text-to-audio": SOUND,
        "evil/every/thing": EVERY,
        "templates/draft/edit": SOUND,
    }
    sources = tuple(
        source_of(
            each,
            case,
            display_name=EVIL if "evil" in each else "",
            description=EVIL,
            **PRICES.get(each, {}),
        )
        for each, case in cases.items()
    )
    folder = tmp_path_factory.mktemp("site") / "site"
    generation = generate(Project(sources))
    assert build_site(generation, sources, folder) == len(sources) + 1
    sdk = tmp_path_factory.mktemp("sdk")
    for path, text in generation.items():
        (sdk / path).parent.mkdir(parents=True, exist_ok=True)
        (sdk / path).write_text(text, "utf-8")
    with (
        Emulator(emulated(sources), beside=site_app(folder)) as emulator,
        playwright.sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield emulator, browser, sdk
        browser.close()


@pytest.fixture
def site(served: tuple[Emulator, Any, Path]) -> Iterator[Site]:
    emulator, browser, sdk = served
    emulator.reset()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    site = Site(page, emulator, sdk=sdk)
    page.on("console", lambda each: site.said.append(each.text) if each.type == "error" else None)
    page.on("pageerror", lambda error: site.said.append(str(error)))

    def watch(request: Any) -> None:
        if not request.url.startswith((emulator.base_url, "data:", "blob:")):
            site.strayed.append(request.url)

    page.on("request", watch)
    yield site
    context.close()
    assert site.strayed == []


def test_search_filter_open_submit_and_see_the_picture(site: Site) -> None:
    page = site.open()
    assert len(site.shown()) == 6
    page.get_by_label("Provider").select_option("openai")
    assert site.shown() == ["openai/gpt-4o-image/edit", "openai/gpt-image-2/edit"]
    assert "2 of 6 endpoints" in page.locator("#filters").inner_text()
    page.get_by_label("Provider").select_option("")
    assert page.locator(".pill").all_inner_texts() == [
        "text",
        "image",
    ], "what no model takes is no filter"
    page.locator(".pill", has_text="image").click()
    assert len(site.shown()) == 4
    page.locator(".pill", has_text="image").click()
    page.get_by_label("Task").select_option("text-to-audio")
    assert site.shown() == ["acme/voice/text-to-audio"]
    page.reload()
    assert site.shown() == ["acme/voice/text-to-audio"], "the address holds the filters"
    site.open("index.html")
    assert page.locator("input[type=search], input[type=text]").count() == 1, "one search box"
    page.get_by_label("Provider").select_option("openai")
    page.get_by_role("link", name="openai/gpt-image-2/edit").first.click()
    form = page.locator("form.try")
    form.get_by_role("button", name="Send").click()
    picture = form.locator("figure img")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    (job,) = site.emulator.jobs.values()
    assert job.request_id in form.locator(".state").inner_text()
    assert job.body == dict(seeds()["openai/gpt-image-2/edit"].example)
    assert site.said == []


def test_the_index_is_filtered_by_what_models_take_give_and_cost(site: Site) -> None:
    page = site.open()
    page.get_by_label("Gives").select_option("video")
    assert site.shown() == ["acme/film/image-to-video"]
    page.get_by_label("Gives").select_option("")
    page.get_by_label("Parameter").select_option("text")
    assert site.shown() == ["acme/voice/text-to-audio", "templates/draft/edit"]
    page.get_by_label("At most US dollars").fill("0.04")
    assert site.shown() == ["acme/voice/text-to-audio"], "an unknown price may be any"
    page.reload()
    assert page.get_by_label("At most US dollars").input_value() == "0.04"
    assert site.shown() == ["acme/voice/text-to-audio"], "the address holds the filters"
    page.get_by_label("At most US dollars").fill("0.039")
    assert site.shown() == []
    assert site.said == []


def test_the_full_text_search(site: Site) -> None:
    for words, path in (
        ("onerror", "evil/every/thing"),
        ("headline", "openai/gpt_image_2/edit"),
        ("aspect_ratio", "openai/gpt_image_2/edit"),
        ("gpt-image-2", "openai/gpt_image_2/edit"),
        ("charged to your account", "guides/errors-and-money"),
        ("authentication", "acme/film/image_to_video"),  # alike on all pages: the first has it
    ):
        page = site.open()
        page.locator(".md-search__input").first.click()
        page.keyboard.type(words)
        found = page.locator(f".md-search-result__link[href*='{path}.html']").first
        found.wait_for()
        assert page.locator("img[src=x]").count() == 0
        found.click()
        page.wait_for_url(re.compile(path))
    assert site.said == []


def test_the_form_shows_its_request_as_code(site: Site, tmp_path: Path) -> None:
    """Both are run, as they are shown, and send what the form would."""
    content = png(8, 8, (0, 0, 0), (9, 9, 9))
    (tmp_path / "it's mine.png").write_bytes(content)
    page = site.open("evil/every/thing.html")
    form = page.locator("form.try")
    form.get_by_label("prompt").fill("a $HOME `fox` \\n")
    form.locator("summary").first.click()
    form.get_by_label("fast").select_option("true")
    form.get_by_label("lora").fill('{"path": "p"}')
    form.get_by_label("style").select_option(EVIL)
    form.locator("input[type=file]").first.set_input_files(tmp_path / "it's mine.png")
    playwright.expect(form.locator(".row input[type=text]").first).to_have_value("it's mine.png")
    form.get_by_text("This request in Python and curl").click()
    python, curl = form.locator(".as-code code").all_inner_texts()
    assert "client.evil.every.thing.run(" in python
    environment = os.environ | {
        "PYTHONPATH": str(site.sdk),
        "RUNCOMFY_API_TOKEN": site.emulator.token,
        "RUNCOMFY_MODEL_API_BASE": f"{site.emulator.base_url}/v1",
    }
    for command in ([sys.executable, "-c", python], ["bash", "-euo", "pipefail", "-c", curl]):
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    first, second = (job.body for job in site.emulator.jobs.values())
    assert first == second
    assert first == {
        "prompt": "a $HOME `fox` \\n",
        "images": [f"data:image/png;base64,{base64.b64encode(content).decode()}"],
        "style": EVIL,
        "fast": True,
        "lora": {"path": "p"},
    }
    assert page.locator("img[src=x]").count() == 0


def test_the_guides_are_beside_the_models(site: Site) -> None:
    page = site.open("guides/batches.html")
    assert page.locator("h1").inner_text().startswith("Batches")
    page.get_by_role("link", name="Errors and money").first.click()
    page.get_by_role("link", name="The remote API").first.click()
    page.wait_for_url(re.compile("guides/protocol"))
    assert site.said == []


def test_what_is_wrong_is_shown_at_its_field(site: Site) -> None:
    page = site.open("evil/every/thing.html")
    form = page.locator("form.try")
    form.get_by_label("prompt").fill("x" * 21)
    form.locator("textarea.code").first.evaluate("box => { box.closest('details').open = true }")
    form.get_by_label("steps").fill("12")
    form.get_by_label("lora").fill("{")
    form.get_by_role("button", name="Send").click()
    assert "not JSON" in form.locator(".parameter", has_text="lora").locator(".wrong").inner_text()
    assert "Not sent" in form.locator(".state").inner_text()
    assert form.locator(":focus").get_attribute("id") == form.get_by_label("lora").get_attribute(
        "id"
    )
    assert site.emulator.received == []
    form.get_by_label("lora").fill('{"path": 5}')
    form.get_by_role("button", name="Send").click()
    form.get_by_text("Refused: validation failed").wait_for()
    wrong = dict(
        zip(
            form.locator(".parameter:has(.wrong:visible) > label > code").all_inner_texts(),
            form.locator(".wrong:visible").all_inner_texts(),
            strict=True,
        )
    )
    assert wrong == {
        "prompt": "must have at most 20 characters",
        "steps": "must be at most 9",
        "lora": "path: must be of type string",
    }
    assert not site.emulator.jobs
    prompt = form.get_by_label("prompt")
    assert prompt.get_attribute("aria-invalid") == "true"
    playwright.expect(prompt).to_be_focused()
    playwright.expect(prompt).to_have_accessible_description(
        re.compile(r"at most 20 characters.*must have at most 20 characters")
    )
    form.get_by_label("lora").fill("")
    form.get_by_role("button", name="Send").click()
    form.get_by_text("Refused: validation failed").wait_for()
    assert form.get_by_label("lora").get_attribute("aria-invalid") is None


def test_a_text_that_nobody_means_is_not_sent(site: Site) -> None:
    page = site.open("evil/every/thing.html")
    form = page.locator("form.try")
    form.get_by_label("prompt").fill("\u200b")
    form.get_by_role("textbox", name="images").fill("example.com/a b.png")
    form.get_by_role("button", name="Send").click()
    assert "Not sent" in form.locator(".state").inner_text()
    assert form.locator(".wrong:visible").all_inner_texts() == [
        "must not be blank",
        "this has no scheme; write https:// before it",
    ]
    assert site.emulator.received == []
    assert site.said == []


def test_the_form_with_a_keyboard_and_a_screen_reader(site: Site) -> None:
    """Every control has a name of its own, and the place of the keyboard is not lost."""
    page = site.open("evil/every/thing.html")
    form = page.locator("form.try")
    form.locator("summary").first.click()
    form.get_by_role("button", name="Add another").press("Enter")
    playwright.expect(form.get_by_role("textbox", name="images 2")).to_be_focused()
    names = form.evaluate("""form => [...form.elements].filter(each => !each.hidden).map(each =>
            each.ariaLabel ?? each.labels?.[0]?.textContent ?? each.textContent)""")
    assert "" not in names
    named = [each for each in names if each.strip()]
    assert len(set(named)) == len(names)
    assert form.get_by_role("textbox", name="prompt").get_attribute("required") is not None
    form.get_by_label("prompt").fill("a fox")
    form.get_by_label("note").fill("no JSON, but a text")
    form.get_by_role("button", name="Send").press("Enter")
    form.locator("figure").first.wait_for()
    playwright.expect(form.get_by_role("button", name="Send")).to_be_focused()
    (job,) = site.emulator.jobs.values()
    assert job.body["note"] == "no JSON, but a text"
    assert site.said == []


def test_examples_are_offered_and_never_sent_unasked(site: Site) -> None:
    form = site.open("evil/every/thing.html").locator("form.try")
    form.locator("summary").first.click()
    steps = form.get_by_label("steps")
    assert steps.get_attribute("placeholder") == "for example 3"
    offered = form.locator(f"datalist#{steps.get_attribute('list')} option")
    assert offered.evaluate_all("options => options.map(each => each.value)") == ["3", "7"]
    hint = form.get_by_label("hint")
    assert hint.get_attribute("placeholder") == "for example soft light"
    assert form.get_by_text("hint deprecated").is_visible()
    token = form.get_by_label("token")
    assert (token.get_attribute("type"), token.get_attribute("placeholder")) == ("password", None)
    form.get_by_label("prompt").fill("a fox")
    form.get_by_role("button", name="Send").click()
    form.locator("figure").first.wait_for()
    (job,) = site.emulator.jobs.values()
    assert job.body.keys() == {"prompt", "images", "style"}


def test_what_can_no_longer_be_cancelled(site: Site) -> None:
    site.emulator.behaviour = Behaviour(statuses=("in_progress",) * 5 + ("completed",))
    page = site.open("acme/voice/text_to_audio.html")
    page.get_by_role("button", name="Send").click()
    page.locator(".state", has_text="in_progress").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.locator(".state", has_text="too late to cancel").wait_for()
    page.locator("figure audio").wait_for(state="attached")
    assert site.said == []


def test_a_file_nested_objects_and_hostile_text(site: Site, tmp_path: Path) -> None:
    """Show what vendors write without doing anything of it."""
    content = png(8, 8, (0, 0, 0), (9, 9, 9))
    (tmp_path / "own.png").write_bytes(content)
    page = site.open("evil/every/thing.html")
    assert "<script>" in page.locator("h1").inner_text()
    form = page.locator("form.try")
    form.get_by_label("prompt").fill("a fox")
    form.locator("summary").first.click()
    form.get_by_label("fast").select_option("true")
    form.get_by_label("lora").fill('{"path": "p"}')
    form.get_by_label("style").select_option(EVIL)
    form.get_by_role("button", name="Add another").click()
    form.locator("input[type=file]").nth(1).set_input_files(tmp_path / "own.png")
    playwright.expect(form.locator(".row input[type=text]").nth(1)).to_have_value("own.png")
    form.get_by_role("button", name="Send").click()
    form.locator("figure").first.wait_for()
    (job,) = site.emulator.jobs.values()
    assert job.body == {
        "prompt": "a fox",
        "images": [
            "https://example.com/image.png",
            f"data:image/png;base64,{base64.b64encode(content).decode()}",
        ],
        "style": EVIL,
        "fast": True,
        "lora": {"path": "p"},
    }
    assert "hacked" not in page.title().split("<")[0]
    assert page.locator("img[src=x]").count() == 0
    assert (
        page.evaluate("[...document.scripts].filter(x => x.textContent.includes('hacked')).length")
        == 0
    )


@pytest.mark.parametrize(
    ("path", "element"),
    [("acme/film/image_to_video.html", "video"), ("acme/voice/text_to_audio.html", "audio")],
)
def test_other_results(site: Site, path: str, element: str) -> None:
    page = site.open(path)
    page.get_by_role("button", name="Send").click()
    page.locator(f"figure {element}").wait_for(state="attached")
    assert site.said == []


def test_queued_job_is_cancelled_and_failed_job_says_so(site: Site) -> None:
    site.emulator.behaviour = Behaviour(statuses=("in_queue",) * 99)
    page = site.open("acme/voice/text_to_audio.html")
    page.get_by_role("button", name="Send").click()
    page.locator(".state", has_text="in_queue").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.locator(".state", has_text="cancelled").wait_for()
    site.emulator.behaviour = Behaviour(statuses=("failed",))
    page.get_by_role("button", name="Send").click()
    page.locator(".state", has_text="failed").wait_for()
    page.locator(".result summary").click()
    assert "could not process" in page.locator(".result pre").inner_text()


def test_narrow_and_dark(site: Site) -> None:
    """Nothing sticks out, and each scheme follows the system's."""
    page = site.page
    for scheme, expected in (("light", "default"), ("dark", "slate")):
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            for path in ("index.html", "openai/gpt_image_2/edit.html", "evil/every/thing.html"):
                site.open(path)
                page.wait_for_selector("#filters output, form.try")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                cut = "[...document.querySelectorAll('.md-typeset__scrollwrap')].filter(x => x.scrollWidth > x.clientWidth).length"
                assert page.evaluate(cut) == 0, (path, width)
                assert page.locator("body").get_attribute("data-md-color-scheme") == expected
