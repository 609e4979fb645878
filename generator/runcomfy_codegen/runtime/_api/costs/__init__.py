"""What requests cost: published prices, estimates, and the guard of `max_cost_usd`."""
