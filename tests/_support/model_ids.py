"""Model ids that are hard to name."""

from __future__ import annotations

IDS = [
    "kling/kling-video-o3/4K/text-to-video",
    "kling/kling-video-o3/4k/image-to-video",
    "kling/kling/lipsync/audio-to-video",
    "sync/sync/lipsync/v2/pro",
    "acme/a-b/edit",
    "acme/a_b/edit",
    "acme/tool/text-to-video",
    "acme/tool/text-to-video/draft",
    "acme/tool/run",
    "acme/tool/submit/job",
    "acme/class",
    "minimax/Hailuo Video 01 Live",
    "wan-ai/wan-2.7/text-to-image",
]
