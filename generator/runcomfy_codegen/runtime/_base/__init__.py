"""What everything stands on: JSON, text, locks, forks and lazy names."""
