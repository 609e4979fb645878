"""Media types: told from the first bytes, from a file name, and turned into a file name's ending."""

from __future__ import annotations

import mimetypes
import re
from pathlib import PurePath

from .._schemas.media_kinds import KINDS, MediaKind, kind_of_type

UNKNOWN = "application/octet-stream"

HEAD_BYTES = 4096  # enough for every signature below, and for the comments before an SVG


class UnusableMediaError(ValueError):
    """A medium cannot be sent; the text is for the caller."""


# First match wins. ISO media files (MP4, MOV, M4A, HEIC, AVIF) name their brand after `ftyp`.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"....ftypavi[fs]", "image/avif"),
    (rb"....ftypm(?:if|sf)1.{0,60}avi[fs]", "image/avif"),
    (rb"....ftyp(?:hei[cxms]|hev[cxms])", "image/heic"),
    (rb"....ftypm(?:if|sf)1.{0,60}he(?:ic|ix|vc)", "image/heic"),
    (rb"....ftypm(?:if|sf)1", "image/heif"),
    (rb"....ftypcrx ", "image/x-canon-cr3"),
    (rb"\0\0\0\x0cjP  \r\n\x87\n.{8}jp[2xmh]", "image/jp2"),
    (rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", "image/jp2"),
    (rb"\0\0\0\x0cJXL \r\n\x87\n|\xff\x0a", "image/jxl"),
    (rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", "image/bmp"),
    (rb"II\xbc[\0\x01]", "image/vnd.ms-photo"),
    (rb"II[*+]\0|MM\0[*+]|IIRO|IIRS|IIU\0|MMOR", "image/tiff"),
    (rb"\0\0[\x01\x02]\0[^\0]\0", "image/x-icon"),
    (rb"8BPS\0[\x01\x02]", "image/vnd.adobe.photoshop"),
    (rb"P[1-7Ff]\s", "image/x-portable-anymap"),
    (rb"v/1\x01", "image/x-exr"),
    (rb"#\?(?:RADIANCE|RGBE)\n", "image/vnd.radiance"),
    (rb"qoif", "image/qoi"),
    (rb"DDS \x7c\0\0\0", "image/vnd-ms.dds"),
    (rb"\x0a[\0-\x05]\x01[\x01\x02\x04\x08]", "image/x-pcx"),
    (rb"\x01\xda[\0\x01][\x01\x02]\0", "image/sgi"),
    (rb"icns", "image/icns"),
    (rb"gimp xcf ", "image/x-xcf"),
    (
        rb"(?:\xef\xbb\xbf)?\s*(?:(?:<!--(?:(?!-->).)*-->|<\?(?:(?!\?>).)*\?>|<!DOCTYPE[^\[>]*(?:\[(?:(?!\]\s*>).)*\]\s*)?>)\s*)*"
        rb"<(?:\w+:)?svg[\s>/]",
        "image/svg+xml",
    ),
    (rb"\xff\xfe(?:<\0(?:[^\0]\0)*?)?<\0s\0v\0g\0[\s>/]\0", "image/svg+xml"),
    (rb"\xfe\xff(?:\0<(?:\0[^\0])*?)?\0<\0s\0v\0g\0[\s>/]", "image/svg+xml"),
    (
        rb"\s*(?:/\*(?:(?!\*/).)*\*/\s*)?#define\s+\w+\s+\d+\s+#define\s+\w+\s+\d+\s",
        "image/x-xbitmap",
    ),
    (rb"/\* XPM \*/", "image/x-xpixmap"),
    (rb"\x28\0\0\0.{8}\x01\0[\x01\x04\x08\x10\x18\x20]\0", "image/bmp"),
    (rb"%!PS-Adobe-\d\.\d EPSF|\xc5\xd0\xd3\xc6", "image/x-eps"),
    (rb"\xd7\xcd\xc6\x9a", "image/wmf"),
    (rb"\x01\0\0\0.{36} EMF", "image/emf"),
    (rb"AC10\d\d", "image/vnd.dwg"),
    (rb"AT&TFORM....DJV", "image/vnd.djvu"),
    (rb"SIMPLE  = ", "image/fits"),
    (rb"BPG\xfb", "image/bpg"),
    (rb"FLIF[\x31-\x6f]", "image/flif"),
    (rb"BLP[12]\0|BLP[12][\0-\x02]", "image/x-blp"),
    (rb"\x59\xa6\x6a\x95", "image/x-sun-raster"),
    (rb"\xb1\x68\xde\x3a", "image/x-dcx"),
    (rb"Image type: [^\n]{1,60}\n", "image/x-im"),
    (rb"SDPX|XPDS", "image/dpx"),
    (rb"\x80\x2a\x5f\xd7", "image/cineon"),
    (rb"\xabKTX [12]", "image/ktx"),
    (rb"FUJIFILMCCD-RAW", "image/x-fuji-raf"),
    (rb"II\x1a\0\0\0HEAPCCDR", "image/x-canon-crw"),
    (rb"\0MRM", "image/x-minolta-mrw"),
    (rb"FOVb", "image/x-sigma-x3f"),
    (rb"FORM....(?:ILBM|PBM )", "image/x-ilbm"),
    (rb"\x8bJNG\r\n\x1a\n", "image/x-jng"),
    (rb"\x8aMNG\r\n\x1a\n", "video/x-mng"),
    (rb"(?:RIFF|RF64|BW64|RIFX)....WAVE|riff\x2e\x91\xcf\x11", "audio/wav"),
    (rb"RIFF....AVI[ X]", "video/x-msvideo"),
    (rb"RIFF....RMID", "audio/midi"),
    (rb"RIFF....QLCM", "audio/qcelp"),
    (rb"FORM....8SVX", "audio/x-8svx"),
    (rb"FRM8.{8}DSD ", "audio/x-dff"),
    (rb"FORM....AIF[FC]", "audio/aiff"),
    (rb"....ftyp(?:M4[ABP] |F4[AB] )", "audio/mp4"),
    (rb"....ftyp3g[2]", "video/3gpp2"),
    (rb"....ftyp3g[a-z0-9]", "video/3gpp"),
    (rb"....ftypqt  ", "video/quicktime"),
    (rb"....ftyp", "video/mp4"),
    (rb"....(?:moov|mdat|wide|pnot)", "video/quicktime"),
    (rb"\x1a\x45\xdf\xa3.{0,48}webm", "video/webm"),
    (rb"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (rb"FLV\x01", "video/x-flv"),
    (rb"\0\0\x01[\xba\xb3]", "video/mpeg"),
    (rb"\x47.{187}\x47.{187}\x47", "video/mp2t"),
    (rb".{4}\x47.{191}\x47.{191}\x47", "video/mp2t"),
    (rb"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02", "video/mxf"),
    (rb"\.RMF", "video/vnd.rn-realmedia"),
    (rb"DKIF", "video/x-ivf"),
    (rb"YUV4MPEG2 ", "video/x-yuv4mpeg"),
    (rb"\0\0\x01\xb0", "video/mp4v-es"),
    (rb"\0\0\0?\x01[\x27\x47\x67].[\0\x40\x80\xc0\xe0]", "video/h264"),
    (rb"\0\0\0?\x01\x40\x01\x0c", "video/h265"),
    (rb"\x12\0\x0a", "video/av1"),
    (rb"....[\x11\x12]\xaf", "video/x-fli"),
    (rb"\x1f\x07\0[\x3f\xbf]", "video/dv"),
    (rb"\xb7\xd8\0\x20\x37\x49\xda\x11", "video/x-wtv"),
    (rb"nut/multimedia container\0", "video/x-nut"),
    (rb"BIK[bfghik]|KB2[adfghij]", "video/vnd.radgamettools.bink"),
    (rb"OggS.{24,60}\x80theora", "video/ogg"),
    (rb"OggS", "audio/ogg"),
    (rb"fLaC", "audio/flac"),
    (rb"ID3|\xff[\xe2-\xe5\xf2-\xf7\xfa-\xfd][^\xf0-\xff]", "audio/mpeg"),
    (rb"\xff[\xf0\xf1\xf8\xf9]|ADIF", "audio/aac"),
    (rb"#!AMR", "audio/amr"),
    (rb"MThd\0\0\0\x06", "audio/midi"),
    (rb"\.snd\0", "audio/basic"),
    (rb"caff\0\x01", "audio/x-caf"),
    (rb"wvpk", "audio/x-wavpack"),
    (rb"MAC ", "audio/x-ape"),
    (rb"DSD \x1c", "audio/x-dsf"),
    (rb"TTA[12]", "audio/x-tta"),
    (rb"tBaK", "audio/x-tak"),
    (rb"ajkg", "audio/x-shorten"),
    (rb"\.ra\xfd", "audio/x-pn-realaudio"),
    (rb"Creative Voice File\x1a", "audio/x-voc"),
    (rb"Extended Module: ", "audio/x-xm"),
    (rb"IMPM[ -~]", "audio/x-it"),
    (rb".{44}SCRM", "audio/x-s3m"),
    (rb"\x7f\xfe\x80\x01", "audio/vnd.dts"),
    (rb"#!iLBC", "audio/ilbc"),
    (rb"\x56[\xe0-\xff].\x20", "audio/aac"),
    (rb"MPCK|MP\+", "audio/x-musepack"),
    (rb"\x0b\x77", "audio/ac3"),
    (rb"%PDF-", "application/pdf"),
    (rb"PK\x03\x04", "application/zip"),
    (rb"\s*<(?:![Dd][Oo][Cc][Tt][Yy][Pp][Ee]\s+)?[Hh][Tt][Mm][Ll][\s>]", "text/html"),
)
_TGA_FOOTER = b"TRUEVISION-XFILE.\0"  # a TGA file begins like nothing in particular

_ENDINGS: dict[str, tuple[str, ...]] = {}
for _kind in KINDS.values():
    _ENDINGS.update(_kind.endings)
_BY_ENDING: dict[str, str] = {}
for _type, _endings in _ENDINGS.items():
    _BY_ENDING.update(dict.fromkeys(_endings, _type))

# Tells a text or a PDF from a picture by its name; built-in table only, whatever this machine adds.
_OTHER = mimetypes.MimeTypes()

# Containers that hold either kind: the field they are passed to decides.
FIELD_TYPES = {
    ("video/mp4", "audio"): "audio/mp4",
    ("video/quicktime", "audio"): "audio/mp4",
    ("video/webm", "audio"): "audio/webm",
    ("video/x-matroska", "audio"): "audio/x-matroska",
    ("video/3gpp", "audio"): "audio/3gpp",
    ("video/3gpp2", "audio"): "audio/3gpp2",
    ("video/x-ms-asf", "audio"): "audio/x-ms-wma",
    ("audio/mp4", "video"): "video/mp4",
    ("audio/ogg", "video"): "video/ogg",
    ("video/ogg", "audio"): "audio/ogg",
}


def detect(content: bytes, name: str, kind: str) -> str:
    """Return the media type, from the content first and then from the file name.

    Args:
        content: All of it, or at least the first `HEAD_BYTES`.
        name: The file name, empty where there is none.
        kind: The kind of the field, which decides where a container may hold either.

    Returns:
        A type such as `image/png`; `UNKNOWN` where neither content nor name tells.
    """
    head, detected = content[:HEAD_BYTES], None
    # Not compiled when the module is loaded: most programs never get here.
    for pattern, media_type in SIGNATURES:
        if re.match(pattern, head, re.DOTALL):
            detected = media_type
            break
    if detected is None and content.endswith(_TGA_FOOTER):
        detected = "image/x-tga"
    detected = (
        detected or _BY_ENDING.get(PurePath(name).suffix.lower()) or _OTHER.guess_type(name)[0]
    )
    return as_kind(detected, kind) if detected else UNKNOWN


def as_kind(media_type: str, kind: str) -> str:
    """Return the type of a container under the name that it has in a field of this kind."""
    return FIELD_TYPES.get((media_type, kind), media_type)


def fits(media_type: str, kind: MediaKind) -> bool:
    """Tell whether media of this type can be meant by a field of this kind."""
    row = KINDS[kind]
    return media_type.startswith(row.type_prefix) or media_type in row.also_types


def has_media_ending(name: str) -> bool:
    """Tell whether a file name ends like a known format of media."""
    return PurePath(name).suffix.lower() in _BY_ENDING


def kind_of_name(name: str) -> MediaKind | None:
    """Return the kind of media that the ending of a file name stands for."""
    return kind_of_type(type_of_name(name))


def type_of_name(name: str) -> str:
    """Return the media type that the ending of a file name stands for; empty if it is unknown."""
    return _BY_ENDING.get(PurePath(name).suffix.lower(), "")


def ending_for(media_type: str) -> str:
    """Return the file name's ending for a media type, `.bin` if it is not a known one."""
    return _ENDINGS.get(media_type, (".bin",))[0]
