# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Request classes: strict checks with the semantics of JSON, and one error with all problems."""
