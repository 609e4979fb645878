"""Media types: told from the first bytes, from a file name, and turned into a file name's ending."""

from __future__ import annotations

import mimetypes
import re
from pathlib import PurePath

KINDS = {"image": "an image", "video": "a video", "audio": "audio"}

UNKNOWN = "application/octet-stream"  # the vendor may read formats that we do not know

HEAD_BYTES = 64  # enough for every signature below


class UnusableMediaError(ValueError):
    """Why a medium cannot be sent, as a text for the caller."""


# First match wins. ISO media files (MP4, MOV, M4A, HEIC, AVIF) name their brand after `ftyp`.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"....ftypavi[fs]", "image/avif"),
        (rb"....ftypm(?:if|sf)1.*avi[fs]", "image/avif"),
        (rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", "image/heic"),
        (rb"....ftypM4[AB] ", "audio/mp4"),
        (rb"....ftypqt  ", "video/quicktime"),
        (rb"....ftyp", "video/mp4"),
        (rb"\x1a\x45\xdf\xa3.{0,48}webm", "video/webm"),
        (rb"\x1a\x45\xdf\xa3", "video/x-matroska"),
        (rb"fLaC", "audio/flac"),
        (rb"OggS", "audio/ogg"),
        (rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", "audio/mpeg"),  # a tag, or a layer III frame
        (rb"\xff[\xf0\xf1\xf8\xf9]", "audio/aac"),
    )
)

# The first ending of a type is the one given to a download.
_ENDINGS: dict[str, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/avif": (".avif",),
    "image/heic": (".heic", ".heif"),
    "image/bmp": (".bmp",),
    "image/tiff": (".tiff", ".tif"),
    "image/svg+xml": (".svg",),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov",),
    "video/webm": (".webm",),
    "video/x-matroska": (".mkv",),
    "video/mpeg": (".mpeg", ".mpg"),
    "video/x-msvideo": (".avi",),
    "video/ogg": (".ogv",),
    "audio/wav": (".wav",),
    "audio/mpeg": (".mp3",),
    "audio/flac": (".flac",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mp4": (".m4a", ".m4b"),
    "audio/aac": (".aac",),
    "audio/webm": (".weba",),
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}

# Tells a text or a PDF from a picture by its name; built-in table only, whatever this machine adds.
_OTHER = mimetypes.MimeTypes()

# Containers that hold either kind: the field they are passed to decides.
_BY_KIND = {
    ("video/mp4", "audio"): "audio/mp4",
    ("video/webm", "audio"): "audio/webm",
    ("audio/ogg", "video"): "video/ogg",
}


def detect(head: bytes, name: str, kind: str) -> str:
    """The media type, from the content first and then from the file name; `UNKNOWN` if neither tells."""
    found = next((media_type for sign, media_type in _SIGNATURES if sign.match(head)), None)
    found = found or _BY_ENDING.get(PurePath(name).suffix.lower()) or _OTHER.guess_type(name)[0]
    return _BY_KIND.get((found, kind), found) if found else UNKNOWN


def fits(media_type: str, kind: str) -> bool:
    """Whether media of this type can be meant by a field of this kind."""
    return (
        media_type.startswith(f"{kind}/")
        or media_type == UNKNOWN
        or (media_type, kind) == ("image/gif", "video")
    )


def has_media_ending(name: str) -> bool:
    """Whether a file name ends like a known image, video or audio format."""
    return PurePath(name).suffix.lower() in _BY_ENDING


def kind_of_name(name: str) -> str:
    """What a file is by its name: "image", "video", "audio"; empty for anything else."""
    return _BY_ENDING.get(PurePath(name).suffix.lower(), "").partition("/")[0]


def ending_for(media_type: str) -> str:
    """The file name's ending for a media type, `.bin` if it is not a known one."""
    return _ENDINGS.get(media_type, (".bin",))[0]
