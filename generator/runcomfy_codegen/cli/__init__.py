"""The command line `runcomfy-codegen`: options, messages and exit codes."""

from .app import main

__all__ = ["main"]
