"""`python -m runcomfy_codegen` is the command `runcomfy-codegen`."""

from .cli.app import main

main(prog_name="runcomfy-codegen")
