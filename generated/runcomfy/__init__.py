"""Typed Python SDK for the RunComfy Model API (unofficial).

Everything below loads when it is first used; importing this package loads neither httpx nor pydantic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runcomfy._lazy import lazy_exports

__version__ = "0.1.0"

if TYPE_CHECKING:
    from runcomfy._registry import EndpointInfo, UnknownEndpointError, get_endpoint, list_endpoints
    from runcomfy.client import AsyncRunComfy, RunComfy
    from runcomfy.errors import (
        APIError,
        AuthenticationError,
        ConfigurationError,
        ConnectionFailed,
        DownloadError,
        FieldProblem,
        InsufficientBalanceError,
        InvalidRequestError,
        JobCancelled,
        JobError,
        JobFailed,
        MissingTokenError,
        NotFoundError,
        OutputMissing,
        PermissionDeniedError,
        RateLimitError,
        ReplyLost,
        RequestTimeout,
        ResultNotReady,
        RunComfyError,
        ServerError,
        ServerValidationError,
        SubmitOutcomeUnknown,
        TransportError,
        WaitTimeout,
    )
    from runcomfy.jobs import AsyncJob, Job, JobStatus, Reply, Result
    from runcomfy.media import AudioInput, ImageInput, MediaInput, Rule, VideoInput

__all__ = [
    "APIError",
    "AsyncJob",
    "AsyncRunComfy",
    "AudioInput",
    "AuthenticationError",
    "ConfigurationError",
    "ConnectionFailed",
    "DownloadError",
    "EndpointInfo",
    "FieldProblem",
    "ImageInput",
    "InsufficientBalanceError",
    "InvalidRequestError",
    "Job",
    "JobCancelled",
    "JobError",
    "JobFailed",
    "JobStatus",
    "MediaInput",
    "MissingTokenError",
    "NotFoundError",
    "OutputMissing",
    "PermissionDeniedError",
    "RateLimitError",
    "Reply",
    "ReplyLost",
    "RequestTimeout",
    "Result",
    "ResultNotReady",
    "Rule",
    "RunComfy",
    "RunComfyError",
    "ServerError",
    "ServerValidationError",
    "SubmitOutcomeUnknown",
    "TransportError",
    "UnknownEndpointError",
    "VideoInput",
    "WaitTimeout",
    "get_endpoint",
    "list_endpoints",
]

lazy_exports(
    __name__,
    {
        "_registry": (
            "EndpointInfo",
            "UnknownEndpointError",
            "get_endpoint",
            "list_endpoints",
        ),
        "client": (
            "AsyncRunComfy",
            "RunComfy",
        ),
        "errors": (
            "APIError",
            "AuthenticationError",
            "ConfigurationError",
            "ConnectionFailed",
            "DownloadError",
            "FieldProblem",
            "InsufficientBalanceError",
            "InvalidRequestError",
            "JobCancelled",
            "JobError",
            "JobFailed",
            "MissingTokenError",
            "NotFoundError",
            "OutputMissing",
            "PermissionDeniedError",
            "RateLimitError",
            "ReplyLost",
            "RequestTimeout",
            "ResultNotReady",
            "RunComfyError",
            "ServerError",
            "ServerValidationError",
            "SubmitOutcomeUnknown",
            "TransportError",
            "WaitTimeout",
        ),
        "jobs": (
            "AsyncJob",
            "Job",
            "JobStatus",
            "Reply",
            "Result",
        ),
        "media": (
            "AudioInput",
            "ImageInput",
            "MediaInput",
            "Rule",
            "VideoInput",
        ),
    },
)
