# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The protocol of the API without I/O: settings, options, replies, states, and the flows over them."""
