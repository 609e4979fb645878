"""Inline schema, generate, import, assert: what the generated SDK means to those who use it."""
