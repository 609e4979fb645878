# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Plugins that other tools load by the entry points of this distribution."""
