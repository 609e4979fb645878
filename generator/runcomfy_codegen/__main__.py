"""`python -m runcomfy_codegen` is the command `runcomfy-codegen`."""

from .cli import main

main(prog_name="runcomfy-codegen")
