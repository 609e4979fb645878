"""Build the website from the pages of `docs/` with MkDocs and its Material theme, without remote parts."""

from __future__ import annotations

import html
import json
import logging
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from ..build.generation import Generation
from ..build.reading import Reading, read
from ..dialect.model_facts import INPUT_KINDS, ModelFacts, facts_of
from ..names.lock import Names
from ..reference.pages import page_path
from ..runtime._base.install import how_to_install
from ..schemas.folder import EndpointSource
from ..text.untrusted import printable
from .filters import filter_facts
from .forms import form_of
from .guides import Guide, guides
from .plausible import tables

ASSETS = Path(__file__).parent / "assets"
SEARCH_HOOK = Path(__file__).parent / "search_index.py"
MARKER = "runcomfy-site.json"
"""A file in the folder of a built website. A folder without it is never replaced."""
MARKDOWN_EXTENSIONS = ("tables", "toc", "pymdownx.superfences", "pymdownx.highlight")


class SiteError(Exception):
    """The reason why no website was built; the folder is unchanged."""


def build_site(
    generation: Generation,
    sources: Iterable[EndpointSource],
    site: Path,
    package: str = "runcomfy",
    install: str = "",
) -> int:
    """Build the website, replacing the whole folder.

    Args:
        generation: The SDK with its reference pages.
        sources: The endpoints; those that could not be generated have no page.
        site: The folder.
        package: The import name of the SDK.
        install: What pip is given for the SDK; empty for its folder.

    Returns:
        The number of reference pages.

    Raises:
        SiteError: If MkDocs is missing, or the folder holds anything else than a website.
        OSError: If a file cannot be written.
    """
    if site.exists() and any(site.iterdir()) and not (site / MARKER).is_file():
        raise SiteError(f"{site}: must be empty or a built website; choose another folder")
    documents = {
        path.removeprefix("docs/"): text
        for path, text in generation.items()
        if path.startswith("docs/")
    }
    pages = {path: text for path, text in documents.items() if not path.startswith("llms")}
    generated = set(generation.endpoint_files.values())
    chosen = [source for source in sources if source.model_id in generated]
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=site.parent, prefix=".site-") as name:
        work = Path(name)
        readings = _readings(chosen, generation.names)
        written = guides(package, install, readings.values())
        shown_guides = [guide for guide in written if guide.path not in pages]
        _write_assets(work / "docs" / "assets", chosen, readings)
        _write_sources(work / "docs", pages, _forms(readings, package))
        _write_guides(work / "docs", shown_guides)
        _mkdocs(
            work,
            _navigation(chosen, generation.names, shown_guides),
            min(pages.keys() - {"index.md"}, default=""),
        )
        for path in documents.keys() - pages.keys():  # read as they are, by language models
            file = work / "site" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(documents[path], "utf-8")
        (work / "site" / MARKER).write_text(json.dumps({"pages": len(pages)}), "utf-8")
        if site.exists():
            shutil.rmtree(site)
        (work / "site").rename(site)
    return len(pages)


def _readings(sources: Iterable[EndpointSource], names: Names) -> dict[str, Reading]:
    """Return the endpoints that can be read, by model id."""
    readings = {source.model_id: read(source, names.copy())[0] for source in sources}
    return {model_id: reading for model_id, reading in readings.items() if reading}


def _forms(readings: Mapping[str, Reading], package: str) -> dict[str, dict[str, Any]]:
    """Return the form of each page."""
    return {_page(reading.name.parts): form_of(reading, package) for reading in readings.values()}


def _write_assets(
    folder: Path, sources: Iterable[EndpointSource], readings: Mapping[str, Reading]
) -> None:
    shutil.copytree(ASSETS, folder)
    (folder / "plausible.json").write_text(json.dumps(tables()), "utf-8")
    facts: dict[str, Any] = {}
    for source in sources:
        reading = readings.get(source.model_id)
        if reading:
            page = _page(reading.name.parts).removesuffix(".md")
            facts[f"{page}.html"] = filter_facts(source, reading)
    (folder / "models.json").write_text(json.dumps(facts), "utf-8")


