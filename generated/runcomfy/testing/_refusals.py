# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The error replies of the emulator."""

from __future__ import annotations

from typing import Any


class RefusalError(Exception):
    """An error reply."""

    def __init__(self, http_status: int, error_code: int, message: str, detail: Any = None) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.body = {"error_code": error_code, "error_message": message}
        if detail is not None:
            self.body["detail"] = detail
