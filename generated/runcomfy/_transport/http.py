# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The names of the HTTP library that the rest of the SDK uses; it is named in this room only."""

from httpx import URL, InvalidURL

from .libraries import AsyncHttpClient, HttpClient

__all__ = ["URL", "AsyncHttpClient", "HttpClient", "InvalidURL"]
