"""Files, locks, the cache folder and git: everything that touches the disk."""
