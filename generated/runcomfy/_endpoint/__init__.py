# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The base classes of generated endpoints, and the record of one."""
