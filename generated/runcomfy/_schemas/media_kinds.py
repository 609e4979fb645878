# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The table of media kinds. The generator, the SDK, the emulator and the website read it.

Another kind is another row, with its names in the two `Literal`s above, and its input type in the
package `media`. Where its files can be recognised, they get a signature in `media/_mime.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MediaKind = Literal["image", "video", "audio"]

OutputKey = Literal["image", "images", "video", "videos", "audio", "audios"]
"""Keys of an output: for one file of a kind, and for several."""


@dataclass(frozen=True)
class KindWords:
    """The words that give a kind away where no format does, in lower case.

    Attributes:
        names: Parts of property names, in the singular: `video_url`, `source_clip_uri`.
        weak_names: Parts of names that any of `names` overrules: a mask may be a video's.
        plain_names: What a name must have if no format says that the property is a URL.
        prose: A pattern of the words of a description.
        foreign_prose: The same in a script that has no spaces between words.
        output_keys: A pattern of the keys above a URL in an output.
        model_ids: A pattern of the words in ids of models that make this kind.
        counted: Words, with spaces between them, that a sentence about a number of files may have.
    """

    names: tuple[str, ...] = ()
    weak_names: tuple[str, ...] = ()
    plain_names: tuple[str, ...] = ()
    prose: str = ""
    foreign_prose: str = ""
    output_keys: str = ""
    model_ids: str = ""
    counted: str = ""


@dataclass(frozen=True)
class KindInfo:
    """One kind of media.

    Attributes:
        name: Its name in annotations, outputs and the representation.
        article: "a" or "an", before `noun`.
        noun: What a reader calls one file, and `plural` several.
        input_type: The type of a parameter, exported by the SDK.
        type_prefix: What its media types begin with.
        also_types: Media types of another prefix that are of this kind too.
        formats: The vendor's formats for one URL and for several.
        output_keys: Keys of an output for one file and for several.
        endings: Media type -> endings of file names. The first one is given to a download.
        url_endings: Endings of a default URL that alone make a property media.
        element: The HTML element that shows it: "img", "video", "audio", or "a" for a link.
        sample_url: A URL in made-up requests.
        sample_file: A local file in examples of the reference pages, and in the demo.
        readme_file: A local file in examples of the README.
        advised_mb: The largest file that the vendor recommends, in MB, if it does.
        has_pixels: Whether its files have a width and a height that can be measured.
        words: What gives it away where no format does.
    """

    name: MediaKind
    article: str
    noun: str
    plural: str
    input_type: str
    type_prefix: str
    formats: tuple[str, str]
    output_keys: tuple[OutputKey, OutputKey]
    endings: Mapping[str, tuple[str, ...]]
    sample_url: str
    sample_file: str
    readme_file: str
    element: str = "a"
    also_types: tuple[str, ...] = ()
    url_endings: tuple[str, ...] = ()
    advised_mb: int | None = None
    has_pixels: bool = False
    words: KindWords = field(default_factory=KindWords)

    @property
    def phrase(self) -> str:
        """The noun with its article."""
        return f"{self.article} {self.noun}"

    @property
    def sample_ending(self) -> str:
        """The ending of the sample file, with its dot."""
        return f".{self.sample_file.rpartition('.')[2]}"


_ROWS = (
    KindInfo(
        name="image",
        article="an",
        noun="image",
        plural="images",
        input_type="ImageInput",
        type_prefix="image/",
        formats=("image_uri", "image_uris"),
        output_keys=("image", "images"),
        endings={
            "image/png": (".png",),
            "image/jpeg": (".jpg", ".jpeg"),
            "image/gif": (".gif",),
            "image/webp": (".webp",),
            "image/avif": (".avif",),
            "image/heic": (".heic",),
            "image/heif": (".heif",),
            "image/bmp": (".bmp", ".dib"),
            "image/tiff": (".tiff", ".tif"),
            "image/jp2": (".jp2", ".j2k", ".jpx", ".jpf"),
            "image/jxl": (".jxl",),
            "image/x-icon": (".ico",),
            "image/x-tga": (".tga",),
            "image/x-portable-anymap": (".pnm", ".ppm", ".pgm", ".pbm", ".pam", ".pfm"),
            "image/x-exr": (".exr",),
            "image/vnd.radiance": (".hdr",),
            "image/vnd.adobe.photoshop": (".psd",),
            "image/svg+xml": (".svg",),
        },
        url_endings=("png", "jpg", "jpeg", "webp", "gif", "avif"),
        element="img",
        sample_url="https://example.com/image.png",
        sample_file="input.png",
        readme_file="saw.png",
        advised_mb=50,
        has_pixels=True,
        words=KindWords(
            names=("image", "img", "photo", "picture", "pic"),
            weak_names=("mask", "frame"),
            plain_names=("image", "img", "mask", "frame"),
            prose="images?|pictures?|photos?|photographs?",
            foreign_prose="图片|图像",
            output_keys="image|img|picture|photo|frame|mask|thumbnail",
            counted="image images picture pictures photo photos",
        ),
    ),
    KindInfo(
        name="video",
        article="a",
        noun="video",
        plural="videos",
        input_type="VideoInput",
        type_prefix="video/",
        also_types=("image/gif",),
        formats=("video_uri", "video_uris"),
        output_keys=("video", "videos"),
        endings={
            "video/mp4": (".mp4", ".m4v"),
            "video/quicktime": (".mov",),
            "video/webm": (".webm",),
            "video/x-matroska": (".mkv",),
            "video/mpeg": (".mpeg", ".mpg"),
            "video/mp2t": (".ts", ".mts", ".m2ts"),
            "video/x-msvideo": (".avi",),
            "video/x-ms-asf": (".wmv", ".asf"),
            "video/x-flv": (".flv",),
            "video/3gpp": (".3gp",),
            "video/3gpp2": (".3g2",),
            "video/mxf": (".mxf",),
            "video/ogg": (".ogv",),
        },
        url_endings=("mp4", "mov", "webm", "mkv"),
        element="video",
        sample_url="https://example.com/video.mp4",
        sample_file="input.mp4",
        readme_file="clip.mp4",
        advised_mb=100,
        words=KindWords(
            names=("video", "clip", "movie", "footage"),
            plain_names=("video",),
            prose="videos?|clips?|movies?",
            foreign_prose="视频",
            output_keys="video|movie|clip",
            model_ids="video|lipsync|vace",
            counted="video videos clip clips",
        ),
    ),
    KindInfo(
        name="audio",
        article="an",
        noun="audio file",
        plural="audio files",
        input_type="AudioInput",
        type_prefix="audio/",
        formats=("audio_uri", "audio_uris"),
        output_keys=("audio", "audios"),
        endings={
            "audio/wav": (".wav", ".w64", ".rf64"),
            "audio/mpeg": (".mp3",),
            "audio/flac": (".flac",),
            "audio/ogg": (".ogg", ".oga", ".opus"),
            "audio/mp4": (".m4a", ".m4b"),
            "audio/aac": (".aac",),
            "audio/webm": (".weba",),
            "audio/aiff": (".aiff", ".aif", ".aifc"),
            "audio/amr": (".amr",),
            "audio/midi": (".mid", ".midi"),
            "audio/basic": (".au", ".snd"),
            "audio/x-caf": (".caf",),
            "audio/x-matroska": (".mka",),
            "audio/x-ms-wma": (".wma",),
            "audio/ac3": (".ac3",),
        },
        url_endings=("wav", "mp3", "flac", "ogg", "m4a"),
        element="audio",
        sample_url="https://example.com/audio.mp3",
        sample_file="input.wav",
        readme_file="voice.wav",
        words=KindWords(
            names=("audio", "music", "song", "speech", "voice"),
            plain_names=("audio",),
            prose="audio|songs?|music|speech|voice",
            foreign_prose="音频",
            output_keys="audio|sound|music|speech|voice",
            model_ids="audio|music|speech|tts|voice|ace-step",
            counted="audio audios track tracks sound",
        ),
    ),
)

KINDS: Mapping[MediaKind, KindInfo] = {kind.name: kind for kind in _ROWS}

BY_WORDS = (*_ROWS[1:], _ROWS[0])
"""The kinds in the order in which words are looked for: a `video_thumbnail` is a video's."""


def kind_of_type(media_type: str) -> MediaKind | None:
    """Return the kind of a media type such as `image/png`."""
    for kind in _ROWS:
        if media_type.startswith(kind.type_prefix):
            return kind.name
    return None
