"""Recognise the content of a download: media, whose file gets a fitting ending, or an error page."""

from __future__ import annotations

import mimetypes
import re

from .._base.text import shorten
from .._schemas.media_kinds import kind_of_type
from ..media import _mime
from .names import split_ending

HEAD_BYTES = 1024  # of a file; enough to tell media from a page

_TEXT = re.compile(rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]*")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)
_XML_ERROR = re.compile(rb"<(?:\w+:)?(?:\w*error\w*|code|message)\b", re.IGNORECASE)
_JSON_ERROR = re.compile(
    rb'"(?:errors?|error_?(?:code|message)|message|msg|detail|code|fault|exception)"\s*:',
    re.IGNORECASE,
)
_TEXT_ENDINGS = {
    "HTML": (".html", ".htm", ".xhtml"),
    "JSON": (".json", ".jsonl", ".geojson", ".gltf"),
    "XML": (".xml", ".dae", ".x3d", ".ttml"),
}
_ERRORS = {"JSON": _JSON_ERROR, "XML": _XML_ERROR}

# Types that say nothing about the content.
_GENERIC = re.compile(
    r"|(?:application|binary)/(?:octet-stream|x-binary|x-download|force-download)"
)
_OTHER_TYPES = mimetypes.MimeTypes()  # the built-in table only, so that all machines agree
_OTHER_ENDINGS = {
    "model/gltf-binary": ".glb",
    "model/gltf+json": ".gltf",
    "model/obj": ".obj",
    "model/stl": ".stl",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
}
UNKNOWN_ENDING = ".bin"


def refusal(head: bytes, media_type: str, name: str) -> str | None:
    """Return why bytes are an error page and not an output; None if they are to be saved.

    Args:
        head: The first bytes.
        media_type: As the server states it, which decides only where the bytes do not.
        name: The file's name in its URL.
    """
    text = head[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text or _known_type(head) or not _TEXT.fullmatch(text) or _SVG.search(text):
        return None
    language = _language(text, media_type)
    ending = split_ending(name)[1].lower()
    if language is None or ending in _TEXT_ENDINGS[language]:
        return None
    is_error = language == "HTML" or bool(_ERRORS[language].search(text))
    if not is_error and not _mime.has_media_ending(name):
        return None
    shown = shorten(text.decode("utf-8", "replace"), 120)
    return f"the content is {language}, not a file: {shown}"


def _language(text: bytes, media_type: str) -> str | None:
    if _HTML.search(text) or ("html" in media_type and text.startswith(b"<")):
        return "HTML"
    if "html" in media_type:
        return "HTML"
    if text[:1] in b"{[":
        return "JSON"
    if text.startswith(b"<"):
        return "XML"
    return None


def ending_of(head: bytes, media_type: str, name: str) -> str:
    """Return the ending for a file: by its content, then the stated type, then its name in the URL."""
    own = split_ending(name)[1]
    detected = _known_type(head, media_type.partition("/")[0]) or media_type
    if _GENERIC.fullmatch(detected):
        return own or UNKNOWN_ENDING
    if detected in (_mime.detect(b"", name, ""), _OTHER_TYPES.guess_type(name)[0]):
        return own  # `.jpeg` stays what it is
    return _ending_for(detected) or own or UNKNOWN_ENDING


def stem_of(name: str, ending: str) -> str:
    """Return a file's name in its URL without its ending, where that means the type of a file."""
    stem, own = split_ending(name)
    if own and (own == ending or _mime.has_media_ending(name)):
        return stem
    return name


def _known_type(head: bytes, kind: str = "") -> str:
    detected = _mime.detect(head[: _mime.HEAD_BYTES], "", kind)
    if kind_of_type(detected):
        return detected
    if _SVG.search(head) and _TEXT.fullmatch(head):
        return "image/svg+xml"
    return ""


def _ending_for(media_type: str) -> str:
    ending = _mime.ending_for(media_type)
    if ending != UNKNOWN_ENDING:
        return ending
    return _OTHER_ENDINGS.get(media_type) or _OTHER_TYPES.guess_extension(media_type) or ""
