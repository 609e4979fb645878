"""`run MODEL`."""

from __future__ import annotations

from .._call import Call
from .._dry_run import DryRun
from .._open import open_client
from .._options import AsJson, BaseUrl, SaveTo, Timeout
from .._submitting import ExtraBody, InputFile, preview_call, submit_call
from .._waiting import finish


def run(
    call: Call,
    document: InputFile = None,
    output: SaveTo = None,
    timeout: Timeout = None,
    extra_body: ExtraBody = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
) -> None:
    """Run a model, wait for its result, and print or save it."""
    with open_client(base_url) as client:
        if dry_run:
            preview_call(client, call, document, extra_body)
            return
        job = submit_call(client, call, document, extra_body, base_url)
        finish(job, timeout=timeout, folder=output, base_url=base_url)
