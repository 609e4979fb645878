# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What generated endpoints have in common, and all that is known of one."""
