# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What other tools load by the entry points of this distribution."""