def _write_sources(folder: Path, pages: Mapping[str, str], forms: Mapping[str, Any]) -> None:
    for path, text in pages.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path in forms:
            # Beside the page, so that only the suffix of its address differs.
            file.with_suffix(".form.json").write_text(json.dumps(forms[path]), "utf-8")
            # Vendor texts have no line breaks, so this can only be our own heading.
            place = (
                f'\n## Try it\n\n<div data-form="{file.stem}.form.json"></div>\n\n## Get started\n'
            )
            text = text.replace("\n## Get started\n", place, 1)
        elif path == "index.md":
            kinds = " ".join(INPUT_KINDS)
            text = text.replace(
                "\n## ", f'\n<div id="filters" data-kinds="{kinds}"></div>\n\n## ', 1
            )
            # The navigation lists the providers already.
            text = f"---\nhide: [toc]\n---\n{text}"
        file.write_text(text, "utf-8")


def _write_guides(folder: Path, shown_guides: Iterable[Guide]) -> None:
    for guide in shown_guides:
        file = folder / guide.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(guide.text, "utf-8")


def _navigation(
    sources: Iterable[EndpointSource], names: Names, shown_guides: Sequence[Guide]
) -> list[Any]:
    """Return the sections: all models, the guides, and one for each provider."""
    sections: list[Any] = [{"All models": "index.md"}]
    if shown_guides:
        sections.append({"Guides": [{guide.title: guide.path} for guide in shown_guides]})
    by_id = sorted(map(facts_of, sources), key=lambda facts: facts.model_id)
    for provider, models in groupby(by_id, lambda facts: facts.provider):
        pages = [{_title(facts): _page(names.endpoints[facts.model_id].parts)} for facts in models]
        sections.append({html.escape(provider): pages})
    return sections


def _title(facts: ModelFacts) -> str:
    """Return an endpoint's title as HTML, because the theme does not escape titles."""
    name = printable(facts.display_name or facts.model_id.partition("/")[2])
    return html.escape(f"{name} (gone)" if facts.gone else name)


def _page(parts: tuple[str, ...]) -> str:
    return page_path(parts).removeprefix("docs/")


def _mkdocs(work: Path, navigation: list[Any], indexed_whole: str) -> None:
    for package in ("mkdocs", "material"):
        if find_spec(package) is None:
            how = how_to_install("site", "runcomfy-codegen")
            raise SiteError(f"building the website needs {package}, which is not installed: {how}")
    tool: Any = import_module("mkdocs.config")
    build: Any = import_module("mkdocs.commands.build").build
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    settings = _SETTINGS | {
        "nav": navigation,
        "docs_dir": "docs",
        "site_dir": "site",
        "hooks": [str(SEARCH_HOOK)],
        "extra": {"generator": False, "indexed_whole": indexed_whole},
    }
    # JSON is valid YAML, and quotes the vendors' texts.
    (work / "mkdocs.yml").write_text(json.dumps(settings), "utf-8")
    config = tool.load_config(str(work / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    build(config)


def _palette(media: str, scheme: str, icon: str, other: str) -> dict[str, Any]:
    return {
        "media": media,
        "scheme": scheme,
        "primary": "custom",
        "accent": "custom",
        "toggle": {"icon": f"material/{icon}", "name": f"Switch to {other}"},
    }


_SETTINGS: dict[str, Any] = {
    "site_name": "RunComfy models",
    "use_directory_urls": False,  # pages `a/b` and `a/b/c` can both exist, and links work from a disk
    "theme": {
        "name": "material",
        "language": "en",
        "font": False,  # the default loads fonts from Google
        "features": ["content.code.copy", "navigation.prune", "search.highlight", "toc.follow"],
        "palette": [
            _palette("(prefers-color-scheme)", "default", "theme-light-dark", "light"),
            _palette("(prefers-color-scheme: light)", "default", "weather-sunny", "dark"),
            _palette("(prefers-color-scheme: dark)", "slate", "weather-night", "the system's"),
        ],
        "icon": {"logo": "material/palette-swatch-outline"},
    },
    "plugins": ["search"],
    "markdown_extensions": [
        *(extension for extension in MARKDOWN_EXTENSIONS if extension != "toc"),
        {"toc": {"permalink": True, "toc_depth": 3}},
    ],
    "exclude_docs": "",  # the default would exclude a provider named `templates`
    "extra_css": ["assets/site.css", "assets/try.css"],
    "extra_javascript": ["assets/filters.js", "assets/plausible.js", "assets/try.js"],
    "validation": {"links": {"not_found": "ignore"}},
}
