"""The command line `runcomfy-codegen`: options, messages and exit codes."""
