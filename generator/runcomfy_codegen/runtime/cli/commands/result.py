"""`result REQUEST_ID`."""

from __future__ import annotations

from typing import Annotated

import typer

from .._jobs import known_job, show_result
from .._open import open_client
from .._options import AsJson, BaseUrl, RequestId, Timeout
from .._waiting import finish


def result(
    request_id: RequestId,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the job ends.")] = False,
    timeout: Timeout = None,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
) -> None:
    """Print the result of a job: its URLs, or everything with --json."""
    with open_client(base_url) as client:
        job = known_job(client, request_id)
        if wait:
            finish(job, timeout=timeout, folder=None, base_url=base_url)
        else:
            show_result(job.result(), None)
