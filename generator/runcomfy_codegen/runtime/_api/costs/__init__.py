"""The cost of requests: published prices, estimates, and the guard of `max_cost_usd`."""
