"""The catalogue into schemas/."""
