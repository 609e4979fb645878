# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The base of everything else: JSON, text, locks, forks and lazy names."""
