"""Sentences like those of vendors, each with what lint may find in it.

Rules: those that judge the words of a description. A row without a rule is a text that agrees with its
schema or that a careful reader would not hold against it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Json = dict[str, Any]


class Told(NamedTuple):
    """A property with a description. rule: the one that must find something; empty for none."""

    name: str
    schema: Json
    text: str
    rule: str = ""
    required: bool = False


def number(**published: Any) -> Json:
    return {"type": "number", **published}


def integer(**published: Any) -> Json:
    return {"type": "integer", **published}


def string(**published: Any) -> Json:
    return {"type": "string", **published}


def choice(*values: Any, **published: Any) -> Json:
    return {"type": "string", "enum": list(values), **published}


def images(**published: Any) -> Json:
    return {"type": "array", "items": {"type": "string", "format": "image_uri"}, **published}


RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4")
SCALE = number(minimum=0, maximum=20, default=7.5)
QUALITY = choice("low", "medium", "high", default="medium")

TEXTS: tuple[Told, ...] = (
    # ranges that agree, or that are about something else
    Told("guidance_scale", SCALE, "How closely to follow the prompt. Higher values follow it more closely; values above 15 may oversaturate."),
    Told("guidance_scale", SCALE, "Guidance. Recommended range is 3-7."),
    Told("guidance_scale", SCALE, "Guidance (3.5-5 works well for photos)."),
    Told("guidance_scale", SCALE, "Classifier-free guidance, typically 3 to 9"),
    Told("guidance_scale", SCALE, "Try values between 2 and 5 for realistic images."),
    Told("guidance_scale", SCALE, "In turbo mode the range is 0 to 2."),
    Told("guidance_scale", SCALE, "For Flux 2 between 1 and 5, otherwise 0-20."),
    Told("guidance_scale", SCALE, "Range 1.0-10.0 with the LCM scheduler."),
    Told("guidance_scale", SCALE, "A sweet spot lies between 4 and 6."),
    Told("guidance_scale", SCALE, "Most users want something between 5 and 9."),
    Told("guidance_scale", SCALE, "Good results: 5-8."),
    Told("guidance_scale", SCALE, "Scale from the paper (section 3.1-3.4)."),
    Told("guidance_scale", SCALE, "Must be between 0 and 20."),
    Told("guidance_scale", SCALE, "Strength of the guidance (0 to 20, default 7.5)"),
    Told("strength", number(minimum=0, maximum=1), "Denoising strength; 1.0 ignores the image, 0.0 keeps it."),
    Told("strength", number(minimum=0.01, maximum=1), "How much to change the picture, between 0.01 and 1.0"),
    Told("strength", number(minimum=0, maximum=1), "How much to change it. 0-100% of the picture."),
    Told("strength", number(exclusiveMinimum=0, maximum=1), "Strength of the effect. Range 0 to 1."),
    Told("lora_scale", number(minimum=-1, maximum=3, default=1), "How strongly the LoRA is applied. Sane results between 0 and 1."),
    Told("steps", integer(minimum=1, maximum=50), "Denoising steps. 28-50 gives the best quality, 4-8 is enough for schnell."),
    Told("steps", integer(minimum=1, maximum=50), "Number of steps, 1-50"),
    Told("steps", integer(minimum=1, maximum=50), "Steps: the more, the slower. Usually 20 to 30."),
    Told("seed", integer(minimum=0, maximum=2147483647), "Random seed. The same seed and prompt with FLUX.1 give the same image"),
    Told("seed", integer(minimum=0), "A number from 0 to 2^32 - 1."),
    Told("width", integer(minimum=256, maximum=2048), "Width in pixels. Between 512 and 1024 when the model is turbo, and a multiple of 16."),
    Told("width", integer(minimum=256, maximum=1440, multipleOf=32), "Width of the image. Only used with a custom aspect ratio. Must be a multiple of 32 between 256 and 1440."),
    Told("width", integer(minimum=64, maximum=4096), "Total pixels may be from 0.25 to 4 megapixels"),
    Told("num_frames", integer(minimum=81, maximum=121), "Number of frames. At 16 fps this is 5 to 7 seconds."),
    Told("num_frames", integer(minimum=81, maximum=121), "81-121. Using more than 100 frames costs 1.25x.", "text-price"),
    Told("duration", integer(minimum=3, maximum=15), "Length of the clip in seconds; Kling 2.5 takes 5 or 10, Veo 3.1 takes 4-8."),
    Told("duration", integer(minimum=3, maximum=15), "Between 3 and 15 seconds"),
    Told("duration", integer(enum=[5, 10]), "5 or 10 seconds. Up to 10 seconds."),
    Told("fps", integer(minimum=1, maximum=60), "Frames per second, e.g. from 8 to 30"),
    Told("quality", integer(minimum=0, maximum=100), "From 0 to 100, 100 is best, 0 is worst. Ignored by png."),
    Told("temperature", number(minimum=0, maximum=2), "Sampling temperature. Values like 0.8 make it random, values between 0 and 0.2 focused."),
    Told("hour", integer(minimum=0, maximum=23), "Time of day, in 24 hours. 9 to 5 is daylight."),
    Told("margin", integer(minimum=0, maximum=700), "Pixels to add, up to 700."),
    Told("margin", integer(minimum=0, maximum=700), "Pixels to add on each side, up to half of the image. Up to 4K pictures."),
    Told("age", integer(minimum=1, maximum=120), "Apparent age. People between 20 and 60 look most natural."),
    Told("upscale_factor", number(minimum=1, maximum=8), "Factor, 2x to 4x"),
    Told("upscale_factor", number(minimum=1, maximum=8), "Up to 4x for 4K sources."),
    Told("volume", number(minimum=0, maximum=10), "Lautstärke, im Bereich 0 bis 5."),
    Told("volume", number(minimum=0, maximum=10), "音量,范围 0-5。"),
    Told("volume", number(minimum=0, maximum=10), "Not between 1 and 3."),
    Told("seed", integer(minimum=-1, maximum=2147483647, default=-1), "-1 picks a random seed. Range [0, 2147483647]."),
    Told("seed", integer(default=0), "With 0 the seed is random, which is the default."),
    Told("strength", number(minimum=0, maximum=1), "1.0 replaces all that is in the picture"),
    Told("creativity", integer(minimum=0, maximum=10), "0-3 keeps the picture, 4-7 changes details, 8-10 invents new ones."),
    Told("fps", integer(minimum=1, maximum=60, default=24), "Frame rate. 24 looks like a film; games have 30 or 60."),
    Told("sample_rate", integer(enum=[8000, 16000, 44100], default=44100), "16000 suits telephones, 44100 music, 48000 the sound of videos."),
    Told("pitch", integer(minimum=-12, maximum=12, default=0), "From -12 to 12 semitones. 0 keeps the pitch."),
    Told("shift", number(minimum=1, maximum=10, default=5), "Must be between 1.0 and 10.0."),
    Told("num_frames", integer(minimum=17, maximum=161), "How many frames. Must be between 17 to 161 (inclusive)."),
    Told("duration", integer(minimum=2, maximum=12), "Length of the clip (2~12)."),
    Told("temperature", number(minimum=0, maximum=1, default=0.7), "随机程度,范围[0,1],默认0.7。"),
    Told("strength", number(minimum=0, maximum=1, default=0.6), "重绘的强度,建议 0.4-0.7。"),
    Told("duration", choice("5", "10", default="5"), "时长,单位为秒。可选 5、10,默认为5。"),
    Told("aspect_ratio", choice(*RATIOS, default="16:9"), "视频的宽高比。16:9(默认)、9:16、1:1。"),
    Told("prompt", string(maxLength=2500), "提示词,不超过2500个字符。"),
    # ranges that differ
    Told("num_frames", integer(minimum=17, maximum=161), "Must be between 17 to 257 (inclusive).", "text-limit"),
    Told("speed", number(minimum=0.5, maximum=2), "How fast to speak (range: 0.25 to 4)", "text-limit"),
    Told("guidance_scale", SCALE, "Guidance scale. Range: 1-30.", "text-limit"),
    Told("guidance_scale", SCALE, "How closely to follow the prompt (minimum: 0; maximum: 50)", "text-limit"),
    Told("guidance_scale", SCALE, "Must be between 1 and 10.", "text-limit"),
    Told("strength", number(minimum=0, maximum=2), "The strength of the effect, between 0.1 and 1.", "text-limit"),
    Told("steps", integer(minimum=1, maximum=8), "Number of steps. Valid range is 1 to 12.", "text-limit"),
    Told("num_images", integer(minimum=1, maximum=4), "How many images to make. Maximum 8.", "text-limit"),
    Told("num_images", integer(minimum=1, maximum=4), "Must not exceed 10.", "text-limit"),
    Told("duration", integer(minimum=3, maximum=10), "Duration from 5 to 15 seconds.", "text-limit"),
    # counts
    Told("images", images(maxItems=10), "Up to 10 images."),
    Told("images", images(maxItems=14), "Images to edit. Up to 3 images per request at 4K, up to 14 otherwise."),
    Told("images", images(maxItems=7), "Reference images; with a video up to 4 images."),
    Told("images", images(maxItems=9), "We recommend up to 4 images."),
    Told("images", images(maxItems=5), "The first image is the start; up to 2 people are recognised."),
    Told("images", images(maxItems=5), "Up to 20 megapixels each, up to 10 MB."),
    Told("images", images(maxItems=5), "Nano Banana 2 takes up to 14 images, Seedream 4.5 up to 10 images."),
    Told("images", images(maxItems=16), "Max 16 images, 50MB each"),
    Told("images", images(maxItems=9), "A maximum of 12 images is accepted.", "text-limit"),
    Told("images", images(maxItems=9), "Reference pictures, up to 4.", "text-limit"),
    Told("images", images(maxItems=2), "You can upload up to 5 reference images.", "text-limit"),
    Told("images", images(maxItems=4, minItems=1), "1 to 4 pictures, in order: @Image1 is the subject."),
    Told("images", images(maxItems=10), "Up to 10 pictures. Of more than 10, the first 10 are used."),
    # lengths
    Told("prompt", string(maxLength=800), "The prompt, 800 chars max. A letter or a Chinese character counts as one."),
    Told("prompt", string(minLength=3, maxLength=1000), "Between 3 and 1000 characters."),
    Told("prompt", string(maxLength=2000), "Max 500 characters recommended."),
    Told("prompt", string(maxLength=2000), "At most 800 Chinese characters or 2000 letters"),
    Told("prompt", string(maxLength=2000), "What to show, up to 500 words."),
    Told("prompt", string(maxLength=2000), "Texts over 1500 characters are cut."),
    Told("prompt", string(maxLength=2000), "Text in quotes is drawn, each up to 50 characters"),
    Told("prompt", string(maxLength=2500), "Maximum length: 2500 characters"),
    Told("prompt", string(maxLength=2000), "The prompt, at most 2,500 characters.", "text-limit"),
    Told("prompt", string(maxLength=500), "Prompt (max. 1000 characters).", "text-limit"),
    # defaults that agree or are conditional
    Told("cfg", number(default=4), "Default 4 (was 7 before version 2)."),
    Told("top_k", integer(default=50), "Tokens to choose among; 0 switches it off. Default=50"),
    Told("quality", choice("auto", "low", "high", default="auto"), "`auto` (default value) picks the best one; `hd` and `standard` are for older models."),
    Told("background", choice("auto", "clear", "solid", default="auto"), "One of clear, solid or auto (default value). With auto, the model chooses."),
    Told("output_format", choice("png", "jpeg", default="png"), "Defaults to PNG. GIF and BMP are not supported."),
    Told("speed", number(minimum=0.5, maximum=2, default=1), "0.5 is half the speed, 2.0 double. 1.0 is normal."),
    Told("duration", integer(default=8), "Default is 5 seconds for image input."),
    Told("duration", integer(default=8), "Seconds. The default is 5 for Veo 2 and 8 for Veo 3.1."),
    Told("duration", integer(default=5), "Default: 5s"),
    Told("duration", integer(default=81), "Defaults to 5 seconds"),
    Told("steps", integer(default=28), "The default of 28 is a good compromise, 50 is the old default."),
    Told("steps", integer(default=28), "Default 28, or 4 with schnell"),
    Told("steps", integer(default=4), "Steps (default: 4; 20 in quality mode)"),
    Told("steps", integer(default=28), "By default the number of steps depends on the scheduler."),
    Told("cfg", number(default=0.3333333), "Default: 0.33"),
    Told("cfg", number(default=1.0), "Default value: `1`"),
    Told("cfg", number(default=0.5), "Between 0 and 1 (default 0.5)"),
    Told("cfg", number(default=0.5), "Default: 50%."),
    Told("cfg", number(default=5), "Use a lower value than the default 7"),
    Told("aspect_ratio", choice(*RATIOS, default="1:1"), 'The aspect ratio. Default value: `"1:1"`'),
    Told("aspect_ratio", choice(*RATIOS, default="16:9"), "Defaults to the ratio of the first image."),
    Told("aspect_ratio", choice(*RATIOS, default="16:9"), "16:9 is landscape (default), 9:16 is portrait."),
    Told("size", choice("square_hd", "square", "portrait_4_3", default="square_hd"), "Default: Square HD"),
    Told("language", choice("en", "zh", "de", default="en"), "Language of the voice. Default: English."),
    Told("resolution", choice("720p", "1080p", default="720p"), "Resolution of the video. 720P (default) or 1080P."),
    Told("shot_type", choice("single", "multi", default="single"), "- single: (default) One shot.\n- multi: Several shots."),
    Told("shot_type", choice("single", "multi", default="single"), "`single` (default): one shot; `multi`: several."),
    Told("mode", choice("std", "pro", default="std"), "std: standard quality (default)\npro: best quality"),
    Told("mode", choice("fast", "very fast", default="very fast"), "very fast (default), fast"),
    Told("negative_prompt", string(default="blurry"), "What to avoid. By default nothing is avoided."),
    Told("voice", string(default="Aria"), "Name of the voice; the default is a calm one."),
    Told("sound", {"type": "boolean", "default": False}, "Sound. Default: off."),
    Told("model", choice("v1", "v2", default="v2"), "v1 was the default until May."),
    Told("prompt", string(default="a fox"), "What to draw (default: a dog).", required=True),
    # defaults that differ
    Told("steps", integer(default=28), "Number of steps. Default: 50.", "text-default"),
    Told("cfg", number(default=3.5), "Scale (default: 7.5)", "text-default"),
    Told("cfg", number(default=3.5), "Guidance, default 5", "text-default"),
    Told("quality", QUALITY, "Quality of the picture. Defaults to `high`.", "text-default"),
    Told("quality", QUALITY, "low, medium or high (default)", "text-default"),
    Told("resolution", choice("720p", "1080p", default="720p"), 'Default value: `"1080p"`', "text-default"),
    # choices
    Told("quality", QUALITY, "One of low, medium, high."),
    Told("quality", QUALITY, 'Choose "low" for drafts and "high" for a "printed" look.'),
    Told("quality", QUALITY, "Options: low (fast), medium, high (slow), or `style` for more."),
    Told("quality", QUALITY, "Supports low, high and also ultra in the pro plan."),
    Told("quality", QUALITY, "Supported values: low, high, etc."),
    Told("aspect_ratio", choice(*RATIOS), "Supported values: 1:1, 16:9, 9:16, 4:3 and 3:4"),
    Told("aspect_ratio", choice("landscape", "portrait"), "Options: 16:9 (landscape), 9:16 (portrait)"),
    Told("scheduler", choice("DDIM", "K_EULER", "PNDM"), "Options: DDIM, K-Euler, pndm"),
    Told("model", choice("kling-v1-6", "kling-v2"), "One of v1-6 and v2"),
    Told("format", choice("png", "jpg"), "Available formats: PNG, JPG. Transparency needs `png`."),
    Told("style", choice("anime", "photo"), "Choose between anime and photo; combine it with `prompt` and `seed`."),
    Told("language", choice("en", "zh"), "Choices: English, Chinese, German"),
    Told("quality", QUALITY, "Options: low, medium, high, ultra", "text-enum"),
    Told("format", choice("png", "jpg"), "One of `png`, `jpg` or `webp`.", "text-enum"),
    Told("aspect_ratio", choice(*RATIOS), "Supported values: 1:1, 16:9, 9:16, 21:9", "text-enum"),
    Told("mode", choice("customize", "simple"), "Default: `intelligent`", "text-enum"),
    # what leaving it out does
    Told("aspect_ratio", choice(*RATIOS, default="1:1"), "If not provided, it is automatically detected from the image.", "default-against-omission"),
    Told("aspect_ratio", choice(*RATIOS, default="1:1"), "Leave empty to auto-detect.", "default-against-omission"),
    Told("language", choice("en", "zh", default="en"), "Language of the audio; detected automatically if omitted.", "default-against-omission"),
    Told("language", choice("en", "zh", default="en"), "Sprache der Aufnahme. Wird automatisch erkannt, wenn nicht angegeben.", "default-against-omission"),
    Told("language", choice("en", "auto", default="auto"), "Detected automatically if omitted."),
    Told("prompt_upsampling", {"type": "boolean", "default": False}, "Automatically improve the prompt when not set"),
    Told("threshold", number(default=0.3), "Confidence of the automatic mask, if no mask is provided."),
    Told("objects", string(default="person,car"), "What to look for automatically, see https://example.com/automation"),
    Told("size", choice("1k", "2k", default="1k"), "If an image is not provided, the ratio is automatically chosen."),
    Told("size", choice("1k", "2k", default="1k"), "Automatically upscaled afterwards, unless upscale is not set."),
    Told("size", choice("1k", "match_input_image", default="match_input_image"), "Detected automatically if omitted"),
    Told("seed", integer(default=-1), "Chosen automatically if omitted."),
    Told("seed", integer(default=42), "A random seed is used if omitted"),
    Told("bpm", integer(default=120), "Tempo. If left empty, determined from the audio", "default-against-omission"),
    # optional and required
    Told("mask", string(), "Optional mask", required=True),
    Told("mask", string(), "Optional. A mask.", "text-required", required=True),
    Told("mask", string(), "A mask (required)", "text-required"),
    Told("mask", string(), "Required for inpainting."),
    Told("mask", string(), "Required: width and height as for the image."),
    # everything else
    Told("prompt", string(), "Cinematic style, {subject} in {place}, with opening credits."),
    Told("prompt", string(), "A price tag of $5 on a red apple."),
    Told("prompt", string(), 'Parts as JSON, such as {"text": "a", "weight": 1}.'),
    Told("strength", number(), "Use 0.4 for drafts, it needs 2 passes."),
    Told("images", images(), "Use <|image_1|> in the prompt for the first image."),
    Told("style", string(), "One of the styles, see below:\n- anime\n- photo"),
    Told("resolution", choice("1k", "2k"), "2k costs twice as much.", "text-price"),
    Told("sound", {"type": "boolean"}, "Adds sound; charged extra.", "text-price"),
)  # fmt: skip
