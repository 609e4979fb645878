"""`status REQUEST_ID`."""

from __future__ import annotations

from .._console import mode, write, write_json
from .._jobs import known_job, status_words
from .._open import open_client
from .._options import AsJson, BaseUrl, RequestId


def status(request_id: RequestId, as_json: AsJson = False, base_url: BaseUrl = None) -> None:
    """Print the status of a job."""
    with open_client(base_url) as client:
        job_status = known_job(client, request_id).status()
    if mode.json:
        data = {
            "request_id": request_id,
            "status": job_status.state,
            "queue_position": job_status.queue_position,
            "finished": job_status.is_terminal,
        }
        write_json(data)
    else:
        write(status_words(job_status))
