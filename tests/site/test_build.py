"""The website that is built: its files, its place, and what a page may do."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from runcomfy_codegen.cli.app import main
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, Emulator
from runcomfy_codegen.site.guides import guides
from runcomfy_codegen.site.serving import is_site, site_app

from .._support.generator import source, write


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    write(tmp_path / "schemas", source("acme/paint"), source("acme/paint/index"))
    return tmp_path / "schemas"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site, for those who only look at it."""
    root = tmp_path_factory.mktemp("built")
    write(root / "schemas", source("acme/paint"))
    assert run(root / "schemas", root / "site").exit_code == 0
    return root / "site"


def run(schemas: Path, site: Path) -> Result:
    arguments = [
        "--schemas",
        str(schemas),
        "--out",
        str(schemas.parent / "sdk"),
        "--site",
        str(site),
    ]
    result = CliRunner().invoke(main, ["site", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def get(site: Path, path: str) -> httpx.Response:
    """From the server that `serve` starts."""
    with Emulator([EmulatedEndpoint("acme/paint", {}, {})], beside=site_app(site)) as emulator:
        return httpx.get(f"{emulator.base_url}{path}", trust_env=False)


def test_a_site_is_built_and_built_again(schemas: Path, tmp_path: Path) -> None:
    site = tmp_path / "out/site"
    assert run(schemas, site).exit_code == 0
    assert is_site(site)
    assert (site / "acme/paint.html").is_file()
    assert (site / "acme/paint/index.html").is_file(), "an id may end like an index"
    write(schemas, source("acme/other"))
    result = run(schemas, site)
    assert "4 pages in" in result.stderr
    assert (site / "acme/other.html").is_file()
    assert [each.name for each in site.parent.iterdir()] == ["site"]
    assert not (tmp_path / "sdk").exists(), "nothing but the site is written"


def test_pages_for_language_models_are_served_as_they_are(built: Path) -> None:
    listed = get(built, "/llms.txt").text
    assert "(llms/acme/paint.md)" in listed
    assert get(built, "/llms/acme/paint.md").text.startswith("# acme/paint\n")
    assert not (built / "llms" / "acme" / "paint.html").exists()


def test_the_filters_know_what_models_take_give_and_cost(built: Path) -> None:
    facts = json.loads((built / "assets/models.json").read_text("utf-8"))
    prompt = {"parameters": ["prompt"], "gives": "image", "usd": None}
    assert facts == {"acme/paint.html": prompt}


def test_nothing_remote(built: Path) -> None:
    for page in built.rglob("*.html"):
        loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', page.read_text("utf-8"))
        assert loaded
        assert [each for each in loaded if "//" in each] == []


def test_search_finds_models_by_words_and_shared_text_once(schemas: Path, tmp_path: Path) -> None:
    """The index is fetched as a whole: what all pages say would be most of it."""
    assert run(schemas, tmp_path / "site").exit_code == 0
    index = json.loads((tmp_path / "site/search/search_index.json").read_text("utf-8"))
    found: dict[str, dict[str, str]] = {}
    for entry in index["docs"]:
        page, _, section = entry["location"].partition("#")
        found.setdefault(page, {})[section] = entry["text"]
    whole, other = found["acme/paint.html"], found["acme/paint/index.html"]
    assert {"authentication", "cancel", "output-schema", "get-started"} <= whole.keys()
    assert other.keys() == {"", "get-started", "parameters", "problems-in-the-schema"}
    assert "client.acme.paint.index.run" in other["get-started"]
    assert "asyncio.run" not in other["get-started"]
    assert "prompt" in other["parameters"]
    assert "<pre>" not in other["parameters"]


def test_another_folder_is_left_alone(schemas: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear", "utf-8")
    result = run(schemas, tmp_path / "mine")
    assert result.exit_code == 2
    assert "choose another folder" in result.stderr
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_only_the_scripts_of_the_theme_run(built: Path, tmp_path: Path) -> None:
    """A script that got into a page, by whatever fault, is not among those that are allowed."""
    site = shutil.copytree(built, tmp_path / "site")
    policy = get(site, "/").headers["content-security-policy"]
    page = site / "acme/paint.html"
    page.write_text(page.read_text("utf-8") + "<script>alert(1)</script>", "utf-8")
    reply = get(site, "/acme/paint.html")
    assert "alert(1)" in reply.text
    assert reply.headers["content-security-policy"] == policy
    assert policy.count("'sha256-") >= 2
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


def test_what_is_no_page(built: Path, tmp_path: Path) -> None:
    assert not is_site(tmp_path)
    assert get(built, "/no/such/page.html").status_code == 404
    assert get(built, "/..%2f..%2fetc/passwd").status_code == 404
    assert get(built, "/emulator.json").json() == {"token": "emulator-token"}
    assert get(built, "/v1/models").status_code == 401, "the API is where it was"


def test_the_guides_are_pages_and_name_the_package(built: Path) -> None:
    assert "Errors and money" in (built / "guides/errors-and-money.html").read_text("utf-8")
    assert 'href="guides/errors-and-money.html"' in (built / "index.html").read_text("utf-8")
    pages = list(guides("acme_models", "acme-models"))
    assert len(pages) == 11
    text = "".join(page.text for page in pages)
    assert "pip install 'acme-models[testing]'" in text
    assert "./generated[" not in text
    for guide in pages:
        assert "from runcomfy" not in guide.text
        assert not re.search(r"-m runcomfy\b", guide.text)


def test_a_model_that_is_gone_is_marked_in_the_navigation(tmp_path: Path) -> None:
    write(tmp_path / "schemas", source("acme/old", gone=True))
    assert run(tmp_path / "schemas", tmp_path / "site").exit_code == 0
    page = (tmp_path / "site/acme/old.html").read_text("utf-8")
    assert "old (gone)" in page.partition("md-nav--primary")[2]
