# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The files that a result names: where they may come from, how they are fetched, saved and shown."""
