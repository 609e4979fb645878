"""Python names: how they are chosen, and how they are remembered."""
