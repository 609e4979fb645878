# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The transport: effects, the two drivers that perform them, connections and their limits."""
