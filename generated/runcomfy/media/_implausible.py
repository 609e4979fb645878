# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Texts that are certainly not what was meant: one table for the SDK, the emulator and the website."""

from __future__ import annotations

import re

from .._base.json_values import is_object
from .._schemas.media_kinds import KINDS

_HEAD = 4096  # characters of a text that are looked at: it may be megabytes of base64

# What a host ends in where somebody forgets the scheme; no folder has such a name by chance.
_TOP_LEVELS = "com|net|org|io|ai|co|dev|app|cloud|edu|gov|info|xyz|cn|de|eu|fr|in|jp|kr|uk|us"

# Pattern at the beginning, and advice; the first match wins.
MEDIA: tuple[tuple[str, str], ...] = (
    (r"https?://(?:/|\s*$)", "has no host; write https://<host>/<path>"),
    (r"\s+https?://|https?://\S*\s+$", "has white space around the URL; remove it"),
    # A query may hold a list of URLs.
    (
        r"https?://(?:(?!=https?(?::|%3a))\S)*?[,;|\s]\s*https?://",
        "holds several URLs; pass each one as a text of its own",
    ),
    (r"https?://\S*[\s\u200b\u2060\ufeff]", "has white space in the URL; write %20, or remove it"),
    (r"https?://|data:", ""),  # these are checked as what they are
    (
        # The beginnings of PNG, JPEG, GIF, RIFF, ISO media, JPEG 2000, TIFF, BMP, Matroska, Ogg,
        # FLAC, ID3, MPEG audio, AIFF, RF64 and PDF.
        r"\s*(?:iVBORw0KGg|[/_]9j[/_]|R0lGOD|UklGR|AAAA..Z0eX|AAAADGpQ|SUkq|TU0A|Qk[0-3]|GkXfo|T2dnU|"
        r"ZkxhQ|SUQz|//[E-Pk-v]|Rk9ST|UkY2N|JVBERi)[\w+/\-\s]{32}",
        "is base64 without its head; put data:<type>;base64, before it, or pass the bytes",
    ),
    # The URL-safe form of MPEG audio begins like a file name, but no file name is as long.
    (
        r"__[E-Pk-v][\w\-]{255}",
        "is base64 without its head; put data:<type>;base64, before it, or pass the bytes",
    ),
    (
        r"\s*(?:\w+/[\w.+\-]+)?;?base64,",
        "is a data URI without its head; write data:<type>;base64,<content>",
    ),
    (r"\s*[\"'`\u2018\u201c\u00ab]", "is in quotes; remove them"),
    (
        r"\s*(?:<|[\[{]\s*[\"'{\[]|!?\[.*\]\(|b['\"]|(?:Pure)?(?:Posix|Windows)?Path\()",
        "is the text form of something else; pass the object itself, or a URL",
    ),
    (
        r"\s*(?:none|null|nil|undefined|nan|true|false)\s*$",
        "is not a URL; leave the parameter out where there is nothing to pass",
    ),
    (
        r"\s*(?:https?(?::/?[^/]|//)|h?t?tps?[:;]//|h[tx]{1,3}ps?[:;]/{1,2}|https?;//)",
        "looks like a misspelt URL; write https://",
    ),
    (r"\s*//[\w\-]+(?:\.[\w\-]+)+/", "has no scheme; write https: before it"),
    (
        rf"\s*(?:www\.|(?:[\w\-]+\.)+(?:{_TOP_LEVELS})(?::\d+)?/|"
        r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?/)",
        "has no scheme; write https:// before it",
    ),
    (
        r"\s*(?:file:|~[\w.\-]*[\\/]|/|\.\.?[\\/]|\\|[a-z]:[\\/]|\$\{?\w+\}?[\\/]|%\w+%[\\/]|"
        r"[\w .()\-]+(?:\\[\w .()\-]+)+$)",
        "is a path, but a string is sent as it is given (a URL or a data URI); "
        'to send a file, pass its Path, or {"$file": "its path"} in JSON Lines',
    ),
    (
        r"\s*(?:[a-z][a-z0-9+.\-]*://|(?:blob|about|javascript|mailto|cid|urn):)",
        "has a scheme that the service cannot fetch; pass an https URL, or the content itself",
    ),
)


def _endings_of_media() -> str:
    """Return a pattern of the endings of all media files, without the dot."""
    endings: list[str] = []
    for kind in KINDS.values():
        for of_type in kind.endings.values():
            endings += (ending.removeprefix(".") for ending in of_type)
    return "|".join(endings)


FILE_NAME = (
    rf"\s*(?:[\w .()\[\]\-]+/)*[\w .()\[\]\-]+\.(?:{_endings_of_media()})\s*$",
    "is the name of a file, but a string is sent as it is given (a URL or a data URI); "
    'to send a file, pass its Path, or {"$file": "its path"} in JSON Lines',
)
"""As in MEDIA, for models that have no files of their own."""

# Names of texts that say what is to be made; a negative prompt is often meant to be empty.
_PROMPT = re.compile(r"prompt(?:_?text)?$|(?:^|_)text$", re.IGNORECASE)
_NEGATIVE = re.compile("negative", re.IGNORECASE)
_MAY_BE_EMPTY = re.compile(r"\b(?:empty|blank|optional|omit|leave)|可选|留空|为空", re.IGNORECASE)


# White space, and characters that nobody sees: joiners, marks of direction, blank letters of some
# scripts, control characters.
UNSEEN = (
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]*"
)
SEEN = f"[^{UNSEEN[1:-2]}]"
"""The pattern of a text that is not blank, in the syntax that Python and JavaScript share."""


def is_blank(text: str) -> bool:
    """Tell whether nobody would see anything of a text."""
    return re.fullmatch(UNSEEN, text) is not None


def takes_file_names(model_id: str) -> bool:
    """Tell whether a model may know files by their names: community models show some as examples."""
    return model_id.startswith("community/")


def implausible_media(text: str, *, may_be_name: bool) -> str:
    """Return why a text cannot be meant as media, as advice; empty where it can.

    Args:
        text: The text.
        may_be_name: Whether it may be the name of a file that the model has.
    """
    head = text[:_HEAD]
    for pattern, advice in MEDIA if may_be_name else (*MEDIA, FILE_NAME):
        if re.match(pattern, head, re.IGNORECASE | re.DOTALL):
            return advice
    return ""


def needs_text(name: str, schema: object) -> bool:
    """Tell whether a blank text is certainly a mistake for a required parameter.

    Args:
        name: The name in the JSON that is sent.
        schema: What is published of the parameter.
    """
    if not is_object(schema) or schema.get("type") != "string":
        return False
    if not _PROMPT.search(name) or _NEGATIVE.search(name):
        return False
    values = [schema.get("default"), schema.get("example"), schema.get("const")]
    for several in (schema.get("examples"), schema.get("enum")):
        values += several if isinstance(several, list) else []
    described = f"{schema.get('title')} {schema.get('description')}"
    gives_meaning = (
        "" in values or schema.get("minLength") == 0 or _MAY_BE_EMPTY.search(described) is not None
    )
    return not gives_meaning
