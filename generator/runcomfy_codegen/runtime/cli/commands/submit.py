"""`submit MODEL`."""

from __future__ import annotations

from .._call import Call
from .._console import mode, write, write_json
from .._dry_run import DryRun
from .._open import open_client
from .._options import AsJson, BaseUrl
from .._submitting import ExtraBody, InputFile, preview_call, submit_call


def submit(
    call: Call,
    document: InputFile = None,
    extra_body: ExtraBody = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
) -> None:
    """Submit a job and print its request id, without waiting."""
    with open_client(base_url) as client:
        if dry_run:
            preview_call(client, call, document, extra_body)
            return
        job = submit_call(client, call, document, extra_body, base_url)
    if mode.json:
        write_json(job.to_dict())
    else:
        write(job.request_id)
