# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Typed Python SDK for the RunComfy Model API (unofficial).

Everything below loads when it is first used; importing this package loads neither httpx nor pydantic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runcomfy._base.lazy import keep_moved_modules, lazy_exports

__version__ = "0.1.0"

if TYPE_CHECKING:
    from runcomfy._api.balance import Balance
    from runcomfy._api.catalogue import CatalogueModel
    from runcomfy._api.costs.estimate import Estimate
    from runcomfy._client.catalogue import AsyncCatalogue, Catalogue
    from runcomfy._endpoint.finding import list_endpoints
    from runcomfy._endpoint.info import EndpointInfo, get_endpoint
    from runcomfy._schemas.registry import UnknownEndpointError
    from runcomfy.batches import (
        AsyncBatch,
        Batch,
        Journal,
        Outcome,
        Part,
        Report,
        contact_sheet,
        partition,
        read_jsonl,
    )
    from runcomfy.client import AsyncRunComfy, RunComfy
    from runcomfy.errors import (
        APIError,
        AuthenticationError,
        ConfigurationError,
        ConnectionFailed,
        CostLimitReached,
        DownloadError,
        FieldProblem,
        InsufficientBalanceError,
        InvalidRequestError,
        JobCancelled,
        JobError,
        JobFailed,
        JournalError,
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
    from runcomfy.jobs import AsyncJob, DownloadProgress, Job, JobStatus, OutputFile, Reply, Result
    from runcomfy.media import AudioInput, ImageInput, MediaInput, Rule, VideoInput

__all__ = [
    "APIError",
    "AsyncBatch",
    "AsyncCatalogue",
    "AsyncJob",
    "AsyncRunComfy",
    "AudioInput",
    "AuthenticationError",
    "Balance",
    "Batch",
    "Catalogue",
    "CatalogueModel",
    "ConfigurationError",
    "ConnectionFailed",
    "CostLimitReached",
    "DownloadError",
    "DownloadProgress",
    "EndpointInfo",
    "Estimate",
    "FieldProblem",
    "ImageInput",
    "InsufficientBalanceError",
    "InvalidRequestError",
    "Job",
    "JobCancelled",
    "JobError",
    "JobFailed",
    "JobStatus",
    "Journal",
    "JournalError",
    "MediaInput",
    "MissingTokenError",
    "NotFoundError",
    "Outcome",
    "OutputFile",
    "OutputMissing",
    "Part",
    "PermissionDeniedError",
    "RateLimitError",
    "Reply",
    "ReplyLost",
    "Report",
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
    "contact_sheet",
    "get_endpoint",
    "list_endpoints",
    "partition",
    "read_jsonl",
]

lazy_exports(
    __name__,
    {
        "_api.balance": ("Balance",),
        "_api.catalogue": ("CatalogueModel",),
        "_api.costs.estimate": ("Estimate",),
        "_client.catalogue": (
            "AsyncCatalogue",
            "Catalogue",
        ),
        "_endpoint.finding": ("list_endpoints",),
        "_endpoint.info": (
            "EndpointInfo",
            "get_endpoint",
        ),
        "_schemas.registry": ("UnknownEndpointError",),
        "batches": (
            "AsyncBatch",
            "Batch",
            "Journal",
            "Outcome",
            "Part",
            "Report",
            "contact_sheet",
            "partition",
            "read_jsonl",
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
            "CostLimitReached",
            "DownloadError",
            "FieldProblem",
            "InsufficientBalanceError",
            "InvalidRequestError",
            "JobCancelled",
            "JobError",
            "JobFailed",
            "JournalError",
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
            "DownloadProgress",
            "Job",
            "JobStatus",
            "OutputFile",
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
keep_moved_modules(__name__)
