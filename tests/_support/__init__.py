"""Helpers that several test files share; no test imports from another one."""
