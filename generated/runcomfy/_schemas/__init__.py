# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Reading published schemas, for both of their readers: the generator and the emulator."""
