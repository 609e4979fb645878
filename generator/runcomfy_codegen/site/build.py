"""The website: the pages of `docs/` through MkDocs with the Material theme, nothing of it remote."""

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
from ..build.reading import read
from ..dialect.facts import INPUT_KINDS, Facts, facts_of
from ..names.lock import Names
from ..reference.pages import page_path
from ..runtime._base.install import how_to_install
from ..schemas.folder import EndpointSource
from ..text.untrusted import printable
from .forms import form_of
from .guides import Guide, guides
from .plausible import tables

ASSETS = Path(__file__).parent / "assets"
SEARCH_HOOK = Path(__file__).parent / "search_index.py"
MARKER = "runcomfy-site.json"
"""In the folder of a built site: what it was made of, and that it may be replaced."""
MARKDOWN_EXTENSIONS = ("tables", "toc", "pymdownx.superfences", "pymdownx.highlight")


class SiteError(Exception):
    """Why there is no site; the folder is as it was."""


def build_site(
    generation: Generation,
    sources: Iterable[EndpointSource],
    site: Path,
    package: str = "runcomfy",
    install: str = "",
) -> int:
    """Write the site into a folder, which it replaces as a whole.

    Args:
        generation: The SDK with its reference pages.
        sources: The endpoints; those that could not be generated have no page.
        site: The folder.
        package: The import name of the SDK.
        install: What pip is given for the SDK; empty for its folder.

    Returns:
        The number of reference pages.

    Raises:
        SiteError: If MkDocs is missing, or the folder holds something else than a site.
        OSError: If a file cannot be written.
    """
    if site.exists() and any(site.iterdir()) and not (site / MARKER).is_file():
        raise SiteError(f"{site} holds something else than a site: choose another folder")
    pages = {
        path.removeprefix("docs/"): text
        for path, text in generation.items()
        if path.startswith("docs/")
    }
    chosen = [each for each in sources if each.model_id in generation.endpoint_files.values()]
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=site.parent, prefix=".site-") as name:
        work = Path(name)
        shown = [guide for guide in guides(package, install) if guide.path not in pages]
        _write_sources(work / "docs", pages, _forms(chosen, generation.names, package))
        _write_guides(work / "docs", shown)
        _mkdocs(
            work,
            _navigation(chosen, generation.names, shown),
            min(pages.keys() - {"index.md"}, default=""),
        )
        (work / "site" / MARKER).write_text(json.dumps({"pages": len(pages)}), "utf-8")
        if site.exists():
            shutil.rmtree(site)
        (work / "site").rename(site)
    return len(pages)


def _forms(
    sources: Iterable[EndpointSource], names: Names, package: str
) -> dict[str, dict[str, Any]]:
    """Return the form of each page."""
    forms: dict[str, dict[str, Any]] = {}
    for source in sources:
        reading, _ = read(source, names.copy())
        if reading:
            forms[_page(reading.name.parts)] = form_of(reading, package)
    return forms


def _write_sources(folder: Path, pages: Mapping[str, str], forms: Mapping[str, Any]) -> None:
    shutil.copytree(ASSETS, folder / "assets")
    (folder / "assets" / "plausible.json").write_text(json.dumps(tables()), "utf-8")
    for path, text in pages.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path in forms:
            # Beside the page, so that its address is the page's own with another end.
            file.with_suffix(".form.json").write_text(json.dumps(forms[path]), "utf-8")
            # Vendor text is in one line each: only our own heading stands alone.
            place = (
                f'\n## Try it\n\n<div data-form="{file.stem}.form.json"></div>\n\n## Get started\n'
            )
            text = text.replace("\n## Get started\n", place, 1)
        elif path == "index.md":
            kinds = " ".join(INPUT_KINDS)
            text = text.replace(
                "\n## ", f'\n<div id="filters" data-kinds="{kinds}"></div>\n\n## ', 1
            )
            text = f"---\nhide: [toc]\n---\n{text}"  # of the providers, whom the navigation has
        file.write_text(text, "utf-8")


def _write_guides(folder: Path, shown: Iterable[Guide]) -> None:
    for guide in shown:
        file = folder / guide.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(guide.text, "utf-8")


def _navigation(
    sources: Iterable[EndpointSource], names: Names, shown: Sequence[Guide]
) -> list[Any]:
    """Return the guides, and a section for each provider."""
    facts = sorted(map(facts_of, sources), key=lambda each: each.model_id)
    return [
        {"All models": "index.md"},
        *({"Guides": [{guide.title: guide.path} for guide in shown]} for _ in shown[:1]),
        *(
            {
                html.escape(provider): [
                    {_title(each): _page(names.endpoints[each.model_id].parts)} for each in group
                ]
            }
            for provider, group in groupby(facts, lambda each: each.provider)
        ),
    ]


def _title(facts: Facts) -> str:
    """Below its provider. As HTML: the theme prints titles as they are."""
    name = printable(facts.display_name or facts.model_id.partition("/")[2])
    return html.escape(f"{name} (gone)" if facts.gone else name)


def _page(parts: tuple[str, ...]) -> str:
    return page_path(parts).removeprefix("docs/")


def _mkdocs(work: Path, navigation: list[Any], indexed_whole: str) -> None:
    for package in ("mkdocs", "material"):
        if find_spec(package) is None:
            how = how_to_install("site", "runcomfy-codegen")
            raise SiteError(f"the site is built with MkDocs, and {package} is missing: {how}")
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
    # JSON is YAML, and quotes what vendors write.
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
    "use_directory_urls": False,  # `a/b.html` and `a/b/c.html` can both be; and it works from a disk
    "theme": {
        "name": "material",
        "language": "en",
        "font": False,  # else it asks Google's hosts
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
        *(each for each in MARKDOWN_EXTENSIONS if each != "toc"),
        {"toc": {"permalink": True, "toc_depth": 3}},
    ],
    "exclude_docs": "",  # by default a provider called `templates` would be left out
    "extra_css": ["assets/site.css", "assets/try.css"],
    "extra_javascript": ["assets/filters.js", "assets/plausible.js", "assets/try.js"],
    "validation": {"links": {"not_found": "ignore"}},
}
