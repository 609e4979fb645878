"""Turn the guides of `docs/` into pages of the website, with the names of the SDK it documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..build.reading import Reading
from ..runtime._base.install import FOLDER, pip_install
from .guide_examples import guide_models, rewritten

PACKAGE = Path(__file__).parents[1]
# In the wheel the documentation travels inside the package; in a checkout it is at the top level.
FOLDERS = (PACKAGE / "documentation", PACKAGE.parents[1] / "docs")
ORDER = (
    "errors-and-money",
    "files-and-media",
    "batches",
    "agents",
    "several-machines",
    "testing",
    "command-line",
    "schemas",
    "proxies",
    "upgrading",
)
_TITLE = re.compile(r"# (.+)")
# Places where the examples name the package: imports, modules and commands.
_NAME = re.compile(
    r"(?<=\bfrom )runcomfy\b|(?<=\bimport )runcomfy\b|(?<=-m )runcomfy\b|(?<=\"-m\", \")runcomfy\b"
    r"|(?<=\bfiles\(\")runcomfy\b|\bruncomfy(?=\.testing|\.media|\.tools|\.__version__|-sdk\b)"
)

_INSTALL = re.compile(r"pip install '\./generated\[(\w+)\]'")


class Guide(NamedTuple):
    """A page of the website; `path` is relative to the folder of its sources."""

    path: str
    title: str
    text: str


def guides(package: str, install: str = "", readings: Iterable[Reading] = ()) -> Iterator[Guide]:
    """Yield the guides in reading order, then the description of the API.

    Args:
        package: The import name of the SDK, which the examples show.
        install: What pip is given for the SDK; empty for its folder.
        readings: The endpoints of the SDK, which the examples call.
    """
    folder = next((path for path in FOLDERS if (path / "guides").is_dir()), None)
    if folder is None:
        return

    def command(match: re.Match[str]) -> str:
        return pip_install(install or FOLDER, match[1], package)

    models = guide_models(readings)
    for file in (*(folder / "guides" / f"{name}.md" for name in ORDER), folder / "protocol.md"):
        text = _NAME.sub(package, file.read_text("utf-8"))
        if models:
            text = rewritten(text, models[1] if file.stem == "files-and-media" else models[0])
        text = _INSTALL.sub(command, text).replace("](../protocol.md", "](protocol.md")
        title = _TITLE.match(text)
        yield Guide(f"guides/{file.name}", title[1] if title else file.stem, text)
