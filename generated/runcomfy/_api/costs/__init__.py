# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The cost of requests: published prices, estimates, and the guard of `max_cost_usd`."""
