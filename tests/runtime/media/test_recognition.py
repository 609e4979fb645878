"""Formats are recognised by their content, as the library `filetype` recognises them."""

from __future__ import annotations

import io
import time
from typing import Any

import filetype  # type: ignore[import-untyped]
import pytest
from runcomfy_codegen.runtime._schemas.media_kinds import MediaKind
from runcomfy_codegen.runtime.media._mime import SIGNATURES, UNKNOWN, detect, fits

BOX = b"\0\0\0\x20ftyp"
CONTENTS: dict[str, tuple[bytes, MediaKind]] = {
    "avif": (BOX + b"avif\0\0\0\0avifmif1miaf", "image"),
    "heic": (BOX + b"heic\0\0\0\0mif1heic", "image"),
    "mp4": (BOX + b"isom\0\0\x02\0isomiso2avc1mp41", "video"),
    "mov": (BOX + b"qt  \0\0\x02\0qt  ", "video"),
    "3gp": (BOX + b"3gp5\0\0\x02\x003gp5", "video"),
    "m4a": (BOX + b"M4A \0\0\0\0M4A mp42isom", "audio"),
    "webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm\x42\x87\x81\x04", "video"),
    "mkv": (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska\x42\x87", "video"),
    "avi": (b"RIFF\x24\0\0\0AVI LIST", "video"),
    "flv": (b"FLV\x01\x05\0\0\0\x09", "video"),
    "wmv": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c", "video"),
    "mpeg": (b"\0\0\x01\xba\x44\0\x04\0\x04\x01", "video"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt ", "audio"),
    "flac": (b"fLaC\0\0\0\x22", "audio"),
    "ogg": (b"OggS\0\x02" + b"\0" * 20, "audio"),
    "mp3 with a tag": (b"ID3\x04\0\0\0\0\0\0", "audio"),
    "mp3": (b"\xff\xfb\x90\x44\0\0\0\0", "audio"),
    "mp3 of MPEG 2": (b"\xff\xf3\x84\x64\0\0\0\0", "audio"),
    "aac": (b"\xff\xf1\x50\x80\x02\x1f\xfc", "audio"),
    "amr": (b"#!AMR\n<\x91", "audio"),
    "aiff": (b"FORM\0\0\0\x24AIFFCOMM", "audio"),
    "midi": (b"MThd\0\0\0\x06\0\0\0\x01\0\x80", "audio"),
    "jxr": (b"II\xbc\x01\x20\0\0\0", "image"),
    "psd": (b"8BPS\0\x01\0\0\0\0\0\0", "image"),
    "xcf": (b"gimp xcf v011\0", "image"),
}
# The two name these differently, or only one knows them.
KINDS_BEGIN = {"image/", "video/", "audio/"}
SAME = {
    "image/jpx": "image/jp2",
    "image/apng": "image/png",
    "image/x-canon-cr2": "image/tiff",
    "video/x-m4v": "video/mp4",
    "audio/x-wav": "audio/wav",
    "audio/m4a": "audio/mp4",
    "audio/x-flac": "audio/flac",
    "audio/x-aiff": "audio/aiff",
    "image/vnd.ms-photo": "image/vnd.ms-photo",
    "video/x-ms-wmv": "video/x-ms-asf",
    "application/vnd.rn-realmedia": "video/vnd.rn-realmedia",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_formats_are_recognised_as_the_library_does(name: str) -> None:
    content, kind = CONTENTS[name]
    found = detect(content, "", kind)
    assert fits(found, kind)
    theirs = filetype.guess_mime(content + bytes(600))
    if theirs is not None:
        assert found == SAME.get(theirs, theirs)


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"RF64\xff\xff\xff\xffWAVEds64", "audio", "audio/wav"),
        (b"riff\x2e\x91\xcf\x11" + b"\0" * 30, "audio", "audio/wav"),
        (b"FORM\0\0\0\0AIFCFVER", "audio", "audio/aiff"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 60, "audio", "audio/x-matroska"),
        (BOX + b"qt  ", "audio", "audio/mp4"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video", "video/quicktime"),
        ((b"\x47" + bytes(187)) * 4, "video", "video/mp2t"),
        ((bytes(4) + b"\x47" + bytes(187)) * 4, "video", "video/mp2t"),
        (b"OggS" + bytes(24) + b"\x80theora", "video", "video/ogg"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "image", "image/jxl"),
        (b"\xff\x0a\xfa\x1f", "image", "image/jxl"),
        (BOX + b"crx \0\0\0\x01crx isom", "image", "image/x-canon-cr3"),
        (b"<?xml version='1.0'?>\n<!-- a --><svg xmlns='x'>", "image", "image/svg+xml"),
        (b"<!DOCTYPE html><html>", "image", "text/html"),
        (b"BMW is a car, and this is a text", "image", UNKNOWN),
        (b"\xff\xfeT\0e\0x\0t\0", "audio", UNKNOWN),
        ("\ufeff<svg xmlns='x'>".encode("utf-16-le"), "image", "image/svg+xml"),
        (
            "\ufeff<?xml version='1.0'?><svg xmlns='x'>".encode("utf-16-be"),
            "image",
            "image/svg+xml",
        ),
        (b"\xef\xbb\xbf<svg/>", "image", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg:svg xmlns:svg='x'>", "image", "image/svg+xml"),
        (
            b"<?xml version='1.0'?><!-- a -> b " + b"c" * 2000 + b" -->\n<svg>",
            "image",
            "image/svg+xml",
        ),
        (
            b'<!DOCTYPE svg PUBLIC "a" "b" [\n<!ENTITY ns "x>y">\n]>\n<svg>',
            "image",
            "image/svg+xml",
        ),
        (b"<?xml version='1.0'?><rss><svg></svg></rss>", "image", UNKNOWN),
        (b"<!-- <svg> -->", "image", UNKNOWN),
        (b"#define im_width 16\n#define im_height 16\nstatic char", "image", "image/x-xbitmap"),
        (b"/* by hand */\n#define a 1\n#define b 2\n", "image", "image/x-xbitmap"),
        (b"/* XPM */\nstatic char *a[] = {", "image", "image/x-xpixmap"),
        (b"#define a program", "image", UNKNOWN),
        (b"RIFF\x10\0\0\0RMIDdata", "audio", "audio/midi"),
        (b"AC1032\0\0", "image", "image/vnd.dwg"),
        (b"\0\0\0\x01\x67\x42\xc0\x1e", "video", "video/h264"),
    ],
)
def test_formats_that_the_library_does_not_know(content: bytes, kind: str, expected: str) -> None:
    assert detect(content, "", kind) == expected


# Written in ways that begin like nothing in particular, is no image by its own name, or is deprecated.
NOT_TOLD = {"PALM", "PDF", "SPIDER", "MSP", "IM"}


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_what_pillow_writes_is_recognised(mode: str) -> None:
    pillow: Any = pytest.importorskip("PIL.Image")
    pillow.init()
    written = 0
    for format_ in sorted(pillow.SAVE.keys() - NOT_TOLD):
        file = io.BytesIO()
        try:
            pillow.new(mode, (16, 16)).save(file, format_)
        except (OSError, KeyError, ValueError):  # not in this mode, or not by this Pillow
            continue
        assert fits(detect(file.getvalue(), "", "image"), "image"), format_
        written += 1
    assert written > 8


def test_every_image_video_and_sound_of_the_library_is_known() -> None:
    ours = {type_ for _, type_ in SIGNATURES}
    theirs = {type_.mime for type_ in filetype.types if type_.mime[:6] in KINDS_BEGIN}
    assert {SAME.get(mime, mime) for mime in theirs} - ours == set()


@pytest.mark.parametrize("part", [b"<!---->", b"<?a?>\n", b"<!--", b"<!DOCTYPE [", b"/**/", b"<\0"])
def test_no_content_takes_long_to_recognise(part: bytes) -> None:
    start = time.thread_time()
    assert detect(part * 4096, "", "image") == UNKNOWN
    assert time.thread_time() - start < 0.5  # exponential: for ever
