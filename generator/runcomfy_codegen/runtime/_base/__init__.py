"""The base of everything else: JSON, text, locks, forks and lazy names."""
