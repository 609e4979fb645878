"""Turns the RunComfy Model API schemas into a typed Python SDK."""
