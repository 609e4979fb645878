# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What everything stands on: JSON, text, locks, forks and lazy names."""
