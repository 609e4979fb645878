"""`download REQUEST_ID`."""

from __future__ import annotations

from .._jobs import known_job
from .._open import open_client
from .._options import AsJson, BaseUrl, RequestId, SaveTo, Timeout
from .._waiting import finish


def download(
    request_id: RequestId,
    output: SaveTo = None,
    timeout: Timeout = None,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
) -> None:
    """Wait for a job and save its outputs, by default in the current folder."""
    with open_client(base_url) as client:
        job = known_job(client, request_id)
        finish(job, timeout=timeout, folder=output or ".", base_url=base_url)
