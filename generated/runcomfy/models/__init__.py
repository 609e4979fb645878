# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""A module for each endpoint: its request, its output and its methods."""
